using System;
using System.Threading;

namespace Framewire
{
    /// <summary>
    /// A link to a server. Its WebSocket lives on a native thread that no domain reload ends; this object is one domain's
    /// hold on it.
    /// </summary>
    /// <remarks>
    /// Poll it from the frame loop, one thread at a time. Every other member may be called from any thread. Only Close,
    /// Dispose and Wait block, each for as long as its argument says. Before a domain reload call Detach, and open a link of
    /// the same name, owner and profile afterwards: it attaches to the living one. An object that is forgotten, or that dies
    /// with its domain, closes nothing: at most it detaches.
    /// </remarks>
    public sealed unsafe partial class FramewireLink : IDisposable
    {
        /// <summary>How long Dispose may block, ms.</summary>
        public const uint DefaultLingerMs = 250;

        private readonly EventMemory memory = new EventMemory();

        /// <summary>The native handle; 0 once it was given back. A number that is never used twice.</summary>
        private long handle;

        private FramewireLink(FramewireConfig config)
        {
            Name = config.Name;
            Profile = config.Profile ?? LinkProfile.Raw;
        }

        /// <summary>
        /// Nothing more than a detach: when a domain unloads, its finalizers may run after the next domain has attached. Then
        /// the handle is stale, and this does nothing at all.
        /// </summary>
        ~FramewireLink()
        {
            long old = Interlocked.Exchange(ref handle, 0);
            if (old != 0)
            {
                Native.Detach((ulong)old, Readiness.Reloading);
            }
        }

        /// <summary>Name of the link.</summary>
        public string Name { get; }

        /// <summary>What is spoken.</summary>
        public LinkProfile Profile { get; }

        /// <summary>
        /// The link lived before: its connection goes on, and what was open comes as RequestOrphaned. Opened is not repeated;
        /// TryGetState tells how it stands.
        /// </summary>
        public bool IsAttached { get; private set; }

        /// <summary>Not closed and not detached by this object.</summary>
        public bool IsOpen
        {
            get { return Volatile.Read(ref handle) != 0; }
        }

        internal ulong Handle
        {
            get { return (ulong)Volatile.Read(ref handle); }
        }

        /// <summary>Opens a link and starts to dial, or attaches to the living link of that name. Does not wait.</summary>
        /// <exception cref="FramewireException">It was refused; the message says what to do next.</exception>
        public static FramewireLink Open(FramewireConfig config)
        {
            if (config == null)
            {
                throw new ArgumentNullException("config");
            }
            FramewireLibrary.Check();
            NativeConfig raw;
            // All that can fail on this side comes first, so that nothing is lost behind the native call.
            FramewireLink link = new FramewireLink(config);
            LinkStatus status = Native.ConfigInit(&raw, (ulong)sizeof(NativeConfig), Native.ExpectedAbiVersion);
            if (!FramewireLibrary.IsDone(status))
            {
                throw new FramewireException(status, "The native library refused the defaults: " + status + ". Restart the editor.");
            }
            CallMemory texts = CallMemory.For(config.Size);
            config.Fill(&raw, texts);
            ulong opened;
            NativeError error;
            status = Native.Open(&raw, &opened, &error);
            if (FramewireLibrary.IsDone(status))
            {
                link.handle = (long)opened;
                link.IsAttached = status == LinkStatus.Attached;
            }
            texts.Done();
            if (!link.IsOpen)
            {
                throw new FramewireException(status, status + ": " + error.Text);
            }
            return link;
        }

        /// <summary>
        /// Gives the link up and keeps it alive, for the domain that opens it by name next. Never blocks. Calls of ours that
        /// are under way end for this object as Lost at its next Poll; their replies go to the next owner.
        /// </summary>
        public LinkStatus Detach(Readiness readiness = Readiness.Reloading)
        {
            LinkStatus status = Native.Detach(Handle, readiness);
            if (status != LinkStatus.Invalid)
            {
                Volatile.Write(ref handle, 0);
                GC.SuppressFinalize(this);
                EndCalls("the link was detached before the reply came");
                CallMemory.FreeOfThisThread();
            }
            return status;
        }

        /// <summary>
        /// Closes the link, blocking for `lingerMs` ms at most and the moments that the native call names. Calls of ours that
        /// are under way end as Lost. What waits for a frame continues for the last time: before this returns, on this thread,
        /// or, if this is called where such things continue, right after it.
        /// </summary>
        /// <exception cref="Exception">What a continuation threw first. The link is closed all the same.</exception>
        public LinkStatus Close(uint lingerMs, out CloseReport report)
        {
            ulong old = (ulong)Interlocked.Exchange(ref handle, 0);
            GC.SuppressFinalize(this);
            CloseReport filled = default;
            LinkStatus status = Native.Close(old, lingerMs, &filled, (ulong)sizeof(CloseReport));
            report = filled;
            EndCalls("the link was closed before the reply came");
            frames.RunLast()?.Throw();
            return status;
        }

        /// <summary>Closes the link and forgets the report.</summary>
        public LinkStatus Close(uint lingerMs = DefaultLingerMs)
        {
            CloseReport report;
            return Close(lingerMs, out report);
        }

        /// <summary>Closes the link if it is still open. Not for a domain reload: that is Detach.</summary>
        public void Dispose()
        {
            if (IsOpen)
            {
                Close();
            }
        }

        /// <summary>Dials now; undoes Disconnect.</summary>
        public LinkStatus Connect()
        {
            return Native.Connect(Handle);
        }

        /// <summary>Closes the connection and stays disconnected until Connect; the link stays open.</summary>
        public LinkStatus Disconnect()
        {
            return Native.Disconnect(Handle);
        }

        /// <summary>Takes a new session id at the next connection.</summary>
        public LinkStatus RenewSession()
        {
            return Native.RenewSession(Handle);
        }

        /// <summary>Where the next dial goes, and with which token. Null keeps what was; an empty token wipes it.</summary>
        /// <exception cref="FramewireException">A text was refused; the message says why.</exception>
        public LinkStatus SetEndpoint(string url, string token = null)
        {
            CallMemory texts = CallMemory.For(CallMemory.LengthOf(url) + (long)CallMemory.LengthOf(token));
            NativeError error;
            LinkStatus status = Native.SetEndpoint(Handle, texts.Text(url), texts.Text(token), &error);
            texts.Done();
            return Checked(status, &error);
        }

        /// <summary>The hello that the next connection begins with, a JSON object; unity-mcp learns of tools at once.</summary>
        /// <exception cref="FramewireException">The text was refused; the message says why.</exception>
        public LinkStatus SetHello(string json)
        {
            CallMemory texts = CallMemory.For(json);
            NativeError error;
            LinkStatus status = Native.SetHello(Handle, texts.Text(json), &error);
            texts.Done();
            return Checked(status, &error);
        }

        /// <summary>Stops handing out events; the connection goes on. Pauses nest.</summary>
        public LinkStatus Pause()
        {
            return Native.Pause(Handle);
        }

        /// <summary>Undoes one Pause.</summary>
        public LinkStatus Resume()
        {
            return Native.Resume(Handle);
        }

        /// <summary>Bad texts are told as exceptions; what is not now, or no more, as a status.</summary>
        private static LinkStatus Checked(LinkStatus status, NativeError* error)
        {
            if (status == LinkStatus.Invalid || status == LinkStatus.Unsupported)
            {
                throw new FramewireException(status, status + ": " + error->Text);
            }
            return status;
        }
    }
}
