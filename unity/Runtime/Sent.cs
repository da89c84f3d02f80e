namespace Framewire
{
    /// <summary>How a send was taken, and its number, by which a SendDropped event would report it.</summary>
    public readonly struct Sent
    {
        /// <summary>What the call came to.</summary>
        public readonly LinkStatus Status;

        /// <summary>Number of the send; 0 if it was not taken.</summary>
        public readonly ulong Number;

        internal Sent(LinkStatus status, ulong number)
        {
            Status = status;
            Number = number;
        }

        /// <summary>It was taken, maybe with a remark.</summary>
        public bool IsDone
        {
            get { return FramewireLibrary.IsDone(Status); }
        }

        /// <summary>Nothing was taken because a queue is full: try again in some frames.</summary>
        public bool WouldBlock
        {
            get { return Status == LinkStatus.WouldBlock; }
        }

        /// <summary>The status in words.</summary>
        public override string ToString()
        {
            return Status.ToString();
        }
    }
}
