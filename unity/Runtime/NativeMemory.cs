using System;
using System.Runtime.InteropServices;

namespace Framewire
{
    /// <summary>Memory that stays in its place while native code writes to it.</summary>
    internal static unsafe class NativeMemory
    {
        internal static void* Allocate(int bytes)
        {
            return (void*)Marshal.AllocHGlobal(bytes);
        }

        internal static void Free(void* memory)
        {
            Marshal.FreeHGlobal((IntPtr)memory);
        }

        /// <summary>
        /// For finalizers. While a domain unloads it leaves the memory alone: all of its finalizers run then, also those of
        /// objects in use, and under Mono a thread that is aborted out of the domain may still be in a call with that memory.
        /// A reload so costs some hundred bytes for the link, and one block for each thread that used it, save the one that
        /// detached it.
        /// </summary>
        internal static void FreeUnlessUnloading(void* memory)
        {
            if (!AppDomain.CurrentDomain.IsFinalizingForUnload())
            {
                Free(memory);
            }
        }
    }
}
