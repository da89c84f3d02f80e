using System;

namespace Framewire
{
    /// <summary>
    /// Where a poll writes the event that it lends. Native, so that it stays in its place; freed only when nobody can reach
    /// it any more, so that no close pulls it away from under a poll. The loan guards it: while an event is lent, other
    /// polls of the link write nothing.
    /// </summary>
    internal sealed unsafe class EventMemory
    {
        internal readonly NativeEvent* Item = (NativeEvent*)NativeMemory.Allocate(sizeof(NativeEvent));

        ~EventMemory()
        {
            NativeMemory.FreeUnlessUnloading(Item);
        }

        /// <summary>Polls one event into `Item`. Ok: it is lent until `Native.Release`.</summary>
        internal LinkStatus Poll(ulong handle)
        {
            ulong count;
            LinkStatus status = Native.Poll(handle, Item, (ulong)sizeof(NativeEvent), 1, &count);
            GC.KeepAlive(this);
            return status;
        }
    }
}
