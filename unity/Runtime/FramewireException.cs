using System;
using System.Runtime.Serialization;

namespace Framewire
{
    /// <summary>A link could not be opened or changed; the message says what to do next.</summary>
    [Serializable]
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

        /// <summary>Comes from another domain.</summary>
        private FramewireException(SerializationInfo info, StreamingContext context)
            : base(info, context)
        {
            Status = (LinkStatus)info.GetUInt32("Status");
        }

        /// <summary>Goes to another domain.</summary>
        public override void GetObjectData(SerializationInfo info, StreamingContext context)
        {
            base.GetObjectData(info, context);
            info.AddValue("Status", (uint)Status);
        }
    }
}
