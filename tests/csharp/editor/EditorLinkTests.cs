using System;
using System.Collections.Generic;
using Framewire.Editor;

namespace Framewire.Tests
{
    /// <summary>Links as the editor keeps them, on an editor that is what the test says, and a real server.</summary>
    public static class EditorLinkTests
    {
        [Test]
        public static void DeclaredLinksAnswer()
        {
            using (Server server = new Server("json-rpc"))
            {
                FakeDomain domain = new FakeDomain(new FakeEditor(), server, typeof(Plugin), typeof(Finisher));
                domain.Connect();
                server.Call("greet", "{\"to\":\"you\"}", "a");
                domain.TurnUntil("the answer", () => server.HasAnswer("a"));
                Check.Equal("hello you", Server.Field(server.Answer("a"), "/data/greeting"), "the answer");
                server.Call("unheard-of", "{}", "b");
                domain.TurnUntil("the refusal", () => server.HasAnswer("b"));
                Check.True(server.Answer("b").Contains("-32601"), server.Answer("b"));
                domain.Links.Quit();
            }
        }

        [Test]
        public static void AReloadHandsTheLinkOver()
        {
            using (Server server = new Server("json-rpc"))
            {
                FakeEditor editor = new FakeEditor();
                FakeDomain first = new FakeDomain(editor, server, typeof(Plugin), typeof(Finisher));
                first.Connect();
                ulong connections = first.Stats().Connections;
                server.Call("finish", "{}", "resumed");
                server.Call("leave", "{}", "left");
                first.TurnUntil("both were taken", () => first.State().RequestsOpen == 2);
                first.Links.Reload();
                first.Links.Reload();
                Check.True(first.Links.HasEnded && !first.Links.HasWork, "the domain has nothing to do any more");
                first.Turn();
                Check.Equal(null, first.Link.Link, "and holds nothing");
                // Nobody is there; the call waits.
                server.Call("greet", "{\"to\":\"patient\"}", "held");

                FakeDomain second = new FakeDomain(editor, server, typeof(Plugin), typeof(Finisher));
                second.TurnUntil("the answers", () => server.HasAnswer("resumed") && server.HasAnswer("left") && server.HasAnswer("held"));
                Check.True(second.Link.Link.IsAttached, "attached by name");
                Check.Equal(connections, second.Stats().Connections, "connections");
                Check.Equal("half done", Server.Field(server.Answer("resumed"), "/data/note"), "the handler that resumes");
                Check.Equal("hello patient", Server.Field(server.Answer("held"), "/data/greeting"), "what waited");
                string interrupted = server.Answer("left");
                Check.True(interrupted.Contains("interrupted by a domain reload"), interrupted);
                Check.True(interrupted.Contains("may_have_run") && interrupted.Contains("\"retryable\":false"), interrupted);
                second.Links.Quit();
            }
        }

        [Test]
        public static void ADomainThatDiedWithoutAWordIsFound()
        {
            using (Server server = new Server("json-rpc"))
            {
                FakeEditor editor = new FakeEditor();
                FakeDomain first = new FakeDomain(editor, server, typeof(Plugin), typeof(Finisher));
                first.Connect();
                server.Call("finish", "{}", "resumed");
                first.TurnUntil("it was taken", () => first.State().RequestsOpen == 1);

                FakeDomain second = new FakeDomain(editor, server, typeof(Plugin), typeof(Finisher));
                second.TurnUntil("the answer", () => server.HasAnswer("resumed"));
                Check.Equal("half done", Server.Field(server.Answer("resumed"), "/data/note"), "the answer");
                // What is left of the first one costs the second nothing.
                first.Turn();
                first.Links.Quit();
                server.Call("greet", "{\"to\":\"still\"}", "after");
                second.TurnUntil("an answer afterwards", () => server.HasAnswer("after"));
                second.Links.Quit();
            }
        }

