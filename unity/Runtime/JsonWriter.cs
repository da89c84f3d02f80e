using System;
using System.Globalization;
using System.Text;

namespace Framewire
{
    /// <summary>
    /// Writes JSON as UTF-8 into memory that it uses again, so that an answer of any shape makes no garbage:
    /// `writer.Clear().BeginObject().Name("sum").Value(3).EndObject()`. Commas are its own; brackets and names are the
    /// caller's care. Fractional numbers and texts that are neither short nor plain may allocate.
    /// </summary>
    public sealed class JsonWriter
    {
        private byte[] bytes = new byte[256];
        private int length;
        private bool isCommaDue;

        /// <summary>Bytes written; those behind `Length` are old.</summary>
        internal byte[] Bytes
        {
            get { return bytes; }
        }

        /// <summary>Length of the text in bytes.</summary>
        public int Length
        {
            get { return length; }
        }

        /// <summary>Begins a new text.</summary>
        public JsonWriter Clear()
        {
            length = 0;
            isCommaDue = false;
            return this;
        }

        /// <summary>{</summary>
        public JsonWriter BeginObject()
        {
            return Open('{');
        }

        /// <summary>}</summary>
        public JsonWriter EndObject()
        {
            return Close('}');
        }

        /// <summary>[</summary>
        public JsonWriter BeginArray()
        {
            return Open('[');
        }

        /// <summary>]</summary>
        public JsonWriter EndArray()
        {
            return Close(']');
        }

        /// <summary>The name of the member whose value follows.</summary>
        public JsonWriter Name(string name)
        {
            Value(name ?? throw new ArgumentNullException("name"));
            Append(':');
            isCommaDue = false;
            return this;
        }

        /// <summary>A string; null becomes `null`.</summary>
        public JsonWriter Value(string text)
        {
            if (text == null)
            {
                return Raw("null");
            }
            BeginValue();
            Append('"');
            for (int i = 0; i < text.Length; i++)
            {
                AppendEscaped(text, ref i);
            }
            Append('"');
            return this;
        }

        /// <summary>An integer.</summary>
        public JsonWriter Value(long number)
        {
            BeginValue();
            if (number < 0)
            {
                Append('-');
            }
            AppendDigits(number < 0 ? (ulong)(-(number + 1)) + 1 : (ulong)number);
            return this;
        }

        /// <summary>An integer, such as an id or a counter.</summary>
        public JsonWriter Value(ulong number)
        {
            BeginValue();
            AppendDigits(number);
            return this;
        }

        /// <summary>A number; one that JSON has not becomes `null`. Allocates.</summary>
        public JsonWriter Value(double number)
        {
            bool isFinite = !double.IsNaN(number) && !double.IsInfinity(number);
            return Raw(isFinite ? number.ToString("R", CultureInfo.InvariantCulture) : "null");
        }

        /// <summary>A boolean.</summary>
        public JsonWriter Value(bool boolean)
        {
            return Raw(boolean ? "true" : "false");
        }

        /// <summary>JSON as it stands; none becomes `null`.</summary>
        public JsonWriter Value(JsonView json)
        {
            if (json.IsEmpty)
            {
                return Raw("null");
            }
            BeginValue();
            int count = checked((int)json.Text.Length);
            Reserve(count);
            json.Text.CopyTo(bytes, length);
            length += count;
            return this;
        }

        /// <summary>JSON as it stands.</summary>
        public JsonWriter Raw(string json)
        {
            BeginValue();
            Reserve(Encoding.UTF8.GetByteCount(json));
            length += Encoding.UTF8.GetBytes(json, 0, json.Length, bytes, length);
            return this;
        }

        /// <summary>The text as string. Allocates.</summary>
        public override string ToString()
        {
            return Encoding.UTF8.GetString(bytes, 0, length);
        }

        private JsonWriter Open(char bracket)
        {
            BeginValue();
            Append(bracket);
            isCommaDue = false;
            return this;
        }

        private JsonWriter Close(char bracket)
        {
            Append(bracket);
            isCommaDue = true;
            return this;
        }

        private void BeginValue()
        {
            if (isCommaDue)
            {
                Append(',');
            }
            isCommaDue = true;
        }

        private void AppendDigits(ulong rest)
        {
            int digits = 1;
            for (ulong left = rest / 10; left != 0; left /= 10)
            {
                digits++;
            }
            Reserve(digits);
            for (int i = length + digits - 1; i >= length; i--)
            {
                bytes[i] = (byte)('0' + rest % 10);
                rest /= 10;
            }
            length += digits;
        }

        private void AppendEscaped(string text, ref int at)
        {
            char unit = text[at];
            if (unit == '"' || unit == '\\')
            {
                Append('\\');
                Append(unit);
            }
            else if (unit < ' ')
            {
                const string digits = "0123456789abcdef";
                Append('\\');
                Append('u');
                Append('0');
                Append('0');
                Append(digits[unit >> 4]);
                Append(digits[unit & 15]);
            }
            else if (unit < 0x80)
            {
                Append(unit);
            }
            else
            {
                bool isPair = char.IsHighSurrogate(unit) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]);
                int units = isPair ? 2 : 1;
                Reserve(4);
                length += Encoding.UTF8.GetBytes(text, at, units, bytes, length);
                at += units - 1;
            }
        }

        private void Append(char ascii)
        {
            Reserve(1);
            bytes[length++] = (byte)ascii;
        }

        private void Reserve(int more)
        {
            if (length + more > bytes.Length)
            {
                Array.Resize(ref bytes, Math.Max(checked(length + more), bytes.Length * 2));
            }
        }
    }
}
