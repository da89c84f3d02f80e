using System;
using System.Threading;
using Framewire.EditorHost;
using Framewire.Editor;
using Framewire.Stubs;

namespace Framewire.Tests
{
    /// <summary>The whole editor part on the stubs of Unity, each in a domain that really is unloaded.</summary>
    public static class BootstrapTests
    {
        private static readonly string[] Package = { "Framewire.Editor.dll", "MinimalTool.dll" };

        [Test]
        public static void ASampleAnswersThroughRealReloads()
        {
            using (Server server = new Server("json-rpc"))
            {
                Process process = new Process(server);
                for (int i = 0; i < 10; i++)
                {
                    process.Load();
                    process.Answers("call " + i);
                    // In turns by the editor's event, by the domain's own, by both.
                    process.Unload(i % 3 != 1);
                }
                process.Load();
                process.Answers("last");
                Check.Equal(0, server.Count("gone"), "connections that ended");
                process.Quit();
                server.Await("gone");
            }
        }

        [Test]
        public static void AnExtensionThatThrowsInUpdateCostsNothing()
        {
            Starve(true, false);
        }

        [Test]
        public static void AnExtensionThatThrowsInDelayedCallsCostsNothing()
        {
            Starve(false, true);
        }

        [Test]
        public static void ExtensionsThatThrowInBothLeaveTheWaker()
        {
            Starve(true, true);
        }

        [Test]
        public static void WorkThatWaitsWakesTheEditor()
        {
            using (Server server = new Server("json-rpc"))
            {
                Process process = new Process(server);
                process.Load();
                process.Answers("awake");
                int before = (int)process.Domain.Get("Signals");
                server.Call("hello", "{}", "asleep");
                // No frame comes, as in an editor that nobody looks at.
                Check.Until("signals", () => (int)process.Domain.Get("Signals") >= before + 3);
                process.TurnUntil("the answer", () => server.HasAnswer("asleep"));
                process.Unload(true);
                process.Load();
                process.Answers("in the next domain");
                process.Quit();
            }
        }

        [Test]
        public static void AnImportWorkerOpensNothing()
        {
            using (Server server = new Server("json-rpc"))
            {
                Process process = new Process(server);
                process.Load(domain => domain.Set("IsImportWorker", true));
                Check.Equal("none", process.Domain.Links(), "links");
                process.Unload(true);
                process.Load(domain => domain.Set("IsSecondary", true));
                Check.Equal("none", process.Domain.Links(), "links");
                process.Unload(false);
                process.Load(domain => domain.Set("IsBatchMode", true));
                Check.Equal("none", process.Domain.Links(), "links");
                process.Unload(true);
                process.Load();
                process.Answers("an editor does");
                process.Quit();
            }
        }

        [Test]
        public static void TheWindowAndTheSettingsAreDrawn()
        {
            using (Server server = new Server("json-rpc"))
            {
                Process process = new Process(server);
                process.Load();
                process.Answers("first");
                string drawn = process.Domain.Draw();
                Check.True(drawn.Contains("connected, editor ready") && drawn.Contains("[Disconnect]"), drawn);
                Check.True(drawn.Contains("Address of hello"), drawn);
                process.Quit();
            }
        }

        private static void Starve(bool inUpdate, bool inDelayed)
        {
            using (Server server = new Server("json-rpc"))
            {
                Process process = new Process(server);
                process.Load();
                process.Answers("before");
                if (inUpdate)
                {
                    process.Domain.Spoil(true);
                }
                if (inDelayed)
                {
                    process.Domain.Spoil(false);
                }
                process.Answers("after");
                int length = "another extension;".Length;
                Check.Equal(((inUpdate ? 1 : 0) + (inDelayed ? 1 : 0)) * length, process.Domain.Turn().Length, "what was thrown");
                process.Unload(true);
                process.Load();
                process.Answers("in the next domain");
                process.Quit();
            }
        }

        /// <summary>An editor's process: domains come and go in it.</summary>
        private sealed class Process
        {
            private readonly Server server;
            private readonly string assets = FakeEditor.NewProject();
            private readonly MemorySession session = new MemorySession();
            private AppDomain domain;
            private int number;

            internal Process(Server server)
            {
                this.server = server;
                LinkSettings settings = LinkSettings.Read(assets);
                settings.SetUrl("hello", server.Url);
                settings.Write();
            }

            internal EditorDomain Domain { get; private set; }

            internal void Load(Action<EditorDomain> prepare = null)
            {
                Domain = EditorDomain.Make("editor " + number++, out domain);
                Domain.Prepare(assets, session);
                if (prepare != null)
                {
                    prepare(Domain);
                }
                Domain.Load(Package);
            }

            internal void Unload(bool isTold)
            {
                if (isTold)
                {
                    Domain.BeforeReload();
                }
                AppDomain.Unload(domain);
            }

            internal void Quit()
            {
                Domain.Quit();
                AppDomain.Unload(domain);
            }

            internal void Answers(string tag)
            {
                TurnUntil("the connection", () => server.Count("acknowledged") != 0);
                server.Call("hello", "{\"to\":\"" + tag + "\"}", tag);
                TurnUntil("the answer to " + tag, () => server.HasAnswer(tag));
                Check.Equal("Hello, " + tag + "!", Server.Field(server.Answer(tag), "/data/greeting"), "the answer");
            }

            internal void TurnUntil(string what, Func<bool> holds)
            {
                Check.Until(what, () =>
                {
                    Domain.Turn();
                    return holds();
                });
            }
        }
    }
}
