using System;
using System.Threading;

namespace Framewire.Tests
{
    /// <summary>The whole editor part on the stubs of Unity, each in a domain that really is unloaded.</summary>
    public static class BootstrapTests
    {
        [Test]
        public static void ASampleAnswersThroughRealReloads()
        {
            using (Server server = new Server("json-rpc"))
            {
                EditorProcess process = new EditorProcess(server);
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
                EditorProcess process = new EditorProcess(server);
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
        public static void WhatTheEditorDoesIsShown()
        {
            using (Server server = new Server("json-rpc"))
            {
                EditorProcess process = new EditorProcess(server);
                process.Load();
                process.Answers("before");
                Shows(process, "ready");
                // Each is told by an event of its own: no frame comes in between.
                process.Domain.Compile(true);
                Shows(process, "compiling");
                process.Domain.Compile(false);
                Shows(process, "ready");
                process.Domain.Play(true);
                Shows(process, "playing");
                process.Domain.Play(false);
                Shows(process, "ready");
                process.Domain.Set("IsUpdating", true);
                process.Domain.Turn();
                Shows(process, "importing");
                process.Domain.Set("IsUpdating", false);
                process.Answers("after");
                process.Quit();
            }
        }

        [Test]
        public static void AnEditorWithoutFocusQueuesFrames()
        {
            using (Server server = new Server("json-rpc"))
            {
                EditorProcess process = new EditorProcess(server);
                process.Load();
                process.Answers("with the focus");
                Check.Equal(0, (int)process.Domain.Get("QueuedFrames"), "frames asked for with the focus");
                process.Domain.Set("IsFocused", false);
                process.Answers("without");
                Check.True((int)process.Domain.Get("QueuedFrames") > 0, "a frame was asked for");
                process.Quit();
            }
        }

        [Test]
        public static void AnImportWorkerOpensNothing()
        {
            using (Server server = new Server("json-rpc"))
            {
                EditorProcess process = new EditorProcess(server);
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
                EditorProcess process = new EditorProcess(server);
                process.Load();
                process.Answers("first");
                string drawn = process.Domain.Draw();
                Check.True(drawn.Contains("connected, editor ready") && drawn.Contains("[Disconnect]"), drawn);
                Check.True(drawn.Contains("Address of hello"), drawn);
                process.Quit();
            }
        }

        private static void Shows(EditorProcess process, string readiness)
        {
            string drawn = process.Domain.Draw();
            Check.True(drawn.Contains("connected, editor " + readiness), readiness + " in " + drawn);
        }

        private static void Starve(bool inUpdate, bool inDelayed)
        {
            using (Server server = new Server("json-rpc"))
            {
                EditorProcess process = new EditorProcess(server);
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
    }
}
