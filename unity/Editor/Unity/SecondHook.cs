using System;
using System.Threading;
using UnityEditor;

namespace Framewire.Editor
{
    /// <summary>
    /// Frames without `update`. Delayed calls are the second hook: the editor makes them each time round its loop, from a list
    /// of their own. One before ours that throws costs us the list, so whatever runs next puts us in again. Where both
    /// hooks are silent while work waits, a post to the main thread's context brings the frame.
    /// </summary>
    /// <remarks>
    /// SynchronizationContext of the main thread: UnityCsReference, Runtime/Export/Scripting/UnitySynchronizationContext.cs.
    /// It is no hook for each time round, as a batch run waits at its end for a queue that never empties.
    /// </remarks>
    internal sealed class SecondHook
    {
        /// <summary>Frames of others after which a delayed call that has not come counts as lost.</summary>
        private const int LostAfter = 100;

        private readonly Action frame;
        private readonly EditorApplication.CallbackFunction delayed;
        private readonly SendOrPostCallback turn;
        private readonly SynchronizationContext context;
        private bool isArmed;
        private int missed;
        private int posted;
        private volatile bool isStopped;

        /// <summary>Main thread.</summary>
        internal SecondHook(Action frame)
        {
            this.frame = frame;
            delayed = Delayed;
            turn = Turn;
            context = SynchronizationContext.Current;
            Arm();
        }

        /// <summary>Has it go on, wherever it was. Main thread.</summary>
        internal void Arm()
        {
            if (isStopped || (isArmed && ++missed < LostAfter))
            {
                return;
            }
            isArmed = true;
            missed = 0;
            EditorApplication.delayCall -= delayed;
            EditorApplication.delayCall += delayed;
        }

        /// <summary>Has the next time round bring a frame, if the hooks do not. Any thread.</summary>
        internal void Nudge()
        {
            if (!isStopped && context != null && Interlocked.Exchange(ref posted, 1) == 0)
            {
                context.Post(turn, null);
            }
        }

        /// <summary>No frame comes from it any more.</summary>
        internal void Stop()
        {
            isStopped = true;
            EditorApplication.delayCall -= delayed;
        }

        private void Delayed()
        {
            isArmed = false;
            Arm();
            if (!isStopped)
            {
                frame();
            }
        }

        private void Turn(object unused)
        {
            Volatile.Write(ref posted, 0);
            Delayed();
        }
    }
}
