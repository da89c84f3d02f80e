using System;
using System.Diagnostics;
using System.Reflection;
using System.Threading;

namespace Framewire.Tests
{
    /// <summary>Domains that are unloaded at awkward moments. Each unload is bounded, and the link goes on for the next one.</summary>
    public static class DomainTests
    {
        /// <summary>What lives in the domain that is unloaded.</summary>
        public sealed class Inside : MarshalByRefObject
        {
            private FramewireLink link;
            private volatile int seen;
            private volatile bool isLent;

            public override object InitializeLifetimeService()
            {
                return null;
            }

            public int Seen
            {
                get { return seen; }
            }

            public bool IsLent
            {
                get { return isLent; }
            }

            public bool Open(string name, string url)
            {
                link = FramewireLink.Open(new FramewireConfig(name, url) { Owner = "tests/csharp", Profile = LinkProfile.JsonRpc, HoldMs = 300000 });
                return link.IsAttached;
            }

            /// <summary>Polls until the domain ends; answers what comes.</summary>
            public void Poll()
            {
                for (;;)
                {
                    foreach (FramewireEvent item in link.Poll())
                    {
                        if (item.IsRequest)
                        {
                            seen++;
                            item.Request.Respond(item.Data);
                        }
                    }
                }
            }

            /// <summary>Takes one request and keeps it lent, in a handler that does not end.</summary>
            public void PollAndKeep()
            {
                for (;;)
                {
                    link.Poll(item =>
                    {
                        if (item.IsRequest)
                        {
                            isLent = true;
                            Thread.Sleep(Timeout.Infinite);
                        }
                    });
                }
            }

            /// <summary>Takes one request in a handler that reflection calls, and that does not end.</summary>
            public void PollAndReflect()
            {
                RequestRouter router = new RequestRouter().Add("work", (request, parameters) =>
                {
                    isLent = true;
                    typeof(Sleeper).GetConstructor(Type.EmptyTypes).Invoke(null);
                });
                for (;;)
                {
                    link.Poll(item => router.Route(item));
                }
            }

            /// <summary>Waits inside the library for events that do not come.</summary>
            public void Wait()
            {
                for (;;)
                {
                    isLent = true;
                    link.Wait(60000);
                }
            }

            /// <summary>Handlers that wait for something when the domain ends.</summary>
            public void PollAsync()
            {
                RequestRouter router = new RequestRouter();
                router.AddAsync("work", async (request, parameters) =>
                {
                    seen++;
                    await System.Threading.Tasks.Task.Delay(600000);
                    return "\"never\"";
                });
                router.AddAsync("call", async (request, parameters) =>
                {
                    seen++;
                    FramewireReply reply = await request.Link.Request("echo", "{}");
                    await request.Link.NextFrame();
                    return reply.Data;
                });
                for (;;)
                {
                    foreach (FramewireEvent item in link.Poll())
                    {
                        router.Route(item);
                    }
                    Thread.Sleep(1);
                }
            }
        }

        /// <summary>Does not end; called by reflection, which wraps what comes out of it.</summary>
        private sealed class Sleeper
        {
            public Sleeper()
            {
                Thread.Sleep(Timeout.Infinite);
            }
        }

        /// <summary>A domain, and the thread that turns its frame loop.</summary>
        private sealed class Child
        {
            private readonly AppDomain domain;
            private readonly Thread thread;

            internal readonly Inside Inside;
            internal readonly bool IsAttached;

            internal Child(string name, string url, Action<Inside> loop)
            {
                AppDomainSetup setup = new AppDomainSetup { ApplicationBase = AppDomain.CurrentDomain.BaseDirectory };
                domain = AppDomain.CreateDomain(name, null, setup);
                Inside = (Inside)domain.CreateInstanceAndUnwrap(Assembly.GetExecutingAssembly().FullName, typeof(Inside).FullName);
                IsAttached = Inside.Open(name, url);
                thread = new Thread(() => Turn(loop)) { IsBackground = true };
                thread.Start();
            }

            private void Turn(Action<Inside> loop)
            {
                try
                {
                    loop(Inside);
                }
                catch (ThreadAbortException)
                {
                    Thread.ResetAbort();
                }
                catch (AppDomainUnloadedException)
                {
                }
            }

            internal void Unload()
            {
                Stopwatch clock = Stopwatch.StartNew();
                AppDomain.Unload(domain);
                Check.True(thread.Join(Check.Patience), "the frame thread left the domain");
                Check.True(clock.Elapsed < Check.Patience, "an unload is bounded: " + clock.Elapsed);
            }
        }

        private static void Answer(FramewireEvent item)
        {
            if (item.IsRequest)
            {
                item.Request.Respond(item.Data);
            }
        }

        private static void EndsWell(Server server, string name, params string[] tags)
        {
            using (FramewireLink link = FramewireLink.Open(server.Config(name)))
            {
                Check.True(link.IsAttached, "the link lives on");
                Check.Until("the answers", link, Answer, () => Array.TrueForAll(tags, server.HasAnswer));
                foreach (string tag in tags)
                {
                    Check.Equal("ok", Server.Field(server.Answer(tag), "/status"), "answer to " + tag);
                }
            }
            Check.Equal(1, server.Count("connected"), "connections");
        }

        [Test]
        public static void ADomainIsUnloadedInTheMidstOfPolls()
        {
            using (Server server = new Server("json-rpc"))
            {
                for (int i = 0; i < 10; i++)
                {
                    Child child = new Child("polls", server.Url, inside => inside.Poll());
                    Check.Equal(i != 0, child.IsAttached, "attached");
                    // What is called before there is a connection is answered by nobody.
                    server.Await("acknowledged");
                    server.Call("work", "{}", "polls " + i);
                    server.Answer("polls " + i);
                    child.Unload();
                }
                EndsWell(server, "polls");
            }
        }

