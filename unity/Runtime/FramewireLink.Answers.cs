using System;

namespace Framewire
{
    /// <summary>Answers to calls of the peer, by id. FramewireRequest has the same, by request.</summary>
    public sealed unsafe partial class FramewireLink
    {
        /// <summary>Answers request `id` with `json`. There is exactly one answer to each; the status is exact.</summary>
        public Sent Respond(ulong id, string json)
        {
            CallMemory texts = CallMemory.For(json);
            Sent sent = Respond(id, texts.Text(json));
            texts.Done();
            return sent;
        }

        /// <summary>Answers with JSON that a writer holds.</summary>
        public Sent Respond(ulong id, JsonWriter json)
        {
            if (json == null)
            {
                throw new ArgumentNullException("json");
            }
            fixed (byte* bytes = json.Bytes)
            {
                return Respond(id, new Utf8Text(bytes, json.Length));
            }
        }

        /// <summary>Answers with JSON, UTF-8, as it stands.</summary>
        public Sent Respond(ulong id, Utf8Text json)
        {
            return Respond(id, json.ToNative());
        }

        /// <summary>Answers with an error. `code`: a word of the profile, or for JSON-RPC a number; `data`: JSON or null.</summary>
        public Sent RespondError(ulong id, string code, string message, string data = null)
        {
            long size = (long)CallMemory.LengthOf(code) + CallMemory.LengthOf(message) + CallMemory.LengthOf(data);
            CallMemory texts = CallMemory.For(size);
            ulong number = 0;
            LinkStatus status =
                Native.RespondError(Handle, id, texts.Text(code), texts.Text(message), texts.Text(data), &number);
            texts.Done();
            return new Sent(status, number);
        }

        /// <summary>
        /// Answers with `json`, in which the value at `pointer` becomes `bytes` as base64, encoded on the link's thread.
        /// </summary>
        public Sent RespondAttachment(ulong id, string json, string pointer, byte[] bytes)
        {
            if (bytes == null)
            {
                throw new ArgumentNullException("bytes");
            }
            fixed (byte* first = bytes)
            {
                return RespondAttachment(id, json, pointer, new Utf8Text(first, bytes.Length));
            }
        }

        /// <summary>The same, with bytes in native memory, such as a NativeArray's.</summary>
        public Sent RespondAttachment(ulong id, string json, string pointer, Utf8Text bytes)
        {
            CallMemory texts = CallMemory.For(CallMemory.LengthOf(json) + (long)CallMemory.LengthOf(pointer));
            ulong number = 0;
            LinkStatus status = Native.RespondAttachment(
                Handle, id, texts.Text(json), texts.Text(pointer), bytes.Pointer, (ulong)bytes.Length, &number);
            texts.Done();
            return new Sent(status, number);
        }

        /// <summary>
        /// The answer to request `id` comes in a later frame: gives it `timeoutMs` from now, 0 = for ever. `note`: words for the
        /// domain that finds it as orphan after a reload, at most 64 KiB.
        /// </summary>
        public LinkStatus Defer(ulong id, uint timeoutMs, string note = null)
        {
            CallMemory texts = CallMemory.For(note);
            LinkStatus status = Native.Defer(Handle, id, timeoutMs, texts.Text(note));
            texts.Done();
            return status;
        }

        private Sent Respond(ulong id, NativeText json)
        {
            ulong number = 0;
            LinkStatus status = Native.Respond(Handle, id, json, &number);
            return new Sent(status, number);
        }
    }
}
