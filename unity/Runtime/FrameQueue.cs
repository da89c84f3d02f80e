using System;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace Framewire
{
    /// <summary>
    /// What continues at the end of the next poll, on its thread. It holds continuations, never events, and dies with its
    /// domain: what was not continued is answered by the next one, as orphan.
    /// </summary>
    internal sealed class FrameQueue
    {
        private readonly object gate = new object();
        private readonly FrameContext context;
        private List<Action> waiting = new List<Action>();
        private List<Action> running = new List<Action>();
        private volatile int count;
        private bool isRunning;
        private bool isOnceMore;

        internal FrameQueue()
        {
            context = new FrameContext(this);
        }

        /// <summary>Continues `action` in the next frame. Any thread.</summary>
        internal void Post(Action action)
        {
            lock (gate)
            {
                waiting.Add(action);
                count = waiting.Count;
            }
        }

        /// <summary>Continues what waited when this began. The first exception comes back when all had their turn.</summary>
        internal ExceptionDispatchInfo Run()
        {
            return count != 0 && TryBegin(false) ? RunAll() : null;
        }

        /// <summary>As above, where no poll follows: if it is called by a continuation, the outer call does it.</summary>
        internal ExceptionDispatchInfo RunLast()
        {
            return count != 0 && TryBegin(true) ? RunAll() : null;
        }

        private ExceptionDispatchInfo RunAll()
        {
            ExceptionDispatchInfo failure = null;
            bool isOver = false;
            try
            {
                while (!isOver)
                {
                    foreach (Action action in running)
                    {
                        try
                        {
                            Within(action);
                        }
                        catch (Exception error)
                        {
                            failure = failure ?? ExceptionDispatchInfo.Capture(error);
                        }
                    }
                    isOver = TryEnd();
                }
            }
            finally
            {
                // Only a thread that is aborted comes here before the end.
                while (!isOver)
                {
                    isOver = TryEnd();
                }
            }
            return failure;
        }

        /// <summary>A continuation that polls leaves the rest to the outer call: false.</summary>
        private bool TryBegin(bool isLast)
        {
            lock (gate)
            {
                if (isRunning)
                {
                    isOnceMore |= isLast;
                    return false;
                }
                isRunning = true;
                Swap();
                return true;
            }
        }

        /// <summary>False: what came meanwhile has its turn, too.</summary>
        private bool TryEnd()
        {
            lock (gate)
            {
                running.Clear();
                isRunning = isOnceMore;
                isOnceMore = false;
                if (isRunning)
                {
                    Swap();
                }
                return !isRunning;
            }
        }

        private void Swap()
        {
            List<Action> swapped = waiting;
            waiting = running;
            running = swapped;
            count = 0;
        }

        /// <summary>
        /// Runs `action` so that what it awaits continues in a frame: by the host's own context if it has one, as Unity's main
        /// thread does, else by this queue.
        /// </summary>
        internal void Within(Action action)
        {
            SynchronizationContext before = SynchronizationContext.Current;
            if (before != null)
            {
                action();
                return;
            }
            SynchronizationContext.SetSynchronizationContext(context);
            try
            {
                action();
            }
            finally
            {
                SynchronizationContext.SetSynchronizationContext(null);
            }
        }

        /// <summary>For hosts whose frame thread has no context of its own.</summary>
        private sealed class FrameContext : SynchronizationContext
        {
            private readonly FrameQueue queue;

            internal FrameContext(FrameQueue queue)
            {
                this.queue = queue;
            }

            public override void Post(SendOrPostCallback callback, object state)
            {
                queue.Post(() => callback(state));
            }

            public override void Send(SendOrPostCallback callback, object state)
            {
                if (Current != this)
                {
                    throw new NotSupportedException("Nothing waits for the frame thread here: post instead.");
                }
                callback(state);
            }

            public override SynchronizationContext CreateCopy()
            {
                return this;
            }
        }
    }
}
