using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading;

namespace Framewire.Tests
{
    /// <summary>Raw links, the connection at the host's wish, state files, what a request value is.</summary>
    public static class OtherTests
    {
        [Test]
        public static unsafe void ARawLinkSendsAndTakesTexts()
        {
            using (Server server = new Server("json-rpc"))
            {
                FramewireConfig config = new FramewireConfig("raw", server.Url);
                using (FramewireLink link = FramewireLink.Open(config))
                {
                    List<string> texts = new List<string>();
                    FramewireEventHandler handler = item =>
                    {
                        if (item.Kind == EventKind.Text)
                        {
                            texts.Add(item.Data.ToString());
                        }
                    };
                    server.Await("acknowledged");
                    Check.Until("open", link, handler, () => link.SendText("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":[\"ä\"]}").IsDone);
                    byte[] second = Encoding.UTF8.GetBytes("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"echo\",\"params\":[2]}");
                    fixed (byte* first = second)
                    {
                        Sent sent = link.SendText(new Utf8Text(first, second.Length));
                        Check.True(sent.IsDone && sent.Number == 2, "the second send");
                    }
                    Check.Until("both answers", link, handler, () => texts.Count == 2);
                    Check.Equal("ä", Server.Field(texts[0], "/result/0"), "the first");
                    Check.Equal("2", Server.Field(texts[1], "/result/0"), "the second");
                    Check.True(link.SendBinary(new byte[0]).IsDone && link.SendBinary(new byte[] { 1, 2 }).IsDone, "binary");
                    Check.Throws<ArgumentNullException>(() => link.SendBinary(null));
                    Check.Throws<ArgumentNullException>(() => link.SendText((string)null));
                    Check.Equal(LinkStatus.Unsupported, link.RenewSession(), "raw has no session");
                }
            }
        }

        [Test]
        public static void TheHostSaysWhenToBeConnected()
        {
            using (Server server = new Server("json-rpc"))
            {
                FramewireConfig config = server.Config("wish");
                config.Flags = ConfigFlags.StartDisconnected;
                using (FramewireLink link = FramewireLink.Open(config))
                {
                    List<EventKind> kinds = new List<EventKind>();
                    FramewireEventHandler handler = item => kinds.Add(item.Kind);
                    LinkState state;
                    link.TryGetState(out state);
                    Check.Equal(LinkPhase.Disconnected, state.Phase, "at first");
                    Check.Equal(LinkStatus.Ok, link.Connect(), "connect");
                    Check.Until("open", link, handler, () => kinds.Contains(EventKind.Opened));
                    Check.Equal(LinkStatus.Ok, link.Disconnect(), "disconnect");
                    Check.Until("closed", link, handler, () => kinds.Contains(EventKind.Closed));
                    Check.True(server.Await("gone").Contains("\"code\":1000"), "in good order");
                    Check.Equal(LinkStatus.NotOpen, link.Notify("x").Status, "nothing goes out");
                    LinkStats stats;
                    Check.Equal(LinkStatus.Ok, link.TryGetStats(out stats), "stats");
                    Check.Equal(1UL, stats.Connections, "connections");
                }
            }
        }

        [Test]
        public static void AStateFileIsWrittenReadAndAwaited()
        {
            string place = Path.Combine(Path.GetTempPath(), "framewire-" + Guid.NewGuid().ToString("N"));
            Directory.CreateDirectory(place);
            try
            {
                string path = Path.Combine(place, "state.json");
                StateRecord record;
                Check.Equal(LinkStatus.Ok, FramewireLibrary.ReadStateFile(path, out record), "read");
                Check.Equal(Verdict.Missing, record.Verdict, "nothing yet");
                Check.True(record.Advice.Length != 0, "advice");
                Check.Equal(LinkStatus.TimedOut, FramewireLibrary.WaitForStateFile(path, 20, default(WaitFlags), out record), "in vain");
                Check.Equal(LinkStatus.Invalid, FramewireLibrary.ReadStateFile(null, out record), "no path");
                using (Server server = new Server("json-rpc"))
                {
                    FramewireConfig config = server.Config("state");
                    config.StateFile = path;
                    using (FramewireLink link = FramewireLink.Open(config))
                    {
                        link.SetReadiness(Readiness.Ready);
                        bool isReady = false;
                        Thread waiter = new Thread(() =>
                        {
                            StateRecord awaited;
                            LinkStatus status = FramewireLibrary.WaitForStateFile(path, 60000, WaitFlags.FailFast, out awaited);
                            isReady = status == LinkStatus.Ok && awaited.Verdict == Verdict.Ready;
                        });
                        waiter.Start();
                        Check.Until("the wait", link, item => { }, () => waiter.Join(0));
                        Check.True(isReady, "ready");
                        link.SetReadiness(Readiness.Compiling, "scripts ä");
                        Check.Until("compiling", link, item => { }, () =>
                            FramewireLibrary.ReadStateFile(path, out record) == LinkStatus.Ok && record.Verdict == Verdict.Busy);
                        Check.Equal(Readiness.Compiling, record.Phase, "phase");
                        Check.Equal("scripts ä", record.Reason, "reason");
                        Check.Equal(LinkStatus.Ok, link.Detach(), "detach");
                        Check.Until("reloading", () =>
                            FramewireLibrary.ReadStateFile(path, out record) == LinkStatus.Ok && record.Phase == Readiness.Reloading);
                    }
                    FramewireLink.Open(config).Close(1000);
                    FramewireLibrary.ReadStateFile(path, out record);
                    Check.Equal(Verdict.Stopped, record.Verdict, "at the end");
                }
            }
            finally
            {
                Directory.Delete(place, true);
            }
        }

        [Test]
        public static void OutstandingListsMoreThanFits()
        {
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("list")))
            {
                server.Await("acknowledged");
                int count;
                Check.Throws<ArgumentNullException>(() => link.Outstanding(null, out count));
                Check.Equal(LinkStatus.Invalid, link.Outstanding(new OpenCall[0], out count), "no room at all");
                HashSet<FramewireRequest> requests = new HashSet<FramewireRequest>();
                for (int i = 0; i < 3; i++)
                {
                    server.Call("work", "{}", i.ToString());
                }
                FramewireEventHandler handler = item =>
                {
                    if (item.IsRequest)
                    {
                        Check.True(requests.Add(item.Request) && requests.Contains(item.Request), "a request is a value");
                    }
                };
                OpenCall[] one = new OpenCall[1];
                Check.Until("three", link, handler, () => link.Outstanding(one, out count) == LinkStatus.Ok && count == 3);
                Check.Equal("work", one[0].Method, "method");
                Check.True(one[0].Id != 0 && one[0].AgeNs != 0 && one[0].Deliveries == 1, "its fields");
                foreach (FramewireRequest request in requests)
                {
                    Check.True(request.Respond("null").IsDone, "answer");
                }
            }
        }
    }
}
