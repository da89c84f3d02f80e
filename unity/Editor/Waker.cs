using System;
using System.Threading;

namespace Framewire.Editor
{
    /// <summary>
    /// Wakes an editor that makes no frames while work waits for it. The thread of a timer looks and signals, and does
    /// nothing else: a thread that runs a handler, or that outlives its domain, would hang the reload.
    /// </summary>
    /// <remarks>
    /// Editors without focus make few frames or none, so a call would wait until somebody clicks: unity-mcp issue 1265,
    /// mcp-unity issue 147. That a signal has to come from another thread was measured in unity-cli-loop issue 2643.
    /// </remarks>
    internal sealed class Waker : IDisposable
    {
        /// <summary>How often it looks, ms. Nothing is done while frames come at least that often.</summary>
        internal const int PeriodMs = 50;

        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

        private readonly Func<bool> hasWork;
        private readonly Action signal;
        private readonly Timer timer;
        private int frames;
        private int seen;
        private int isLooking;
        private volatile bool isDisposed;

        internal Waker(Func<bool> hasWork, Action signal)
        {
            this.hasWork = hasWork;
            this.signal = signal;
            timer = new Timer(Look, null, PeriodMs, PeriodMs);
        }

        /// <summary>The frame loop came by.</summary>
        internal void Frame()
        {
            Interlocked.Increment(ref frames);
        }

        /// <summary>Ends it. No look is under way when this returns.</summary>
        public void Dispose()
        {
            if (isDisposed)
            {
                return;
            }
            isDisposed = true;
            using (ManualResetEvent ended = new ManualResetEvent(false))
            {
                if (timer.Dispose(ended))
                {
                    ended.WaitOne(Patience);
                }
            }
        }

        private void Look(object unused)
        {
            if (isDisposed || Interlocked.Exchange(ref isLooking, 1) != 0)
            {
                return;
            }
            int now = Volatile.Read(ref frames);
            bool isSilent = now == seen;
            seen = now;
            if (isSilent && hasWork())
            {
                signal();
            }
            Volatile.Write(ref isLooking, 0);
        }
    }
}
