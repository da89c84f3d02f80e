using System;
using System.IO;
using System.Threading;
using Framewire.Editor;

namespace Framewire.Tests
{
    /// <summary>What other extensions, hasty users and unlucky moments do to the links of an editor.</summary>
    public static class RobustnessTests
    {
        private const ulong Second = 1000000000;

        [Test]
        public static void ALookThatThrowsEndsTheWakerAndNotTheProcess()
        {
            int looks = 0;
            using (Waker waker = new Waker(
                () =>
                {
                    Interlocked.Increment(ref looks);
                    throw new InvalidOperationException("main thread only");
                },
                () => { }))
            {
                Check.Until("the failure", () => waker.Failure != null);
                Check.Equal("main thread only", waker.Failure.Message, "the failure");
                int seen = Volatile.Read(ref looks);
                Thread.Sleep(4 * Waker.PeriodMs);
                Check.Equal(seen, Volatile.Read(ref looks), "looks afterwards");
            }
        }

        [Test]
        public static void ACompilationWhoseEndWasStarvedEndsTheBusyWord()
        {
            ReadinessTracker tracker = new ReadinessTracker();
            tracker.CompilationStarted();
            Check.Equal(Readiness.Compiling, tracker.Judge(new EditorFacts { IsCompiling = true }, Second).Readiness, "it runs");
            Check.Equal(Readiness.Compiling, tracker.Judge(default, 100 * Second).Readiness, "the editor has just stopped to say so");
            // Asset imports and the like: the flag may come back.
            Check.Equal(Readiness.Compiling, tracker.Judge(new EditorFacts { IsCompiling = true }, 104 * Second).Readiness, "it still runs");
            Check.Equal(Readiness.Compiling, tracker.Judge(default, 106 * Second).Readiness, "counted from here");
            Check.Equal(Readiness.Ready, tracker.Judge(default, 111 * Second).Readiness, "no end will come");
        }

        [Test]
        public static void AReloadThatIsCalledOffGivesTheLinksBack()
        {
            using (Server server = new Server("json-rpc"))
            {
                FakeDomain domain = new FakeDomain(new FakeEditor(), server, typeof(Plugin));
                domain.Connect();
                Check.True(!domain.Links.TryGoOn(), "nothing has ended");
                domain.Links.Reload();
                Check.True(!domain.Links.TryGoOn(), "the reload may still come");
                domain.Turn();
                Check.Equal(null, domain.Link.Link, "until then it holds nothing");
                domain.NowNs += ReadinessTracker.ReloadFollowsWithinNs;
                Check.True(domain.Links.TryGoOn(), "it is overdue");
                server.Call("greet", "{\"to\":\"you\"}", "a");
                domain.TurnUntil("the answer", () => server.HasAnswer("a"));
                Check.True(domain.Link.Link.IsAttached && domain.Stats().Connections == 1, "over the same connection");
                domain.Links.Quit();
                domain.NowNs += ReadinessTracker.ReloadFollowsWithinNs;
                Check.True(!domain.Links.TryGoOn(), "an end is not called off");
            }
        }

        [Test]
        public static void AReloadInsideAHandlerLeavesItsCallToTheNextDomain()
        {
            using (Server server = new Server("json-rpc"))
            {
                FakeEditor editor = new FakeEditor();
                FakeDomain first = new FakeDomain(editor, server, typeof(Plugin), typeof(Breaker));
                first.Connect();
                Breaker.Break = first.Links.Reload;
                server.Call("break", "{}", "broken");
                server.Call("greet", "{\"to\":\"next\"}", "held");
                first.TurnUntil("the reload", () => first.Links.HasEnded);
                first.Turn();
                FakeDomain second = new FakeDomain(editor, server, typeof(Plugin), typeof(Breaker));
                second.TurnUntil("the answers", () => server.HasAnswer("broken") && server.HasAnswer("held"));
                Check.Equal("before", Server.Field(server.Answer("broken"), "/data/note"), "who resumes has the note");
                Check.Equal(1UL, second.Stats().Connections, "connections");
                second.Links.Quit();
            }
        }

        [Test]
        public static void AnEndInsideAHandlerClosesAndIsOver()
        {
            using (Server server = new Server("json-rpc"))
            {
                FakeEditor editor = new FakeEditor();
                FakeDomain domain = new FakeDomain(editor, server, typeof(Plugin), typeof(Breaker));
                domain.Connect();
                Breaker.Break = domain.Links.Quit;
                server.Call("break", "{}", "broken");
                domain.TurnUntil("the end", () => domain.Links.HasEnded);
                server.Await("gone");
                domain.Links.Quit();
                domain.Links.Reload();
                domain.Turn();
                Check.Equal(null, domain.Link.Link, "the link");
            }
        }

