namespace Framewire
{
    /// <summary>How a call of ours ended. There is one to each call, whatever comes of it.</summary>
    public sealed class FramewireReply
    {
        internal FramewireReply(LinkStatus status, EventReason reason, string data, string detail, long errorCode, ulong ageNs)
        {
            Status = status;
            Reason = reason;
            Data = data;
            Detail = detail;
            ErrorCode = errorCode;
            AgeNs = ageNs;
        }

        /// <summary>How the call itself was taken. WouldBlock, NotOpen and the like: it was not sent.</summary>
        public LinkStatus Status { get; }

        /// <summary>Why it ended; None for a result.</summary>
        public EventReason Reason { get; }

        /// <summary>The result as JSON; with PeerError the data of the error; else null.</summary>
        public string Data { get; }

        /// <summary>What went wrong, for a person; null for a result.</summary>
        public string Detail { get; }

        /// <summary>PeerError: the peer's code.</summary>
        public long ErrorCode { get; }

        /// <summary>Time from the call to its end, ns.</summary>
        public ulong AgeNs { get; }

        /// <summary>There is a result.</summary>
        public bool IsResult
        {
            get { return Status == LinkStatus.Ok && Reason == EventReason.None; }
        }
    }
}
