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

        private readonly object gate = new object();
        private readonly Func<bool> hasWork;
        private readonly Action signal;
        private readonly Timer timer;
        private int frames;
        private int seen;
        private volatile bool isDisposed;
        private volatile Exception failure;

        internal Waker(Func<bool> hasWork, Action signal)
        {
            this.hasWork = hasWork;
            this.signal = signal;
            timer = new Timer(Look, null, PeriodMs, PeriodMs);
        }

        /// <summary>What ended it, thrown by a look or a signal; null: nothing did. Any thread.</summary>
        internal Exception Failure
        {
            get { return failure; }
            private set { failure = value; }
        }

        /// <summary>The frame loop came by.</summary>
        internal void Frame()
        {
            Interlocked.Increment(ref frames);
        }

        /// <summary>Ends it. No look is under way when this returns.</summary>
        public void Dispose()
        {
            isDisposed = true;
            // Mono's timers do not wait for a call that is under way, whatever they are asked.
            timer.Dispose();
            if (Monitor.TryEnter(gate, Patience))
            {
                Monitor.Exit(gate);
            }
        }

        private void Look(object unused)
        {
            if (!Monitor.TryEnter(gate))
            {
                return;
            }
            try
            {
                int now = Volatile.Read(ref frames);
                bool isSilent = now == seen;
                seen = now;
                if (!isDisposed && isSilent && hasWork())
                {
                    signal();
                }
            }
            catch (ThreadAbortException)
            {
                // The domain ends without having said so.
            }
            catch (Exception error)
            {
                // Nobody is above this on the stack: what is thrown here would end the editor.
                isDisposed = true;
                timer.Dispose();
                Failure = error;
            }
            finally
            {
                Monitor.Exit(gate);
            }
        }
    }
}