        [Test]
        public static void AnotherBuildIsRefused()
        {
            using (Server server = new Server("json-rpc"))
            {
                FakeEditor editor = new FakeEditor();
                editor.Remember("Framewire.Build.plugin", "0.0.1@1");
                FakeDomain domain = new FakeDomain(editor, server, typeof(Plugin));
                domain.Turn();
                Check.Equal(null, domain.Link.Link, "the link");
                Check.True(domain.Link.Trouble.Contains("Restart the editor"), domain.Link.Trouble);
                Check.True(editor.Logged.Exists(line => line.StartsWith("Error") && line.Contains("Restart")), "it is told in the console");
                Check.Equal(2, StatusText.Lines(domain.Link).Count, "lines of the window");
            }
        }

        [Test]
        public static void PlayModeWithoutDomainReloadKeepsTheLink()
        {
            using (Server server = new Server("json-rpc"))
            {
                FakeEditor editor = new FakeEditor();
                FakeDomain domain = new FakeDomain(editor, server, typeof(Plugin));
                domain.Connect();
                FramewireLink link = domain.Link.Link;
                foreach (bool plays in new[] { true, false, true, false })
                {
                    editor.Now.IsPlaying = editor.Now.IsPlayingOrWillChange = plays;
                    domain.Links.PlayModeChanged();
                    Check.Equal(plays ? Readiness.Playing : Readiness.Ready, domain.State().Readiness, "readiness");
                    string tag = "call " + domain.Stats().Requests;
                    server.Call("greet", "{\"to\":\"player\"}", tag);
                    domain.TurnUntil("an answer", () => server.HasAnswer(tag));
                }
                Check.True(ReferenceEquals(link, domain.Link.Link), "the same link");
                Check.Equal(1UL, domain.Stats().Connections, "connections");
                domain.Links.Quit();
            }
        }

        [Test]
        public static void WhatTheEditorDoesIsTold()
        {
            using (Server server = new Server("json-rpc"))
            {
                FakeEditor editor = new FakeEditor();
                FakeDomain domain = new FakeDomain(editor, server, typeof(Plugin));
                domain.Connect();
                Check.Equal(Readiness.Ready, domain.State().Readiness, "after the first frames");
                editor.Now.IsUpdating = true;
                domain.Turn();
                Check.Equal(Readiness.Importing, domain.State().Readiness, "while assets are imported");
                editor.Now.IsUpdating = false;
                domain.Links.CompilationStarted();
                Check.Equal(Readiness.Compiling, domain.State().Readiness, "at once, as no frame may follow");
                domain.Links.CompilationFinished();
                Check.Equal(Readiness.Ready, domain.State().Readiness, "when it failed and no reload comes");
                domain.Links.Quit();
            }
        }

        [Test]
        public static void AnEndThatIsCalledUnloadingStillCloses()
        {
            using (Server server = new Server("json-rpc"))
            {
                FakeEditor editor = new FakeEditor();
                FakeDomain domain = new FakeDomain(editor, server, typeof(Plugin));
                domain.Connect();
                domain.Links.Quit();
                domain.Links.Reload();
                server.Await("gone");
                Check.Equal("", editor.Recall("Framewire.Build.plugin"), "another build may open it now");
            }
        }

        [Test]
        public static void AHandlerThatPollsTheEditorIsNoTrouble()
        {
            using (Server server = new Server("json-rpc"))
            {
                FakeDomain domain = new FakeDomain(new FakeEditor(), server, typeof(Plugin), typeof(Dialog));
                domain.Connect();
                Dialog.Domain = domain;
                server.Call("dialog", "{}", "outer");
                server.Call("greet", "{\"to\":\"inner\"}", "inner");
                domain.TurnUntil("both answers", () => server.HasAnswer("outer") && server.HasAnswer("inner"));
                domain.Links.Quit();
            }
        }

