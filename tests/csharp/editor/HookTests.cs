using System;

namespace Framewire.Tests
{
    /// <summary>The editor's hooks, too often, in an odd order, or in vain.</summary>
    public static class HookTests
    {
        [Test]
        public static void NewerHooksBesideTheOldOnesCountOnce()
        {
            Run((server, process) =>
            {
                for (int i = 0; i < 6; i++)
                {
                    process.Load();
                    Check.Equal(1, process.Domain.Lifecycle("OnCodeLoaded"), "methods of ours");
                    Check.Equal(1, process.Domain.Lifecycle("OnCodeInitializing"), "methods of ours");
                    process.Answers("call " + i);
                    // The newer alone, both, both in the other order.
                    if (i % 3 == 1)
                    {
                        process.Domain.BeforeReload();
                    }
                    Check.Equal(1, process.Domain.Lifecycle("OnCodeDeinitializing"), "methods of ours");
                    Check.Equal(1, process.Domain.Lifecycle("OnCodeUnloading"), "methods of ours");
                    process.Unload(i % 3 == 2);
                }
                process.Load();
                process.Answers("last");
                Check.Equal(0, server.Count("gone"), "connections that ended");
                process.Domain.Quit();
                server.Await("gone");
                process.Domain.Quit();
                process.Domain.Lifecycle("OnCodeDeinitializing");
                process.Domain.Lifecycle("OnCodeUnloading");
                process.Domain.Turn();
            });
        }

        [Test]
        public static void AReloadThatNeverComesIsNoticed()
        {
            Run((server, process) =>
            {
                process.Load();
                process.Answers("before");
                process.Domain.BeforeReload();
                process.Domain.BeforeReload();
                process.Answers("after");
                Check.Equal(0, server.Count("gone"), "connections that ended");
                // The waker lives again, too.
                int before = (int)process.Domain.Get("Signals");
                server.Call("hello", "{}", "asleep");
                Check.Until("signals", () => (int)process.Domain.Get("Signals") >= before + 3);
                process.Unload(true);
                process.Load();
                process.Answers("in the next domain");
            });
        }

        private static void Run(Action<Server, EditorProcess> test)
        {
            using (Server server = new Server("json-rpc"))
            {
                EditorProcess process = new EditorProcess(server);
                test(server, process);
                process.Quit();
            }
        }
    }
}
