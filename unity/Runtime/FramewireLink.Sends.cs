using System;

namespace Framewire
{
    /// <summary>What is sent of our own accord, what is told about the editor, and what is asked about the link.</summary>
    public sealed unsafe partial class FramewireLink
    {
        /// <summary>Sends a message that wants no answer. `json`: its parameters, or null.</summary>
        public Sent Notify(string name, string json = null)
        {
            CallMemory texts = CallMemory.For(CallMemory.LengthOf(name) + (long)CallMemory.LengthOf(json));
            ulong number = 0;
            LinkStatus status = Native.Notify(Handle, texts.Text(name), texts.Text(json), &number);
            texts.Done();
            return new Sent(status, number);
        }

        /// <summary>Sends a text message on a raw link.</summary>
        public Sent SendText(string text)
        {
            if (text == null)
            {
                throw new ArgumentNullException("text");
            }
            CallMemory texts = CallMemory.For(text);
            ulong number = 0;
            LinkStatus status = Native.SendText(Handle, texts.Text(text), &number);
            texts.Done();
            return new Sent(status, number);
        }

        /// <summary>Sends a text message, UTF-8, on a raw link.</summary>
        public Sent SendText(Utf8Text text)
        {
            ulong number = 0;
            LinkStatus status = Native.SendText(Handle, text.ToNative(), &number);
            return new Sent(status, number);
        }

        /// <summary>Sends a binary message on a raw link.</summary>
        public Sent SendBinary(byte[] bytes)
        {
            if (bytes == null)
            {
                throw new ArgumentNullException("bytes");
            }
            fixed (byte* first = bytes)
            {
                return SendBinary(new Utf8Text(first, bytes.Length));
            }
        }

        /// <summary>Sends bytes in native memory as binary message on a raw link.</summary>
        public Sent SendBinary(Utf8Text bytes)
        {
            ulong number = 0;
            LinkStatus status = Native.SendBinary(Handle, bytes.Pointer, (ulong)bytes.Length, &number);
            return new Sent(status, number);
        }

        /// <summary>Says what the editor can take. Cheap enough for every frame: only a change goes out.</summary>
        public LinkStatus SetReadiness(Readiness readiness, string reason = null)
        {
            CallMemory texts = CallMemory.For(reason);
            LinkStatus status = Native.SetReadiness(Handle, readiness, texts.Text(reason));
            texts.Done();
            return status;
        }

        /// <summary>Ends a phase: what the editor was before it counts again, unless something else was set meanwhile.</summary>
        public LinkStatus RestoreReadiness(Readiness readiness)
        {
            return Native.RestoreReadiness(Handle, readiness);
        }

        /// <summary>Copies out what the link is doing.</summary>
        public LinkStatus TryGetState(out LinkState state)
        {
            LinkState copied = default;
            LinkStatus status = Native.GetState(Handle, &copied, (ulong)sizeof(LinkState));
            state = copied;
            return status;
        }

        /// <summary>Copies out the counters of the link. They only grow.</summary>
        public LinkStatus TryGetStats(out LinkStats stats)
        {
            LinkStats copied = default;
            LinkStatus status = Native.GetStats(Handle, &copied, (ulong)sizeof(LinkStats));
            stats = copied;
            return status;
        }

        /// <summary>
        /// Lists what is open into `calls`; `count` gets how many are, which may be more than fit. Busy: ask again next frame.
        /// </summary>
        public LinkStatus Outstanding(OpenCall[] calls, out int count)
        {
            if (calls == null)
            {
                throw new ArgumentNullException("calls");
            }
            ulong open = 0;
            LinkStatus status;
            fixed (OpenCall* entries = calls)
            {
                status = Native.Outstanding(Handle, entries, (ulong)sizeof(OpenCall), (ulong)calls.Length, &open);
            }
            count = checked((int)open);
            return status;
        }
    }
}
