using System;

namespace Framewire
{
    /// <summary>
    /// A call of the peer, to be answered once. A small value that may be kept, handed to other threads, and used in later
    /// frames; what is not answered when the domain reloads comes to the next one as orphan.
    /// </summary>
    /// <remarks>
    /// Every method may be called from any thread, does not block, and copies what it is given. WouldBlock: nothing was
    /// taken, try again in some frames. Expired, Lost, AlreadyAnswered: somebody was faster, there is nothing left to do.
    /// Stale: the link is closed, detached or taken over, or this is a default value.
    /// </remarks>
    public readonly struct FramewireRequest : IEquatable<FramewireRequest>
    {
        internal FramewireRequest(FramewireLink link, ulong id)
        {
            Link = link;
            Id = id;
        }

        /// <summary>The link that it came by; null for a default value.</summary>
        public FramewireLink Link { get; }

        /// <summary>Its number, never used again in this process.</summary>
        public ulong Id { get; }

        /// <summary>Answers with `json`.</summary>
        public Sent Respond(string json)
        {
            return Link == null ? Nowhere : Link.Respond(Id, json);
        }

        /// <summary>Answers with JSON that a writer holds.</summary>
        public Sent Respond(JsonWriter json)
        {
            return Link == null ? Nowhere : Link.Respond(Id, json);
        }

        /// <summary>Answers with JSON, UTF-8, as it stands.</summary>
        public Sent Respond(Utf8Text json)
        {
            return Link == null ? Nowhere : Link.Respond(Id, json);
        }

        /// <summary>
        /// Answers with `json`, in which the value at `pointer` becomes `bytes` as base64, encoded on the link's thread.
        /// </summary>
        public Sent RespondAttachment(string json, string pointer, byte[] bytes)
        {
            return Link == null ? Nowhere : Link.RespondAttachment(Id, json, pointer, bytes);
        }

        /// <summary>Answers with an error. `code`: a word of the profile, or for JSON-RPC a number; `data`: JSON or null.</summary>
        public Sent RespondError(string code, string message, string data = null)
        {
            return Link == null ? Nowhere : Link.RespondError(Id, code, message, data);
        }

        /// <summary>
        /// Its answer comes in a later frame: gives it `timeoutMs` from now, 0 = for ever. `note`: words for the domain that
        /// finds it as orphan after a reload, at most 64 KiB.
        /// </summary>
        public LinkStatus Defer(uint timeoutMs, string note = null)
        {
            return Link == null ? LinkStatus.Stale : Link.Defer(Id, timeoutMs, note);
        }

        /// <summary>What a default value answers.</summary>
        private static Sent Nowhere
        {
            get { return new Sent(LinkStatus.Stale, 0); }
        }

        /// <summary>Whether both are the same call.</summary>
        public bool Equals(FramewireRequest other)
        {
            return Id == other.Id && ReferenceEquals(Link, other.Link);
        }

        /// <summary>Whether `other` is the same call.</summary>
        public override bool Equals(object other)
        {
            return other is FramewireRequest && Equals((FramewireRequest)other);
        }

        /// <summary>A hash of its number.</summary>
        public override int GetHashCode()
        {
            return Id.GetHashCode();
        }
    }
}
