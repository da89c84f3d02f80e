namespace Framewire
{
    /// <summary>A value inside a JSON text. Its text is lent like that one.</summary>
    public readonly ref struct JsonValue
    {
        private readonly NativeJson raw;

        internal JsonValue(NativeJson raw)
        {
            this.raw = raw;
        }

        /// <summary>What kind of value it is; Missing for a default one.</summary>
        public JsonKind Kind
        {
            get { return raw.Kind; }
        }

        /// <summary>It is a number without fraction that fits 64 bits.</summary>
        public bool IsInteger
        {
            get { return raw.Kind == JsonKind.Number && (raw.Flags & JsonFlags.Integer) != 0; }
        }

        /// <summary>The integer; 0 if it is none.</summary>
        public long Integer
        {
            get { return IsInteger ? raw.Integer : 0; }
        }

        /// <summary>The number; 0 if it is none. One that is too large becomes infinity.</summary>
        public double Number
        {
            get { return raw.Kind == JsonKind.Number ? raw.Number : 0.0; }
        }

        /// <summary>It is `true`.</summary>
        public bool Boolean
        {
            get { return raw.Kind == JsonKind.Boolean && raw.Integer != 0; }
        }

        /// <summary>Strings: between the quotes, escapes as they are; all else: the whole value.</summary>
        public Utf8Text Text
        {
            get { return new Utf8Text(raw.Text); }
        }

        /// <summary>The string holds escapes.</summary>
        public bool IsEscaped
        {
            get { return (raw.Flags & JsonFlags.Escaped) != 0; }
        }

        /// <summary>An object or array as a text of its own, to read inside it.</summary>
        public JsonView View
        {
            get { return new JsonView(Text); }
        }

        /// <summary>A string with its escapes resolved; all else as it stands. Allocates.</summary>
        public override string ToString()
        {
            string text = Text.ToString();
            return IsEscaped ? JsonStrings.Unescape(text) : text;
        }
    }
}
