namespace Framewire
{
    /// <summary>
    /// A JSON text in the library's memory, lent like the event that it came with. Values are read by JSON Pointer
    /// (RFC 6901), such as "/nodes/0/name"; "" is the whole text. Only TryGetString and ToString allocate. Each read goes
    /// over the whole text: give a large one to a parser of your choice, once.
    /// </summary>
    public readonly unsafe ref struct JsonView
    {
        private readonly Utf8Text text;

        /// <summary>A view of `text`, which must stay where it is meanwhile.</summary>
        public JsonView(Utf8Text text)
        {
            this.text = text;
        }

        /// <summary>The whole text as it came.</summary>
        public Utf8Text Text
        {
            get { return text; }
        }

        /// <summary>There is no text.</summary>
        public bool IsEmpty
        {
            get { return text.IsEmpty; }
        }

        /// <summary>The value at `pointer`. False if there is none, or the text is no JSON.</summary>
        public bool TryGet(string pointer, out JsonValue value)
        {
            FramewireLibrary.Check();
            CallMemory memory = CallMemory.For(pointer);
            NativeJson found;
            LinkStatus status = Native.JsonGet(text.ToNative(), memory.Text(pointer), &found, (ulong)sizeof(NativeJson));
            memory.Done();
            bool isFound = status == LinkStatus.Ok && found.Kind != JsonKind.Missing;
            value = isFound ? new JsonValue(found) : default;
            return isFound;
        }

        /// <summary>Whether there is a value at `pointer`, null included.</summary>
        public bool Has(string pointer)
        {
            JsonValue value;
            return TryGet(pointer, out value);
        }

        /// <summary>The integer at `pointer`. False if there is none, or it does not fit.</summary>
        public bool TryGetLong(string pointer, out long number)
        {
            JsonValue value;
            TryGet(pointer, out value);
            number = value.Integer;
            return value.IsInteger;
        }

        /// <summary>The integer at `pointer`. False if there is none, or it does not fit.</summary>
        public bool TryGetInt(string pointer, out int number)
        {
            long wide;
            bool fits = TryGetLong(pointer, out wide) && wide >= int.MinValue && wide <= int.MaxValue;
            number = fits ? (int)wide : 0;
            return fits;
        }

        /// <summary>The number at `pointer`, also an integer. False if there is none.</summary>
        public bool TryGetDouble(string pointer, out double number)
        {
            JsonValue value;
            TryGet(pointer, out value);
            number = value.Number;
            return value.Kind == JsonKind.Number;
        }

        /// <summary>The boolean at `pointer`. False if there is none.</summary>
        public bool TryGetBoolean(string pointer, out bool boolean)
        {
            JsonValue value;
            TryGet(pointer, out value);
            boolean = value.Boolean;
            return value.Kind == JsonKind.Boolean;
        }

        /// <summary>The string at `pointer`, its escapes resolved. False if there is none. Allocates it.</summary>
        public bool TryGetString(string pointer, out string text)
        {
            JsonValue value;
            bool isString = TryGet(pointer, out value) && value.Kind == JsonKind.String;
            text = isString ? value.ToString() : null;
            return isString;
        }

        /// <summary>
        /// The string at `pointer` as it stands between its quotes, without a copy. False if there is none, or it holds
        /// escapes: then TryGetString has it.
        /// </summary>
        public bool TryGetUtf8(string pointer, out Utf8Text text)
        {
            JsonValue value;
            bool isPlain = TryGet(pointer, out value) && value.Kind == JsonKind.String && !value.IsEscaped;
            text = isPlain ? value.Text : default;
            return isPlain;
        }

        /// <summary>The whole text as string, for a JSON library.</summary>
        public override string ToString()
        {
            return text.ToString();
        }
    }
}
