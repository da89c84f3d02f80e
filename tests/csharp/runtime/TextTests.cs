using System;
using System.Text;

namespace Framewire.Tests
{
    /// <summary>UTF-8 views, JSON reading and writing.</summary>
    public static unsafe class TextTests
    {
        private static readonly string[] Samples = { "", "a", "add", "äöü", "漢字かな", "😀 and 😀", "a\0b", "\u07FF\u0800\uFFFF", "\U00010000\U0010FFFF" };

        [Test]
        public static void TextsAreComparedWithoutStrings()
        {
            foreach (string one in Samples)
            {
                byte[] bytes = Encoding.UTF8.GetBytes(one);
                byte[] padded = new byte[bytes.Length + 1];
                bytes.CopyTo(padded, 0);
                fixed (byte* first = padded)
                {
                    Utf8Text text = new Utf8Text(first, bytes.Length);
                    foreach (string other in Samples)
                    {
                        Check.Equal(one == other, text.Is(other), one + " is " + other);
                    }
                    Check.True(!text.Is(one + "x") && !text.Is((string)null), "a longer one, and none, are others");
                    Check.True(bytes.Length == 0 || !text.Is(one.Substring(1)), "a shorter one is another");
                    Check.Equal(one, text.ToString(), "as string");
                    Check.Equal(one, Encoding.UTF8.GetString(text.ToArray()), "as array");
                }
            }
        }

        [Test]
        public static void LoneSurrogatesAreNoText()
        {
            byte[] bytes = { 0xEF, 0xBF, 0xBD };
            fixed (byte* first = bytes)
            {
                Check.True(!new Utf8Text(first, 3).Is("\uD800"), "half a pair is not the replacement character");
            }
        }

        [Test]
        public static void CopiesAreChecked()
        {
            byte[] bytes = { 1, 2, 3 };
            fixed (byte* first = bytes)
            {
                Utf8Text text = new Utf8Text(first, 3);
                byte[] target = new byte[5];
                text.CopyTo(target, 2);
                Check.Equal(3, target[4], "last byte");
                byte* same = first;
                Check.Throws<ArgumentException>(() => new Utf8Text(same, 3).CopyTo(target, 3));
                Check.Throws<ArgumentException>(() => new Utf8Text(same, 3).CopyTo(target, -1));
                Check.Throws<ArgumentNullException>(() => new Utf8Text(same, 3).CopyTo(null, 0));
                Check.Throws<ArgumentOutOfRangeException>(() => new Utf8Text(same, 3)[3].ToString());
                new Utf8Text(null, 0).CopyTo(target, 5);
            }
        }

        [Test]
        public static void ValuesAreReadByPointer()
        {
            const string json = "{\"a\":42,\"b\":-7.5,\"c\":true,\"d\":null,\"e\":\"plain\",\"f\":\"q\\\"\\u00e4\\n\\ud83d\\ude00\\/\","
                + "\"g\":[1,{\"h\":9007199254740993}],\"i\":1e400,\"j\":4294967296,\"漢/~\":\"ö\"}";
            byte[] bytes = Encoding.UTF8.GetBytes(json);
            fixed (byte* first = bytes)
            {
                JsonView view = new JsonView(new Utf8Text(first, bytes.Length));
                long number;
                int small;
                double real;
                bool flag;
                string text;
                Utf8Text raw;
                JsonValue value;
                Check.True(view.TryGetLong("/a", out number) && number == 42, "/a");
                Check.True(view.TryGetLong("/g/1/h", out number) && number == 9007199254740993, "/g/1/h");
                Check.True(!view.TryGetLong("/b", out number) && number == 0, "a fraction is no integer");
                Check.True(view.TryGetDouble("/b", out real) && real == -7.5, "/b");
                Check.True(view.TryGetDouble("/i", out real) && double.IsPositiveInfinity(real), "/i");
                Check.True(view.TryGetInt("/a", out small) && small == 42, "/a");
                Check.True(!view.TryGetInt("/j", out small), "too wide");
                Check.True(view.TryGetBoolean("/c", out flag) && flag, "/c");
                Check.True(!view.TryGetBoolean("/a", out flag), "a number is no boolean");
                Check.True(view.Has("/d") && !view.Has("/x"), "null is there");
                Check.True(view.TryGetString("/e", out text) && text == "plain", "/e");
                Check.True(view.TryGetString("/f", out text) && text == "q\"ä\n😀/", "/f: " + text);
                Check.True(view.TryGetUtf8("/e", out raw) && raw.Is("plain"), "/e");
                Check.True(!view.TryGetUtf8("/f", out raw) && raw.IsEmpty, "with escapes it is no plain text");
                Check.True(!view.TryGetString("/a", out text) && text == null, "a number is no string");
                Check.True(view.TryGetString("/漢~1~0", out text) && text == "ö", "names of any script");
                Check.True(view.TryGet("/g", out value) && value.Kind == JsonKind.Array, "/g");
                Check.True(value.View.TryGetLong("/0", out number) && number == 1, "inside /g");
                Check.True(view.TryGet("", out value) && value.Kind == JsonKind.Object, "the whole");
            }
            JsonView none = default;
            Check.True(none.IsEmpty && !none.Has("") && none.ToString() == "", "no text has no value");
        }

        [Test]
        public static void WrittenJsonIsReadBack()
        {
            JsonWriter writer = new JsonWriter();
            for (int round = 0; round < 2; round++)
            {
                writer.Clear().BeginObject().Name("text").Value("q\"\\\n\u0001ä漢😀").Name("none").Value((string)null);
                writer.Name("list").BeginArray().Value(0).Value(-1).Value(long.MaxValue).Value(long.MinValue).Value(true).EndArray();
                writer.Name("real").Value(0.1).Name("nan").Value(double.NaN).Name("empty").BeginArray().EndArray();
                writer.Name("raw").Raw("{\"a\":1}").EndObject();
            }
            string json = writer.ToString();
            Check.Equal("q\"\\\n\u0001ä漢😀", Server.Field(json, "/text"), "text");
            Check.Equal("[0,-1,9223372036854775807,-9223372036854775808,true]", Server.Field(json, "/list"), "list");
            Check.Equal("0.1", Server.Field(json, "/real"), "real");
            Check.Equal("null", Server.Field(json, "/nan"), "nan");
            Check.Equal("[]", Server.Field(json, "/empty"), "empty");
            Check.Equal("1", Server.Field(json, "/raw/a"), "raw");
            Check.Equal("a\"\\\u0002", Server.Field(JsonStrings.Quote("a\"\\\u0002"), ""), "a quoted string");
            Check.Equal("null", JsonStrings.Quote(null), "none");
            writer.Clear().BeginArray();
            for (int i = 0; i < 10000; i++)
            {
                writer.Value("0123456789");
            }
            Check.Equal(130001, writer.EndArray().Length, "it grows");
            Check.Equal("0123456789", Server.Field(writer.ToString(), "/9999"), "last");
        }
    }
}
