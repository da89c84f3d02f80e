using System;
using System.Collections.Generic;
using System.Threading;

namespace Framewire.Tests
{
    /// <summary>The life of a link, its frame loop, and answers.</summary>
    public static class LinkTests
    {
        [Test]
        public static void RefusalsSayWhatToDo()
        {
            Check.Throws<ArgumentNullException>(() => FramewireLink.Open(null));
            FramewireException error = Check.Throws<FramewireException>(() => FramewireLink.Open(new FramewireConfig("x", "http://127.0.0.1/")));
            Check.Equal(LinkStatus.Invalid, error.Status, "status");
            Check.True(error.Message.Contains("ws://"), error.Message);
            error = Check.Throws<FramewireException>(() => FramewireLink.Open(new FramewireConfig("x", "ws://127.0.0.1:1/") { Profile = LinkProfile.UnityMcp }));
            Check.True(error.Message.Contains("project_hash"), error.Message);
            Check.Throws<FramewireException>(() => FramewireLink.Open(new FramewireConfig("x", "ws://127.0.0.1:1/") { Reconnect = (ReconnectPolicy)77 }));
        }

        [Test]
        public static void WaitsBetweenDialsArePassed()
        {
            FramewireConfig config = new FramewireConfig("delays", "ws://127.0.0.1:1/") { Flags = ConfigFlags.StartDisconnected };
            config.ReconnectDelaysMs = new uint[33];
            FramewireException error = Check.Throws<FramewireException>(() => FramewireLink.Open(config));
            Check.True(error.Message.Contains("32"), error.Message);
            config.ReconnectDelaysMs = new uint[] { 1, 2, 3 };
            FramewireLink.Open(config).Dispose();
        }

