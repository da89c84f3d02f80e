using System;
using System.Text;

namespace Framewire
{
    /// <summary>
    /// Native memory of one thread, in which strings lie as UTF-8 while a call takes them. It is used again for the next
    /// call, so that a call makes no garbage. Calls do not nest: the library never calls back.
    /// </summary>
    internal sealed unsafe class CallMemory
    {
        /// <summary>A block that a large text asked for is not kept beyond this.</summary>
        private const int LargestKept = 256 * 1024;
        private const int Smallest = 1024;
        private const int MostBytesOfAChar = 3;

        [ThreadStatic]
        private static CallMemory current;

        private byte* block;
        private int capacity;
        private int used;

        private CallMemory()
        {
        }

        ~CallMemory()
        {
            NativeMemory.FreeUnlessUnloading(block);
        }

        /// <summary>This thread's memory, empty, with room for texts of that many chars altogether.</summary>
        internal static CallMemory For(long chars)
        {
            CallMemory memory = current ?? (current = new CallMemory());
            memory.used = 0;
            if (chars > int.MaxValue / MostBytesOfAChar)
            {
                throw new ArgumentException("One call takes texts of 715 million characters at most: hand the bytes over, as Utf8Text.");
            }
            memory.Reserve((int)chars * MostBytesOfAChar);
            return memory;
        }

        /// <summary>As above, for the text of a call that takes only one.</summary>
        internal static CallMemory For(string text)
        {
            return For(LengthOf(text));
        }

        internal static int LengthOf(string text)
        {
            return text == null ? 0 : text.Length;
        }

        /// <summary>`text` as UTF-8, until the next call of this thread. Null is absent.</summary>
        internal NativeText Text(string text)
        {
            NativeText view = default;
            if (text == null)
            {
                return view;
            }
            view.Pointer = block + used;
            if (text.Length != 0)
            {
                fixed (char* chars = text)
                {
                    int length = Encoding.UTF8.GetBytes(chars, text.Length, block + used, capacity - used);
                    view.Length = (ulong)length;
                    used += length;
                }
            }
            return view;
        }

        /// <summary>A copy of `numbers`, until the next call of this thread.</summary>
        internal uint* Numbers(uint[] numbers)
        {
            // Behind texts of any length: the library reads aligned numbers only.
            used = (used + sizeof(uint) - 1) & ~(sizeof(uint) - 1);
            if (numbers.Length > (capacity - used) / sizeof(uint))
            {
                throw new ArgumentException("the array was exchanged for a longer one while it was read", "numbers");
            }
            uint* copy = (uint*)(block + used);
            for (int i = 0; i < numbers.Length; i++)
            {
                copy[i] = numbers[i];
            }
            used += numbers.Length * sizeof(uint);
            return copy;
        }

        /// <summary>Gives back a block that is too large to be kept. Due after each call with texts of any size.</summary>
        internal void Done()
        {
            if (capacity > LargestKept)
            {
                Resize(0);
            }
        }

        /// <summary>Frees what this thread holds, until its next call: in a domain that unloads nobody would.</summary>
        internal static void FreeOfThisThread()
        {
            current?.Resize(0);
        }

        private void Reserve(int bytes)
        {
            if (block == null || bytes > capacity)
            {
                Resize(Math.Max(bytes, Smallest));
            }
        }

        private void Resize(int bytes)
        {
            byte* old = block;
            block = null;
            capacity = 0;
            NativeMemory.Free(old);
            if (bytes != 0)
            {
                block = (byte*)NativeMemory.Allocate(bytes);
                capacity = bytes;
            }
        }
    }
}
