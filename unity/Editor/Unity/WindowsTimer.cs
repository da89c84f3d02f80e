using System;
#if UNITY_EDITOR_WIN
using System.Runtime.InteropServices;
#endif

namespace Framewire.Editor
{
    /// <summary>
    /// On Windows an editor without focus may stand still for as long as no window message comes, so a timer of the system
    /// sends one to its main thread now and then. It has no callback: none could lead into a domain that is gone, and nothing
    /// but the message is needed.
    /// </summary>
    /// <remarks>
    /// That editors stand still and that such a timer helps: mcp-unity pull request 150. SetTimer with neither window nor
    /// callback posts WM_TIMER to the calling thread: Win32 API, winuser.h.
    /// </remarks>
    internal sealed class WindowsTimer : IDisposable
    {
#if UNITY_EDITOR_WIN
        private const uint PeriodMs = 100;

        private UIntPtr timer;

        /// <summary>Main thread.</summary>
        internal WindowsTimer()
        {
            timer = SetTimer(IntPtr.Zero, UIntPtr.Zero, PeriodMs, IntPtr.Zero);
        }

        /// <summary>Main thread.</summary>
        public void Dispose()
        {
            if (timer != UIntPtr.Zero)
            {
                KillTimer(IntPtr.Zero, timer);
                timer = UIntPtr.Zero;
            }
        }

        [DllImport("user32.dll")]
        private static extern UIntPtr SetTimer(IntPtr window, UIntPtr id, uint periodMs, IntPtr callback);

        [DllImport("user32.dll")]
        [return: MarshalAs(UnmanagedType.Bool)]
        private static extern bool KillTimer(IntPtr window, UIntPtr id);
#else
        /// <summary>Elsewhere there is nothing to do.</summary>
        public void Dispose()
        {
        }
#endif
    }
}