        [Test]
        public static void WhatReceiversThrowStopsHere()
        {
            using (Server server = new Server("json-rpc"))
            {
                FakeDomain domain = new FakeDomain(new FakeEditor(), server, typeof(Plugin));
                domain.Link.Received += item => throw new InvalidOperationException("a plugin's own fault");
                domain.Connect();
                server.Call("greet", "{\"to\":\"you\"}", "a");
                domain.TurnUntil("the answer", () => server.HasAnswer("a"));
                Check.True(
                    string.Join("\n", domain.Link.Log.Lines).Contains("a plugin's own fault"), "it is told");
                domain.Links.Quit();
            }
        }

        [Test]
        public static void ALinkWithoutANameOrAddressCostsTheOthersNothing()
        {
            using (Server server = new Server("json-rpc"))
            {
                FakeEditor editor = new FakeEditor();
                FakeDomain domain = new FakeDomain(editor, server, typeof(Nameless), typeof(Plugin));
                Check.True(editor.Logged.Exists(line => line.Contains("has no name")), string.Join("\n", editor.Logged.ToArray()));
                domain.Connect();
                EditorLink lost = domain.Links.Find("no address");
                Check.True(lost.Link == null && lost.Trouble != null, "the link without an address");
                Check.Equal(1, editor.Logged.FindAll(line => line.Contains("'no address'")).Count, "lines about it");
                lost.Open();
                Check.Equal(1, editor.Logged.FindAll(line => line.Contains("'no address'")).Count, "lines about it, asked again");
                domain.Links.Quit();
            }
        }

        [Test]
        public static void ALinkThatIsDeclaredOtherwiseIsOpenedAnew()
        {
            using (Server server = new Server("json-rpc"))
            {
                FakeEditor editor = new FakeEditor();
                Redeclared.HoldMs = 1000;
                FakeDomain first = new FakeDomain(editor, server, typeof(Redeclared));
                first.Connect();
                first.Links.Reload();
                Redeclared.HoldMs = 2000;
                FakeDomain second = new FakeDomain(editor, server, typeof(Redeclared));
                second.Connect();
                Check.True(!second.Link.Link.IsAttached && second.Link.Trouble == null, second.Link.Trouble ?? "it must be a new link");
                server.Await("gone");
                // Without a word, and with nonsense in the memory of the session.
                editor.Remember("Framewire.Opened.plugin", "HoldMs=-1\nonsense");
                Redeclared.HoldMs = 3000;
                FakeDomain third = new FakeDomain(editor, server, typeof(Redeclared));
                third.Turn();
                Check.True(third.Link.Link == null && third.Link.Trouble.Contains("close it first"), "nobody knows the old one");
                second.Links.Quit();
            }
        }

        [Test]
        public static void WhatALinkWasOpenedWithIsRemembered()
        {
            FakeEditor editor = new FakeEditor();
            FramewireConfig config = new FramewireConfig("plugin", "ws://host/?a=b&c=d")
            {
                Profile = LinkProfile.UnityMcp,
                Hello = "{\"a\":\"\u00e4\n=\"}",
                ReconnectDelaysMs = new uint[] { 1, 4294967295 },
                HoldMs = FramewireConfig.Never,
                LedgerBytes = ulong.MaxValue,
                Flags = ConfigFlags.StartDisconnected,
                Token = "5ec2e75ec2e7",
            };
            LeftLinks.Opened(editor, config);
            Check.True(!editor.Recall("Framewire.Opened.plugin").Contains("5ec2e75ec2e7"), "the token stays out of it");
            FramewireConfig again = LeftLinks.Recall(editor, "plugin");
            foreach (System.Reflection.PropertyInfo property in typeof(FramewireConfig).GetProperties())
            {
                object expected = property.Name == "Token" ? null : property.GetValue(config, null);
                object found = property.GetValue(again, null);
                bool isList = expected is uint[];
                Check.Equal(isList ? "1 4294967295" : expected, isList ? string.Join(" ", (uint[])found) : found, property.Name);
            }
            foreach (string garbage in new[] { "", "x", "=", "NoSuch=1", "HoldMs=-1", "HoldMs=99999999999", "Profile=x", "ReconnectDelaysMs=,", "Size=1" })
            {
                editor.Remember("Framewire.Opened.plugin", garbage);
                Check.Equal(null, LeftLinks.Recall(editor, "plugin"), garbage);
            }
        }

