using System;
using System.Runtime.ExceptionServices;

namespace Framewire
{
    /// <summary>The events of one poll, for `foreach`. Made by FramewireLink.Poll.</summary>
    public readonly struct FramewireEvents
    {
        private readonly FramewireLink link;
        private readonly int maxEvents;

        internal FramewireEvents(FramewireLink link, int maxEvents)
        {
            this.link = link;
            this.maxEvents = maxEvents;
        }

        /// <summary>Begins to poll.</summary>
        public Enumerator GetEnumerator()
        {
            return new Enumerator(link, maxEvents);
        }

        /// <summary>Goes from event to event; gives each back before it takes the next.</summary>
        public struct Enumerator : IDisposable
        {
            private readonly FramewireLink link;
            private int left;
            private ulong budget;
            private bool isFrameDue;

            /// <summary>The handle of the event that is lent; 0 = none is.</summary>
            private ulong lent;

            internal Enumerator(FramewireLink link, int maxEvents)
            {
                this.link = link;
                left = maxEvents;
                budget = FramewireLink.PayloadBudget;
                isFrameDue = false;
                lent = 0;
            }

            /// <summary>The event that it stands on.</summary>
            public FramewireEvent Current
            {
                get { return link.Lent; }
            }

            /// <summary>Takes the next event. False: there is none for this frame.</summary>
            public bool MoveNext()
            {
                Release();
                ulong polled = link.Handle;
                LinkStatus status = LinkStatus.Ok;
                if (left > 0 && budget != 0 && link.TryTake(polled, out status))
                {
                    left--;
                    budget -= Math.Min(budget, (ulong)Current.Data.Length);
                    lent = polled;
                    isFrameDue = true;
                    return true;
                }
                left = 0;
                EndFrame(status);
                return false;
            }

            /// <summary>Gives back the event that it stands on, and ends the frame if the loop was left early.</summary>
            public void Dispose()
            {
                Release();
                if (isFrameDue)
                {
                    EndFrame(LinkStatus.Ok);
                }
            }

            private void EndFrame(LinkStatus status)
            {
                isFrameDue = false;
                ExceptionDispatchInfo failure = link.EndFrame(status);
                if (failure != null)
                {
                    failure.Throw();
                }
            }

            private void Release()
            {
                if (lent != 0)
                {
                    Native.Release(lent);
                    lent = 0;
                }
            }
        }
    }
}
