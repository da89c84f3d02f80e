using System.Globalization;
using System.Text;

namespace Framewire
{
    /// <summary>JSON strings to and from C# strings. Both allocate.</summary>
    public static class JsonStrings
    {
        /// <summary>`text` as a JSON string, with its quotes; null becomes `null`.</summary>
        public static string Quote(string text)
        {
            if (text == null)
            {
                return "null";
            }
            StringBuilder quoted = new StringBuilder(text.Length + 2);
            quoted.Append('"');
            foreach (char unit in text)
            {
                if (unit == '"' || unit == '\\')
                {
                    quoted.Append('\\').Append(unit);
                }
                else if (unit < ' ')
                {
                    quoted.Append("\\u").Append(((int)unit).ToString("x4", CultureInfo.InvariantCulture));
                }
                else
                {
                    quoted.Append(unit);
                }
            }
            return quoted.Append('"').ToString();
        }

        /// <summary>Resolves the escapes of a JSON string that the library has checked.</summary>
        internal static string Unescape(string escaped)
        {
            StringBuilder text = new StringBuilder(escaped.Length);
            for (int i = 0; i < escaped.Length; i++)
            {
                if (escaped[i] != '\\' || i + 1 == escaped.Length)
                {
                    text.Append(escaped[i]);
                    continue;
                }
                i++;
                if (escaped[i] != 'u')
                {
                    text.Append(Single(escaped[i]));
                    continue;
                }
                int unit;
                bool isWhole = i + 4 < escaped.Length;
                if (isWhole && int.TryParse(escaped.Substring(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out unit))
                {
                    text.Append((char)unit);
                    i += 4;
                }
            }
            return text.ToString();
        }

        private static char Single(char escape)
        {
            switch (escape)
            {
                case 'b': return '\b';
                case 'f': return '\f';
                case 'n': return '\n';
                case 'r': return '\r';
                case 't': return '\t';
                default: return escape;
            }
        }
    }
}