        [Test]
        public static void WhatIsDeclaredWrongCostsTheOthersNothing()
        {
            using (Server server = new Server("json-rpc"))
            {
                FakeEditor editor = new FakeEditor();
                FakeDomain domain = new FakeDomain(editor, server, typeof(Wrong), typeof(Plugin));
                Check.Equal(1, domain.Links.All.Length, "links");
                Check.True(editor.Logged.Exists(line => line.Contains("NotStatic") && line.Contains("must be static")), "the form of a link");
                Check.True(editor.Logged.Exists(line => line.Contains("Throws") && line.Contains("on purpose")), "a link that throws");
                Check.True(editor.Logged.Exists(line => line.Contains("BadHandler") && line.Contains("wrong form")), "the form of a handler");
                Check.True(editor.Logged.Exists(line => line.Contains("Choose another name")), "a name that is taken");
                domain.Connect();
                domain.Links.Quit();
            }
        }

        [Test]
        public static void LinksThatAreTurnedOffAreNotOpened()
        {
            FakeEditor editor = new FakeEditor();
            LinkSettings settings = LinkSettings.Read(editor.DataPath);
            settings.IsEnabled = false;
            FakeDomain domain = new FakeDomain(editor, settings, typeof(Plugin));
            domain.Turn();
            Check.Equal(null, domain.Link.Link, "the link");
            Check.True(domain.Link.Trouble.Contains("Project Settings"), domain.Link.Trouble);
            Check.Equal(0, editor.Logged.Count, "lines in the console");
        }

        [Test]
        public static void ALinkThatEndedIsOpenedAnew()
        {
            using (Server server = new Server("json-rpc"))
            {
                FakeDomain domain = new FakeDomain(new FakeEditor(), server, typeof(Plugin));
                domain.Connect();
                FramewireLink link = domain.Link.Link;
                // As one does that nobody polled for ten minutes, seen from here.
                link.Close();
                domain.TurnUntil("the end is seen", () => domain.Link.Link == null);
                domain.NowNs += 6000000000;
                domain.Turn();
                Check.True(domain.Link.Link != null && !ReferenceEquals(link, domain.Link.Link), "a new link");
                domain.Connect();
                domain.Links.Quit();
            }
        }

        [Test]
        public static void TheWindowShowsHowALinkStands()
        {
            using (Server server = new Server("json-rpc"))
            {
                FakeEditor editor = new FakeEditor();
                FakeDomain domain = new FakeDomain(editor, server, typeof(Plugin));
                domain.Connect();
                List<string> lines = StatusText.Lines(domain.Link);
                Check.Equal(server.Url, lines[0], "where it goes");
                Check.True(lines.Exists(line => line == "connected, editor ready"), string.Join("; ", lines.ToArray()));
                domain.TurnUntil(
                    "the log has it", () => new List<string>(domain.Link.Log.Lines).Exists(line => line.Contains("Connected to")));
                Check.Equal(0, editor.Logged.Count, "lines in the console");
                for (int i = 0; i < 2 * LinkLog.Capacity; i++)
                {
                    domain.Link.Log.Add(LinkLogLevel.Info, "line " + i);
                }
                Check.Equal(LinkLog.Capacity, new List<string>(domain.Link.Log.Lines).Count, "lines that are kept");
                domain.Links.Quit();
            }
        }

        [Test]
        public static void AnEditorWithoutFocusIsAskedForAnotherFrame()
        {
            using (Server server = new Server("json-rpc"))
            {
                FakeEditor editor = new FakeEditor();
                FakeDomain domain = new FakeDomain(editor, server, typeof(Plugin));
                domain.Connect();
                Check.Equal(0, editor.QueuedFrames, "frames asked for with the focus");
                editor.Now.IsFocused = false;
                server.Call("greet", "{\"to\":\"nobody\"}", "a");
                domain.TurnUntil("the answer", () => server.HasAnswer("a"));
                Check.True(editor.QueuedFrames > 0, "a frame was asked for");
                domain.Links.Quit();
            }
        }
    }
}
