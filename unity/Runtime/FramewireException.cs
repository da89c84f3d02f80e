using System;

namespace Framewire
{
    /// <summary>A link could not be opened or changed; the message says what to do next.</summary>
    public sealed class FramewireException : Exception
    {
        /// <summary>What the call came to.</summary>
        public LinkStatus Status { get; }

        internal FramewireException(LinkStatus status, string message)
            : base(message)
        {
            Status = status;
        }

        internal FramewireException(LinkStatus status, string message, Exception cause)
            : base(message, cause)
        {
            Status = status;
        }
    }
}
