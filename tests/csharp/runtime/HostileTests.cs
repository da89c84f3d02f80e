using System;
using System.Collections.Generic;
using System.Reflection;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Framewire.Tests
{
    /// <summary>What plugins do wrong and peers do on purpose: every request gets its answer all the same.</summary>
    public static class HostileTests
    {
        private sealed class Mute : Exception
        {
            public override string Message
            {
                get { throw new InvalidOperationException("no words"); }
            }
        }

        private static void Turn(Server server, FramewireLink link, FramewireEventHandler handler, string tag)
        {
            Check.Until("the answer to " + tag, link, handler, () => server.HasAnswer(tag));
        }

        private static string Error(Server server, string tag)
        {
            return Server.Field(server.Answer(tag), "/error/message") ?? "no error: " + server.Answer(tag);
        }

        [Test]
        public static void AHandlerThatAnswersNonsenseIsToldSoAndThePeerToo()
        {
            RequestRouter router = new RequestRouter();
            router.AddResult("null", parameters => null);
            router.AddResult("empty", parameters => "");
            router.AddResult("broken", parameters => "{broken");
            router.AddResult("nul", parameters => "\"a\0b\"");
            router.AddResult("half", parameters => "\"a\uD800b\"");
            router.AddAsync("no task", (request, parameters) => null);
            router.AddAsync("cancelled", (request, parameters) => Task.FromCanceled<string>(new CancellationToken(true)));
            router.Add("throws nul", (request, parameters) => { throw new Exception("a\0b\uD800c"); });
            router.Add("throws much", (request, parameters) => { throw new Exception(new string('x', 20 * 1024 * 1024)); });
            router.Add("throws mute", (request, parameters) => { throw new Mute(); });
            router.Failed = (request, error) => { throw new InvalidOperationException("the log failed, too"); };
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("nonsense")))
            {
                server.Await("acknowledged");
                FramewireEventHandler handler = item =>
                {
                    try
                    {
                        router.Route(item);
                    }
                    catch (InvalidOperationException)
                    {
                    }
                };
                string[] methods = { "null", "empty", "broken", "nul", "half", "no task", "cancelled", "throws nul", "throws much", "throws mute" };
                foreach (string method in methods)
                {
                    server.Call(method, "{}", method);
                    Turn(server, link, handler, method);
                }
                Check.True(Error(server, "null").Contains("must be JSON"), Error(server, "null"));
                Check.True(Error(server, "empty").Contains("JSON"), Error(server, "empty"));
                Check.Equal("-32603", Server.Field(server.Answer("broken"), "/error/code"), "broken");
                Check.Equal("-32603", Server.Field(server.Answer("nul"), "/error/code"), "a NUL");
                Check.Equal("a\uFFFDb", Server.Field(server.Answer("half"), "/data"), "half a pair");
                Check.True(Error(server, "no task").Contains("no Task"), Error(server, "no task"));
                Check.True(Error(server, "cancelled").Contains("TaskCanceledException"), Error(server, "cancelled"));
                Check.Equal("Exception: a\uFFFDb\uFFFDc", Error(server, "throws nul"), "its words");
                Check.True(Error(server, "throws much").Length < 5000, "cut");
                Check.True(Error(server, "throws mute").StartsWith("Mute: ", StringComparison.Ordinal), Error(server, "throws mute"));
                server.Call("a\\u0000b", "{}", "unknown");
                server.Call(new string('y', 3 * 1024 * 1024), "{}", "long");
                Turn(server, link, handler, "unknown");
                Turn(server, link, handler, "long");
                Check.Equal("-32601", Server.Field(server.Answer("unknown"), "/error/code"), "a name with a NUL");
                Check.True(Error(server, "long").Length < 5000, "a long name is quoted in part");
            }
        }

        [Test]
        public static void TextsThatAreNoTextsAreRefused()
        {
            Check.Throws<FramewireException>(() => FramewireLink.Open(new FramewireConfig("a\0b", "ws://127.0.0.1:1/")));
            Check.Throws<FramewireException>(() => FramewireLink.Open(new FramewireConfig(null, "ws://127.0.0.1:1/")));
            Check.Throws<FramewireException>(() => FramewireLink.Open(new FramewireConfig(new string('n', 65), "ws://127.0.0.1:1/")));
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("texts")))
            {
                server.AwaitOpen(link);
                Check.Equal(LinkStatus.Invalid, link.Notify("a\0b").Status, "a name with a NUL");
                Check.Equal(LinkStatus.Invalid, link.Notify(null).Status, "no name");
                Check.Throws<FramewireException>(() => link.SetEndpoint("ws://127.0.0.1:1/\0"));
                Check.True(!FramewireLibrary.IsDone(link.Defer(7, 0, new string('n', 70000))), "a long note");
                Check.Throws<ArgumentNullException>(() => link.OnFrame(null));
                Check.Throws<ArgumentNullException>(() => link.OnFrame<int>(null));
                FramewireRequest none = default;
                Check.Equal(LinkStatus.Stale, none.Respond("1").Status, "a default request");
                Check.Equal(LinkStatus.Stale, none.RespondError("1", "x").Status, "a default request");
                Check.Equal(LinkStatus.Stale, none.Defer(1), "a default request");
            }
        }

        /// <summary>What `json` says at `pointer`; null: nothing.</summary>
        private static unsafe string Read(byte[] json, string pointer)
        {
            fixed (byte* first = json)
            {
                JsonValue value;
                return new JsonView(new Utf8Text(first, json.Length)).TryGet(pointer, out value) ? value.ToString() : null;
            }
        }

        private static string Read(string json, string pointer)
        {
            return Read(Encoding.UTF8.GetBytes(json), pointer);
        }

        [Test]
        public static void HostileJsonIsNoValue()
        {
            Check.Equal(null, Read(new string('[', 5000000), ""), "deep");
            Check.Equal(null, Read(new string('[', 5000000) + new string(']', 5000000), "/0/0/0"), "deep and whole");
            Check.Equal("1", Read(new string('[', 1000) + "1" + new string(']', 1000), new StringBuilder().Insert(0, "/0", 1000).ToString()), "1000 levels");
            string[] broken = { "{\"a\":1", "{\"a\":1}}", "{\"a\":1,}", "{\"a\" 1}", "[1 2]", "\"\\x\"", "\"\\ud8\"", "01", "nul", "\"a\nb\"", "\u00a0{}", "{\"a\":NaN}", "" };
            foreach (string json in broken)
            {
                Check.Equal(null, Read(json, ""), json);
                Check.Equal(null, Read(json, "/a"), json);
            }
            Check.Equal(null, Read(new byte[] { (byte)'"', 0xC0, 0x80, (byte)'"' }, ""), "no UTF-8");
            Check.Equal(null, Read(new byte[] { (byte)'"', 0, (byte)'"' }, ""), "a bare NUL");
            foreach (string pointer in new[] { "a", "/a~2", "/a~", "/\uD800", "/-", "/00", "/18446744073709551616", "/-1", "/1e0" })
            {
                Check.Equal(null, Read("{\"a\":1}", pointer), pointer);
                Check.Equal(null, Read("[1,2]", pointer), pointer);
            }
            Check.Equal("a\0\uD800\uDC00\uD800x", Read("\"a\\u0000\\ud800\\udc00\\ud800x\"", ""), "escapes of all kinds");
            Check.Equal("{\"a\":\"\\n\"}", Read("[{\"a\":\"\\n\"}]", "/0"), "an object stays as it is");
            Check.Equal("2", Read("{\"a\":1,\"a\":2}", "/a"), "the last of two");
            string digits = new string('9', 1000000);
            Check.Equal(digits, Read(digits, ""), "a long number");
        }

        [Test]
        public static unsafe void WrongMemoryIsRefused()
        {
            Check.Throws<ArgumentOutOfRangeException>(() => new Utf8Text((byte*)8, -1).ToString());
            Check.Throws<ArgumentOutOfRangeException>(() => new Utf8Text(null, 1).ToString());
        }

        /// <summary>A reload would leak it.</summary>
        [Test]
        public static void ADetachLeavesNoTextBehind()
        {
            FramewireConfig config = new FramewireConfig("texts", "ws://127.0.0.1:1/") { Flags = ConfigFlags.StartDisconnected };
            FramewireLink link = FramewireLink.Open(config);
            link.SetReadiness(Readiness.Ready, new string('x', 20000));
            Check.True(HeldByThisThread() >= 20000, "kept for the next call");
            Check.Equal(LinkStatus.Ok, link.Detach(), "detach");
            Check.Equal(0, HeldByThisThread(), "held after it");
            FramewireLink.Open(config).Dispose();
        }

        private static int HeldByThisThread()
        {
            Type type = typeof(FramewireLink).Assembly.GetType("Framewire.CallMemory", true);
            object memory = type.GetField("current", BindingFlags.Static | BindingFlags.NonPublic).GetValue(null);
            return (int)type.GetField("capacity", BindingFlags.Instance | BindingFlags.NonPublic).GetValue(memory);
        }

        [Test]
        public static void WhatTheWriterIsGivenStaysJson()
        {
            JsonWriter writer = new JsonWriter();
            writer.BeginArray().Value(ulong.MaxValue).Value(0UL).Value(uint.MaxValue).Value(default(JsonView)).Value("\uD800\0\u007F\u2028");
            writer.Value(double.MaxValue).Value(double.Epsilon).Value(-0.0).Value(1e21).Value(double.NegativeInfinity).EndArray();
            string json = writer.ToString();
            Check.Equal("18446744073709551615", Read(json, "/0"), "a number of 64 bits");
            Check.Equal("0", Read(json, "/1"), "zero");
            Check.Equal("4294967295", Read(json, "/2"), "32 bits");
            Check.Equal("null", Read(json, "/3"), "no JSON");
            Check.Equal("\uFFFD\0\u007F\u2028", Read(json, "/4"), "a text");
            for (int i = 5; i < 9; i++)
            {
                Check.True(Read(json, "/" + i) != null, json);
            }
            Check.Equal("null", Read(json, "/9"), "infinity");
        }
    }
}
