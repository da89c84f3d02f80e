using System;

namespace Framewire
{
    /// <summary>
    /// UTF-8 text in the library's memory, lent: read it before the event that it came with is over, or copy it.
    /// Only ToString and ToArray allocate. The compiler keeps it out of fields and of what runs later.
    /// </summary>
    public readonly unsafe ref struct Utf8Text
    {
        private readonly byte* pointer;
        private readonly long length;

        /// <summary>A view of `length` bytes at `pointer`, which must stay where they are while it is used.</summary>
        public Utf8Text(byte* pointer, long length)
        {
            if (length < 0 || (pointer == null && length != 0))
            {
                throw new ArgumentOutOfRangeException("length");
            }
            this.pointer = pointer;
            this.length = length;
        }

        internal Utf8Text(NativeText text)
        {
            pointer = text.Pointer;
            length = (long)text.Length;
        }

        /// <summary>First byte; null if the text is absent or empty.</summary>
        public byte* Pointer
        {
            get { return pointer; }
        }

        /// <summary>Length in bytes.</summary>
        public long Length
        {
            get { return length; }
        }

        /// <summary>There is no text, or it has no byte: the library tells both alike.</summary>
        public bool IsEmpty
        {
            get { return length == 0; }
        }

        /// <summary>The byte at `index`.</summary>
        public byte this[long index]
        {
            get
            {
                if (index < 0 || index >= length)
                {
                    throw new ArgumentOutOfRangeException("index");
                }
                return pointer[index];
            }
        }

#if FRAMEWIRE_SPAN || UNITY_2021_2_OR_NEWER || NETSTANDARD2_1_OR_GREATER || NETCOREAPP2_1_OR_GREATER
        /// <summary>The bytes as a span, lent like the text.</summary>
        public ReadOnlySpan<byte> Span
        {
            get { return new ReadOnlySpan<byte>(pointer, checked((int)length)); }
        }
#endif

        /// <summary>Whether this is `text`, without making a string. Letters of any script count.</summary>
        public bool Is(string text)
        {
            return text != null && Utf8Compare.AreEqual(pointer, length, text);
        }

        /// <summary>Whether both have the same bytes.</summary>
        public bool Is(Utf8Text other)
        {
            if (length != other.length)
            {
                return false;
            }
            for (long i = 0; i < length; i++)
            {
                if (pointer[i] != other.pointer[i])
                {
                    return false;
                }
            }
            return true;
        }

        /// <summary>Copies the bytes to `target` from `offset` on.</summary>
        public void CopyTo(byte[] target, int offset)
        {
            if (target == null)
            {
                throw new ArgumentNullException("target");
            }
            if (offset < 0 || length > target.Length - offset)
            {
                throw new ArgumentException("the text does not fit behind the offset", "target");
            }
            if (length != 0)
            {
                fixed (byte* to = &target[offset])
                {
                    Buffer.MemoryCopy(pointer, to, length, length);
                }
            }
        }

        /// <summary>A copy of the bytes.</summary>
        public byte[] ToArray()
        {
            byte[] copy = new byte[length];
            CopyTo(copy, 0);
            return copy;
        }

        /// <summary>A copy as string; empty if the text is absent.</summary>
        public override string ToString()
        {
            return Utf8.Read(pointer, length) ?? string.Empty;
        }

        internal NativeText ToNative()
        {
            NativeText text = default;
            text.Pointer = pointer;
            text.Length = (ulong)length;
            return text;
        }
    }
}
