using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Framewire
{
    /// <summary>Awaits a task, if any, and then the frame loop. Made by FramewireLink.NextFrame and OnFrame.</summary>
    public readonly struct FrameAwaitable : ICriticalNotifyCompletion
    {
        private readonly FrameQueue frames;
        private readonly Task task;

        internal FrameAwaitable(FrameQueue frames, Task task)
        {
            this.frames = frames;
            this.task = task;
        }

        /// <summary>For `await`.</summary>
        public FrameAwaitable GetAwaiter()
        {
            return this;
        }

        /// <summary>Never at once: what follows belongs to a frame.</summary>
        public bool IsCompleted
        {
            get { return false; }
        }

        /// <summary>Throws what the task threw.</summary>
        public void GetResult()
        {
            if (task != null)
            {
                task.GetAwaiter().GetResult();
            }
        }

        /// <summary>For the compiler.</summary>
        public void OnCompleted(Action continuation)
        {
            UnsafeOnCompleted(continuation);
        }

        /// <summary>For the compiler.</summary>
        public void UnsafeOnCompleted(Action continuation)
        {
            Continue(frames, task, continuation);
        }

        internal static void Continue(FrameQueue frames, Task task, Action continuation)
        {
            if (task == null)
            {
                frames.Post(continuation);
            }
            else
            {
                task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(() => frames.Post(continuation));
            }
        }
    }

    /// <summary>Awaits a task with a result, and then the frame loop.</summary>
    public readonly struct FrameAwaitable<T> : ICriticalNotifyCompletion
    {
        private readonly FrameQueue frames;
        private readonly Task<T> task;

        internal FrameAwaitable(FrameQueue frames, Task<T> task)
        {
            this.frames = frames;
            this.task = task;
        }

        /// <summary>For `await`.</summary>
        public FrameAwaitable<T> GetAwaiter()
        {
            return this;
        }

        /// <summary>Never at once: what follows belongs to a frame.</summary>
        public bool IsCompleted
        {
            get { return false; }
        }

        /// <summary>The task's result, or what it threw.</summary>
        public T GetResult()
        {
            return task.GetAwaiter().GetResult();
        }

        /// <summary>For the compiler.</summary>
        public void OnCompleted(Action continuation)
        {
            UnsafeOnCompleted(continuation);
        }

        /// <summary>For the compiler.</summary>
        public void UnsafeOnCompleted(Action continuation)
        {
            FrameAwaitable.Continue(frames, task, continuation);
        }
    }
}
