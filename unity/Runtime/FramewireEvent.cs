namespace Framewire
{
    /// <summary>Takes one event, which is lent for the call.</summary>
    public delegate void FramewireEventHandler(FramewireEvent item);

    /// <summary>
    /// One thing that happened. Its texts are lent until the next event is asked for. EventKind says which fields count
    /// for which kind; the others are zero or empty.
    /// </summary>
    public readonly unsafe ref struct FramewireEvent
    {
        private readonly NativeEvent* raw;
        private readonly FramewireLink link;

        internal FramewireEvent(NativeEvent* raw, FramewireLink link)
        {
            this.raw = raw;
            this.link = link;
        }

        /// <summary>What happened.</summary>
        public EventKind Kind
        {
            get { return raw->Kind; }
        }

        /// <summary>The link that it happened to.</summary>
        public FramewireLink Link
        {
            get { return link; }
        }

        /// <summary>Request, RequestOrphaned: the call to be answered. It may be kept.</summary>
        public FramewireRequest Request
        {
            get { return new FramewireRequest(link, raw->Id); }
        }

        /// <summary>Whether it is a call to be answered, new or orphaned.</summary>
        public bool IsRequest
        {
            get { return raw->Kind == EventKind.Request || raw->Kind == EventKind.RequestOrphaned; }
        }

        /// <summary>Request, RequestOrphaned, RequestEnded: the request; Response: the call.</summary>
        public ulong Id
        {
            get { return raw->Id; }
        }

        /// <summary>Method of a call, name of a notification, version of a server.</summary>
        public Utf8Text Name
        {
            get { return new Utf8Text(raw->Name); }
        }

        /// <summary>Parameters or payload.</summary>
        public Utf8Text Data
        {
            get { return new Utf8Text(raw->Data); }
        }

        /// <summary>Parameters or payload, to be read by JSON Pointer.</summary>
        public JsonView Json
        {
            get { return new JsonView(Data); }
        }

        /// <summary>Words for a person.</summary>
        public Utf8Text Detail
        {
            get { return new Utf8Text(raw->Detail); }
        }

        /// <summary>RequestOrphaned: what the earlier owner left by Defer.</summary>
        public Utf8Text Note
        {
            get { return new Utf8Text(raw->Note); }
        }

        /// <summary>Why.</summary>
        public EventReason Reason
        {
            get { return raw->Reason; }
        }

        /// <summary>What is known besides.</summary>
        public EventFlags Flags
        {
            get { return raw->Flags; }
        }

        /// <summary>Log: how severe it is.</summary>
        public LinkLogLevel Level
        {
            get { return raw->Level; }
        }

        /// <summary>Connection that the event belongs to; 0 before the first.</summary>
        public ulong Generation
        {
            get { return raw->Generation; }
        }

        /// <summary>Arrival, on the clock of FramewireLibrary.NowNs.</summary>
        public ulong TimeNs
        {
            get { return raw->TimeNs; }
        }

        /// <summary>RequestOrphaned: since its arrival; Response: since the call; ns.</summary>
        public ulong AgeNs
        {
            get { return raw->AgeNs; }
        }

        /// <summary>
        /// Dropped: messages; Closed: requests dropped unseen; RequestOrphaned: times handed out, this one included; Log,
        /// ConnectFailed, Reconnecting: older ones folded away.
        /// </summary>
        public ulong Count
        {
            get { return raw->Count; }
        }

        /// <summary>Closed: close code; ConnectFailed: HTTP status or close code; SendDropped, Response: offset of the fault.</summary>
        public uint Code
        {
            get { return raw->Code; }
        }

        /// <summary>Response: the peer's error code.</summary>
        public long ErrorCode
        {
            get { return raw->ErrorCode; }
        }

        /// <summary>ConnectFailed, Closed: error number of the operating system.</summary>
        public int OsError
        {
            get { return raw->OsError; }
        }

        /// <summary>SendDropped: first send of the run.</summary>
        public ulong First
        {
            get { return raw->First; }
        }

        /// <summary>SendDropped: last send of the run.</summary>
        public ulong Last
        {
            get { return raw->Last; }
        }

        /// <summary>Closed: open requests and calls settled as lost.</summary>
        public ulong Settled
        {
            get { return raw->Settled; }
        }

        /// <summary>Closed: messages the system took that nothing shows the peer has read.</summary>
        public ulong Unconfirmed
        {
            get { return raw->Unconfirmed; }
        }

        /// <summary>Closed: connections that opened and closed unseen before.</summary>
        public ulong Skipped
        {
            get { return raw->Skipped; }
        }

        /// <summary>Reconnecting, ConnectFailed: number of the attempt, from 1.</summary>
        public uint Attempt
        {
            get { return raw->Attempt; }
        }

        /// <summary>Reconnecting, ConnectFailed: wait before the next dial, ms.</summary>
        public uint DelayMs
        {
            get { return raw->DelayMs; }
        }
    }
}
