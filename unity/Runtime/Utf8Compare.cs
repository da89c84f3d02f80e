namespace Framewire
{
    /// <summary>Holds UTF-8 against strings, without making one of the other.</summary>
    internal static unsafe class Utf8Compare
    {
        internal static bool AreEqual(byte* bytes, long length, string text)
        {
            long at = 0;
            for (int i = 0; i < text.Length; i++)
            {
                char unit = text[i];
                if (unit < 0x80)
                {
                    if (at >= length || bytes[at] != unit)
                    {
                        return false;
                    }
                    at++;
                    continue;
                }
                uint scalar = unit;
                if (char.IsHighSurrogate(unit) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                {
                    i++;
                    scalar = (uint)char.ConvertToUtf32(unit, text[i]);
                }
                if (!Matches(bytes, length, ref at, scalar))
                {
                    return false;
                }
            }
            return at == length;
        }

        /// <summary>Whether the bytes at `at` are that character of two to four bytes; moves behind it.</summary>
        private static bool Matches(byte* bytes, long length, ref long at, uint scalar)
        {
            int more = scalar < 0x800 ? 1 : scalar < 0x10000 ? 2 : 3;
            if (at + more >= length)
            {
                return false;
            }
            uint lead = more == 1 ? 0xC0u : more == 2 ? 0xE0u : 0xF0u;
            bool same = bytes[at] == (byte)(lead | (scalar >> (6 * more)));
            for (int i = 1; i <= more; i++)
            {
                same &= bytes[at + i] == (byte)(0x80 | ((scalar >> (6 * (more - i))) & 0x3F));
            }
            at += more + 1;
            return same;
        }
    }
}
