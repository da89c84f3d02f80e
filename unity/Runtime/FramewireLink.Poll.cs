using System;
using System.Runtime.ExceptionServices;

namespace Framewire
{
    /// <summary>The frame loop's part.</summary>
    public sealed unsafe partial class FramewireLink
    {
        /// <summary>Payload bytes after which a poll stops; the rest comes with the next one.</summary>
        internal const ulong PayloadBudget = 4 * 1024 * 1024;

        /// <summary>Most events that one poll hands out.</summary>
        public const int DefaultMaxEvents = 64;

        private readonly FrameQueue frames = new FrameQueue();

        /// <summary>
        /// Hands waiting events to `handler`, oldest first, then continues what waits for a frame. Call it once a frame. Each
        /// event is taken from the link only when it is its turn, so a reload inside a handler takes no other with it.
        /// Keep the delegate in a field: making one for each call makes garbage.
        /// </summary>
        /// <returns>
        /// Ok: something was handed out. Empty: nothing waits, or the link is paused. Busy: an event is lent already, this is a
        /// poll inside a handler. Stale: the link is closed, detached, or somebody else attached to it.
        /// </returns>
        /// <exception cref="Exception">
        /// What a handler threw first, or else a continuation, after all others had their turn.
        /// </exception>
        public LinkStatus Poll(FramewireEventHandler handler, int maxEvents = DefaultMaxEvents)
        {
            if (handler == null)
            {
                throw new ArgumentNullException("handler");
            }
            ExceptionDispatchInfo failure = null;
            ulong left = PayloadBudget;
            LinkStatus result = LinkStatus.Empty;
            for (int taken = 0; taken < maxEvents && left != 0; taken++)
            {
                ulong polled = Handle;
                LinkStatus status = memory.Poll(polled);
                if (status != LinkStatus.Ok)
                {
                    // What came before counts more than that it is over.
                    result = taken != 0 && status == LinkStatus.Empty ? LinkStatus.Ok : status;
                    break;
                }
                result = LinkStatus.Ok;
                ulong size = memory.Item->Data.Length;
                left -= Math.Min(left, size);
                try
                {
                    if (!TakeReply(memory.Item))
                    {
                        handler(new FramewireEvent(memory.Item, this));
                    }
                }
                catch (Exception error)
                {
                    failure = failure ?? ExceptionDispatchInfo.Capture(error);
                }
                finally
                {
                    Native.Release(polled);
                }
            }
            ExceptionDispatchInfo late = EndFrame(result);
            failure = failure ?? late;
            if (failure != null)
            {
                failure.Throw();
            }
            return result;
        }

        /// <summary>
        /// The same as a sequence, for `foreach`: an event is over when the next one is asked for. Makes no garbage. A loop
        /// that is left early leaves the rest for the next poll, and what waits for a frame continues all the same. What a
        /// continuation threw first comes out of the loop.
        /// </summary>
        public FramewireEvents Poll(int maxEvents = DefaultMaxEvents)
        {
            return new FramewireEvents(this, maxEvents);
        }

        /// <summary>
        /// Waits until there is something to poll. Blocks for `timeoutMs` ms at most, in steps between which the runtime can
        /// stop the thread. Not for the frame thread.
        /// </summary>
        public LinkStatus Wait(uint timeoutMs)
        {
            const uint LongestStep = 200;
            ulong until = Native.NowNs() + timeoutMs * 1000000UL;
            LinkStatus status;
            do
            {
                ulong now = Native.NowNs();
                uint step = now >= until ? 0 : (uint)Math.Min((until - now + 999999) / 1000000, LongestStep);
                status = Native.Wait(Handle, step);
            }
            while (status == LinkStatus.TimedOut && Native.NowNs() < until);
            return status;
        }

        /// <summary>Polls one event for a sequence; true: it is lent, until `Native.Release(polled)`.</summary>
        internal bool TryTake(ulong polled, out LinkStatus status)
        {
            for (;;)
            {
                status = memory.Poll(polled);
                if (status != LinkStatus.Ok)
                {
                    return false;
                }
                bool isReply = true;
                try
                {
                    isReply = TakeReply(memory.Item);
                }
                finally
                {
                    if (isReply)
                    {
                        Native.Release(polled);
                    }
                }
                if (!isReply)
                {
                    return true;
                }
            }
        }

        internal FramewireEvent Lent
        {
            get { return new FramewireEvent(memory.Item, this); }
        }

        /// <summary>Continues what waits for a frame. Not inside a handler, whose own poll will do it.</summary>
        internal ExceptionDispatchInfo EndFrame(LinkStatus status)
        {
            if (status == LinkStatus.Busy)
            {
                return null;
            }
            if (status == LinkStatus.Stale)
            {
                EndCalls("the link is closed, or somebody else attached to it, before the reply came");
            }
            return frames.Run();
        }
    }
}