        [Test]
        public static void ARequestIsPolledReadAndAnswered()
        {
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("answers")))
            {
                Check.True(link.IsOpen && !link.IsAttached && link.Name == "answers", "a new link");
                server.Await("acknowledged");
                server.Call("first", "{\"text\":\"漢\"}", "1");
                server.Call("second", "[1]", "2");
                server.Call("third", "{}", "3");
                List<FramewireRequest> kept = new List<FramewireRequest>();
                List<string> seen = new List<string>();
                FramewireEventHandler handler = item =>
                {
                    if (item.IsRequest)
                    {
                        seen.Add(item.Name.ToString() + item.Data.ToString());
                        kept.Add(item.Request);
                        Check.True(ReferenceEquals(link, item.Link) && item.TimeNs != 0 && item.Generation == 1, "its fields");
                    }
                };
                Check.Until("three requests", link, handler, () => kept.Count == 3);
                Check.Equal("first{\"text\":\"漢\"} second[1] third{}", string.Join(" ", seen), "as they came");
                OpenCall[] calls = new OpenCall[2];
                int count = 0;
                Check.Until("the list", link, handler, () => link.Outstanding(calls, out count) == LinkStatus.Ok && count == 3);
                Check.Equal("first", calls[0].Method, "method");
                Check.Equal(OutstandingKind.Request, calls[0].Kind, "kind");

                Check.Equal(LinkStatus.Ok, kept[0].Defer(60000, "later"), "defer");
                Check.Until("the note", link, handler, () => link.Outstanding(calls, out count) == LinkStatus.Ok && calls[0].NoteLen == 5);
                Sent sent = kept[0].Respond("{\"ä\":\"😀\"}");
                Check.True(sent.IsDone && sent.Number != 0, "respond");
                Check.Equal(LinkStatus.AlreadyAnswered, kept[0].Respond("1").Status, "twice");
                Check.True(kept[1].RespondError("-32001", "no\nway", "{\"why\":1}").IsDone, "error");
                Check.True(kept[2].RespondAttachment("{\"png\":null}", "/png", new byte[] { 1, 2, 3 }).IsDone, "attachment");
                Check.Equal("😀", Server.Field(server.Answer("1"), "/data/ä"), "data");
                Check.Equal("no\nway", Server.Field(server.Answer("2"), "/error/message"), "message");
                Check.Equal("AQID", Server.Field(server.Answer("3"), "/data/png"), "base64");
                Check.Equal(LinkStatus.Unknown, link.Respond(12345, "1").Status, "a made-up id");
            }
        }

        [Test]
        public static void LargeTextsGoBothWays()
        {
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("large")))
            {
                server.Await("acknowledged");
                string text = new string('x', 3 * 1024 * 1024);
                server.Call("echo", "[\"" + text + "\"]", "1");
                long length = 0;
                FramewireEventHandler handler = item =>
                {
                    if (item.IsRequest)
                    {
                        length = item.Data.Length;
                        Check.True(item.Request.Respond(item.Data).IsDone, "respond");
                    }
                };
                Check.Until("the request", link, handler, () => length != 0);
                Check.Equal(text.Length + 4L, length, "length");
                Check.Equal(text.Length, Server.Field(server.Answer("1"), "/data/0").Length, "echo");
                server.Call("string", "{}", "2");
                length = 0;
                handler = item => length = item.IsRequest && item.Request.Respond("\"" + text + "\"").IsDone ? 1 : 0;
                Check.Until("the request", link, handler, () => length != 0);
                Check.Equal(text.Length, Server.Field(server.Answer("2"), "/data").Length, "a large string");
            }
        }

        [Test]
        public static void AMessageOfTheLargestSizeIsTaken()
        {
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("largest")))
            {
                // With its envelope just below 64 MiB. The answer is smaller, for the server's sake.
                const int Length = 64 * 1024 * 1024 - 1024;
                server.Await("acknowledged");
                RequestRouter router = new RequestRouter().AddResult("work", parameters =>
                {
                    string text;
                    Check.True(parameters.TryGetString("/0", out text) && text.Length == Length && text[Length - 1] == 'x', "the whole text");
                    return "\"" + text.Substring(Length - 12 * 1024 * 1024) + "\"";
                });
                server.Call("work", "[\"" + new string('x', Length) + "\"]", "largest");
                Check.Until("the answer", link, item => router.Route(item), () => server.HasAnswer("largest"));
                Check.Equal(12 * 1024 * 1024, Server.Field(server.Answer("largest"), "/data").Length, "its length");
            }
        }

        [Test]
        public static void AnExceptionOfAHandlerStopsNoOther()
        {
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("throws")))
            {
                server.Await("acknowledged");
                for (int i = 0; i < 3; i++)
                {
                    server.Call("work", "{}", i.ToString());
                }
                server.AwaitWaiting(link, 3);
                int seen = 0;
                FramewireEventHandler handler = item =>
                {
                    if (!item.IsRequest)
                    {
                        return;
                    }
                    seen++;
                    item.Request.Respond("1");
                    throw new InvalidOperationException("number " + seen);
                };
                Exception error = Check.Throws<InvalidOperationException>(() => link.Poll(handler));
                Check.Equal("number 1", error.Message, "the first one comes out");
                Check.Equal(3, seen, "all were handed out");
                Check.Equal(LinkStatus.Empty, link.Poll(handler), "nothing is left, and nothing is lent");
            }
        }

        [Test]
        public static void ALoopLeftEarlyLeavesTheRest()
        {
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("early")))
            {
                server.Await("acknowledged");
                for (int i = 0; i < 4; i++)
                {
                    server.Call("work", "[" + i + "]", i.ToString());
                }
                server.AwaitWaiting(link, 4);
                List<string> seen = new List<string>();
                for (int frame = 0; frame < 10; frame++)
                {
                    foreach (FramewireEvent item in link.Poll())
                    {
                        if (item.IsRequest)
                        {
                            Check.Equal(LinkStatus.Busy, link.Poll(Ignore), "a poll inside a loop");
                            seen.Add(item.Data.ToString());
                            item.Request.Respond(item.Data);
                            break;
                        }
                    }
                }
                Check.Equal("[0] [1] [2] [3]", string.Join(" ", seen), "one a frame, in order");
                foreach (FramewireEvent item in link.Poll(1))
                {
                    Check.True(!item.IsRequest, "each once");
                }
            }
        }

        [Test]
        public static void AClosedLinkAnswersStale()
        {
            using (Server server = new Server("json-rpc"))
            {
                FramewireLink link = FramewireLink.Open(server.Config("closed"));
                server.AwaitOpen(link);
                CloseReport report;
                Check.Equal(LinkStatus.Ok, link.Close(2000, out report), "close");
                Check.Equal(1000u, report.Code, "code");
                Check.Equal(1u, report.Clean, "clean");
                Check.Equal(LinkStatus.Stale, link.Close(), "close again");
                Check.Equal(LinkStatus.Stale, link.Poll(Ignore), "poll");
                Check.Equal(LinkStatus.Stale, link.Respond(1, "1").Status, "respond");
                Check.Equal(LinkStatus.Stale, link.Notify("x").Status, "notify");
                Check.Equal(LinkStatus.Stale, link.Detach(), "detach");
                Check.Equal(LinkStatus.Stale, link.Wait(5), "wait");
                LinkStats stats;
                Check.Equal(LinkStatus.Stale, link.TryGetStats(out stats), "stats");
                link.Dispose();
                server.Await("gone");
            }
        }

        [Test]
        public static void WaitEndsWithAnEventAndWithItsTime()
        {
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("wait")))
            {
                // The server may know before the link tells.
                bool isOpen = false;
                Check.Until("the opening", link, item => isOpen |= item.Kind == EventKind.Opened, () => isOpen);
                server.Await("acknowledged");
                Check.Until("quiet", link, Ignore, () => link.Wait(50) == LinkStatus.TimedOut);
                ulong before = FramewireLibrary.NowNs;
                Check.Equal(LinkStatus.TimedOut, link.Wait(450), "longer than a step");
                Check.True(FramewireLibrary.NowNs - before >= 450000000, "it waited");
                LinkStatus woken = LinkStatus.TimedOut;
                Thread waiter = new Thread(() => woken = link.Wait(60000));
                waiter.Start();
                server.Call("work", "{}", "1");
                Check.True(waiter.Join(Check.Patience), "an event ends it");
                Check.Equal(LinkStatus.Ok, woken, "status");
                Check.Equal(LinkStatus.Ok, link.Pause(), "pause");
                Check.Equal(LinkStatus.Empty, link.Poll(Ignore), "paused");
                Check.Equal(LinkStatus.Ok, link.Resume(), "resume");
                Check.Equal(LinkStatus.Ok, link.Poll(Ignore), "resumed");
            }
        }

        [Test]
        public static void ReadinessStateAndNotificationsPass()
        {
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("tells")))
            {
                server.AwaitOpen(link);
                Check.Equal(LinkStatus.Ok, link.SetReadiness(Readiness.Ready), "ready");
                Check.Equal(LinkStatus.Ok, link.SetReadiness(Readiness.Compiling, "scripts"), "compiling");
                LinkState state;
                link.TryGetState(out state);
                Check.Equal(Readiness.Compiling, state.Readiness, "readiness");
                Check.Equal(LinkStatus.Ok, link.RestoreReadiness(Readiness.Compiling), "restore");
                link.TryGetState(out state);
                Check.Equal(Readiness.Ready, state.Readiness, "readiness");
                Check.Equal(LinkPhase.Active, state.Phase, "phase");
                Check.True(link.Notify("changed", "{\"a\":1}").IsDone, "notify");
                Check.Equal("1", Server.Field(server.Await("event"), "/data/a"), "data");
                Check.Equal(LinkStatus.Unsupported, link.SendText("x").Status, "text is for raw links");
                Check.Equal(LinkStatus.Ok, link.SetEndpoint(server.Url, ""), "endpoint");
                Check.Throws<FramewireException>(() => link.SetEndpoint("nowhere"));
                Check.Throws<FramewireException>(() => link.SetHello("[]"));
            }
        }

        private static void Ignore(FramewireEvent item)
        {
        }
    }
}