        [Test]
        public static void AnotherAddressIsDialledByTheNextDomain()
        {
            using (Server one = new Server("json-rpc"))
            using (Server other = new Server("json-rpc"))
            {
                FakeEditor editor = new FakeEditor();
                FakeDomain first = new FakeDomain(editor, one, typeof(Plugin));
                first.Connect();
                first.Links.Reload();
                FakeDomain second = new FakeDomain(editor, other, typeof(Plugin));
                second.TurnUntil("the other server", () => other.Count("acknowledged") == 1);
                Check.True(second.Link.Link.IsAttached, "it is the same link");
                one.Await("gone");
                second.Links.Reload();
                FakeDomain third = new FakeDomain(editor, other, typeof(Plugin));
                third.Connect();
                Check.Equal(2UL, third.Stats().Connections, "connections, when the address stays");
                third.Links.Quit();
            }
        }

        [Test]
        public static void LinksThatAreTurnedOffAreNotLeftOpen()
        {
            using (Server server = new Server("json-rpc"))
            {
                FakeEditor editor = new FakeEditor();
                FakeDomain first = new FakeDomain(editor, server, typeof(Plugin));
                first.Connect();
                first.Links.Reload();
                LinkSettings off = LinkSettings.Read(editor.DataPath);
                off.IsEnabled = false;
                FakeDomain second = new FakeDomain(editor, off, typeof(Plugin));
                second.Turn();
                server.Await("gone");
                Check.Equal(null, second.Link.Link, "the link");
                Check.Equal(null, LeftLinks.Recall(editor, "plugin"), "what is left");
            }
        }

        [Test]
        public static void AProjectMayHaveAnyPath()
        {
            using (Server server = new Server("json-rpc"))
            {
                FakeEditor editor = new FakeEditor();
                editor.DataPath = Path.Combine(Path.Combine(Path.GetDirectoryName(editor.DataPath), "Müller's Spiel (2) 遊戲 = #1"), "Assets");
                Directory.CreateDirectory(editor.DataPath);
                LinkSettings settings = LinkSettings.Read(editor.DataPath);
                settings.SetUrl("plugin", server.Url);
                settings.Write();
                FakeDomain first = new FakeDomain(editor, LinkSettings.Read(editor.DataPath), typeof(Plugin));
                first.Connect();
                first.Links.Reload();
                FakeDomain second = new FakeDomain(editor, LinkSettings.Read(editor.DataPath), typeof(Plugin));
                second.TurnUntil("the link is back", () => second.Link.Link != null);
                Check.True(second.Link.Link.IsAttached, "attached by name and owner");
                second.Links.Quit();
            }
        }

        [Test]
        public static void SettingsThatCannotBeWrittenAreTold()
        {
            string assets = FakeEditor.NewProject();
            Directory.CreateDirectory(Path.Combine(Path.Combine(Path.GetDirectoryName(assets), "UserSettings"), "Framewire.txt"));
            LinkSettings settings = LinkSettings.Read(assets);
            settings.IsWakeful = false;
            Check.Throws<IOException>(settings.Write);
        }
    }

    /// <summary>Ends its own domain, in one way or the other.</summary>
    [FramewireHandler("break")]
    public sealed class Breaker : IResumableHandler
    {
        internal static Action Break;

        public void Handle(FramewireRequest request, JsonView parameters)
        {
            request.Defer(300000, "before");
            Break();
        }

        public void Resume(FramewireRequest request, ResumeNote note)
        {
            request.Respond("{\"note\":\"" + note.ToString() + "\"}");
        }
    }

    internal static class Nameless
    {
        [FramewireEditorLink]
        private static FramewireConfig NoName()
        {
            return new FramewireConfig { Url = "ws://127.0.0.1:1" };
        }

        [FramewireEditorLink]
        private static FramewireConfig NoAddress()
        {
            return new FramewireConfig { Name = "no address" };
        }
    }

    /// <summary>Says something else of its link in each domain.</summary>
    internal static class Redeclared
    {
        internal static uint HoldMs;

        [FramewireEditorLink]
        private static FramewireConfig Declare()
        {
            return new FramewireConfig("plugin", "ws://127.0.0.1:1") { Profile = LinkProfile.JsonRpc, HoldMs = HoldMs };
        }
    }
}
