using System.Text;

namespace Framewire
{
    /// <summary>Reads the library's texts into strings, which allocates.</summary>
    internal static unsafe class Utf8
    {
        /// <summary>The text of `length` bytes at `text`; null if it is absent.</summary>
        internal static string Read(byte* text, long length)
        {
            if (text == null)
            {
                return null;
            }
            return length == 0 ? string.Empty : Encoding.UTF8.GetString(text, checked((int)length));
        }

        /// <summary>The text before the first NUL of the `capacity` bytes at `text`.</summary>
        internal static string ReadTerminated(byte* text, int capacity)
        {
            int length = 0;
            while (length < capacity && text[length] != 0)
            {
                length++;
            }
            return Read(text, length);
        }
    }
}
