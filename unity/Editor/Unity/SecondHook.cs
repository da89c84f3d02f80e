using System;
using System.Threading;
using UnityEditor;

namespace Framewire.Editor
{
    /// <summary>
    /// A frame without `update`: the editor runs its delayed calls and the posts to its SynchronizationContext each time round
    /// its loop, by other ways than `update`, and what throws there does not end the others' turn in the same list.
    /// </summary>
    /// <remarks>
    /// UnitySynchronizationContext: UnityCsReference, Runtime/Export/Scripting/UnitySynchronizationContext.cs. A delayed call is
    /// lost if one before it throws, so it is not what keeps this going; it brings the context's turn back if a post was lost.
    /// </remarks>
    internal sealed class SecondHook
    {
        private readonly Action frame;
        private readonly SendOrPostCallback turn;
        private readonly SynchronizationContext context;
        private int posted;
        private volatile bool isStopped;

        /// <summary>Main thread. Without a context, delayed calls alone go on.</summary>
        internal SecondHook(Action frame)
        {
            this.frame = frame;
            turn = Turn;
            context = SynchronizationContext.Current;
            Post();
            EditorApplication.delayCall += Delayed;
        }

        /// <summary>Has it go on. Main thread.</summary>
        internal void Arm()
        {
            Post();
        }

        /// <summary>Has the next time round its loop bring a frame. Any thread.</summary>
        internal void Nudge()
        {
            Post();
        }

        /// <summary>No frame comes from it any more.</summary>
        internal void Stop()
        {
            isStopped = true;
            EditorApplication.delayCall -= Delayed;
        }

        private void Delayed()
        {
            if (isStopped)
            {
                return;
            }
            EditorApplication.delayCall += Delayed;
            Post();
            if (context == null)
            {
                frame();
            }
        }

        private void Post()
        {
            if (!isStopped && context != null && Interlocked.Exchange(ref posted, 1) == 0)
            {
                context.Post(turn, null);
            }
        }

        private void Turn(object unused)
        {
            Volatile.Write(ref posted, 0);
            if (!isStopped)
            {
                Post();
                frame();
            }
        }
    }
}