        [Test]
        public static void ADomainIsUnloadedDuringAFlood()
        {
            using (Server server = new Server("json-rpc"))
            {
                Child child = new Child("flood", server.Url, inside => inside.Poll());
                server.Await("acknowledged");
                for (int i = 0; i < 5; i++)
                {
                    // One for each domain, so that none before it can have used it up.
                    server.Say(".flood 20000 64 work {\"a\":1}");
                    Check.Until("requests", () => child.Inside.Seen > 500);
                    child.Unload();
                    child = new Child("flood", server.Url, inside => inside.Poll());
                    Check.True(child.IsAttached, "attached");
                    int floods = i + 1;
                    Check.Until("the end of the flood", () => server.Count("flood") == floods);
                    string report = server.Last("flood");
                    Check.Equal("20000", Server.Field(report, "/ok"), "answers in " + report);
                }
                child.Unload();
                EndsWell(server, "flood");
            }
        }

        [Test]
        public static void ADomainIsUnloadedWithAnEventLent()
        {
            using (Server server = new Server("json-rpc"))
            {
                Child child = new Child("lent", server.Url, inside => inside.PollAndKeep());
                server.Await("acknowledged");
                server.Call("work", "{\"text\":\"" + new string('x', 100000) + "\"}", "lent");
                server.Call("work", "{}", "behind");
                Check.Until("the loan", () => child.Inside.IsLent);
                child.Unload();
                EndsWell(server, "lent", "lent", "behind");
            }
        }

        [Test]
        public static void AHandlerThatIsAbortedInsideReflectionLeavesAnOrphan()
        {
            using (Server server = new Server("json-rpc"))
            {
                Child child = new Child("reflects", server.Url, inside => inside.PollAndReflect());
                server.Await("acknowledged");
                server.Call("work", "{}", "reflects");
                Check.Until("the handler", () => child.Inside.IsLent);
                child.Unload();
                EndsWell(server, "reflects", "reflects");
            }
        }

        [Test]
        public static void ADomainIsUnloadedWhileAThreadWaitsInTheLibrary()
        {
            using (Server server = new Server("json-rpc"))
            {
                Child child = new Child("waits", server.Url, inside => inside.Wait());
                server.Await("acknowledged");
                Check.Until("the wait", () => child.Inside.IsLent);
                child.Unload();
                EndsWell(server, "waits");
            }
        }

        [Test]
        public static void WhatHandlersAwaitAtAnUnloadComesAsOrphan()
        {
            using (Server server = new Server("json-rpc"))
            {
                Child child = new Child("awaits", server.Url, inside => inside.PollAsync());
                server.Await("acknowledged");
                server.Call("work", "{}", "work");
                server.Call("call", "{}", "call");
                Check.Until("both", () => child.Inside.Seen == 2);
                server.Answer("call");
                child.Unload();
                using (FramewireLink link = FramewireLink.Open(server.Config("awaits")))
                {
                    RequestRouter router = new RequestRouter().AddAsync("work", (request, parameters) => null);
                    Check.Until("the answer", link, item => router.Route(item), () => server.HasAnswer("work"));
                    Check.True(server.Answer("work").Contains("may have run"), server.Answer("work"));
                }
            }
        }

        [Test]
        public static void ARefusalCrossesDomains()
        {
            FramewireException error = Check.Throws<FramewireException>(() => new Child("refused", "nowhere", inside => { }));
            Check.Equal(LinkStatus.Invalid, error.Status, "status");
            Check.True(error.Message.Contains("ws://"), error.Message);
        }

        [Test]
        public static void ALateFinalizerDoesNothing()
        {
            using (Server server = new Server("json-rpc"))
            {
                // With all heap free the next collection is far off.
                GC.Collect();
                GC.WaitForPendingFinalizers();
                WeakReference first = Forgotten(server);
                using (FramewireLink link = FramewireLink.Open(server.Config("late")))
                {
                    Check.True(first.IsAlive, "the first link waits for its finalizer");
                    server.Await("acknowledged");
                    Check.True(link.IsAttached, "attached before the finalizer ran");
                    Check.Until("the finalizer", () =>
                    {
                        GC.Collect();
                        GC.WaitForPendingFinalizers();
                        return !first.IsAlive;
                    });
                    server.Call("work", "{}", "late");
                    Check.Until("the answer", link, Answer, () => server.HasAnswer("late"));
                    LinkState state;
                    Check.Equal(LinkStatus.Ok, link.TryGetState(out state), "the link lives");
                    Check.Equal(0u, state.Detached, "nobody detached it");
                }
            }
        }

        [Test]
        public static void AForgottenLinkIsDetachedAndNotClosed()
        {
            using (Server server = new Server("json-rpc"))
            {
                WeakReference first = Forgotten(server);
                server.Await("acknowledged");
                Check.Until("the finalizer", () =>
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                    return !first.IsAlive;
                });
                server.Call("work", "{}", "forgotten");
                EndsWell(server, "late", "forgotten");
            }
        }

        /// <summary>Opens a link on a thread of its own, so that no stack holds it.</summary>
        private static WeakReference Forgotten(Server server)
        {
            WeakReference reference = null;
            Thread thread = new Thread(() => reference = new WeakReference(FramewireLink.Open(server.Config("late"))));
            thread.Start();
            thread.Join();
            return reference;
        }
    }
}
