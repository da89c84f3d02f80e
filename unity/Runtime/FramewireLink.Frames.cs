using System.Threading.Tasks;

namespace Framewire
{
    /// <summary>What `async` handlers await.</summary>
    public sealed partial class FramewireLink
    {
        /// <summary>`await link.NextFrame()` continues at the end of the next Poll, on its thread. Any thread may await it.</summary>
        public FrameAwaitable NextFrame()
        {
            return new FrameAwaitable(frames, null);
        }

        /// <summary>
        /// `await link.OnFrame(task)` continues in the first Poll after the task has ended, on its thread, wherever the task
        /// ran. Without it the rules of the host's SynchronizationContext hold.
        /// </summary>
        public FrameAwaitable OnFrame(Task task)
        {
            return new FrameAwaitable(frames, task ?? throw new System.ArgumentNullException("task"));
        }

        /// <summary>The same for a task with a result.</summary>
        public FrameAwaitable<T> OnFrame<T>(Task<T> task)
        {
            return new FrameAwaitable<T>(frames, task ?? throw new System.ArgumentNullException("task"));
        }

        /// <summary>Has `action` run at the end of the next Poll, on its thread. Any thread.</summary>
        public void Post(System.Action action)
        {
            if (action == null)
            {
                throw new System.ArgumentNullException("action");
            }
            frames.Post(action);
        }

        internal FrameQueue Frames
        {
            get { return frames; }
        }
    }
}
