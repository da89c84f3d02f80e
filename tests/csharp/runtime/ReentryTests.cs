using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Framewire.Tests
{
    /// <summary>Handlers and continuations that use the link they were called from, and threads that get in each other's way.</summary>
    public static class ReentryTests
    {
        private static void Ignore(FramewireEvent item)
        {
        }

        /// <summary>Leaves `count` requests waiting, so that one poll hands out all of them.</summary>
        private static void Queue(Server server, FramewireLink link, int count)
        {
            server.Await("acknowledged");
            for (int i = 0; i < count; i++)
            {
                server.Call("work", "{\"n\":" + i + "}", i.ToString());
            }
            server.AwaitWaiting(link, (uint)count);
        }

        [Test]
        public static void AHandlerClosesItsLink()
        {
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("closes")))
            {
                Queue(server, link, 2);
                List<string> seen = new List<string>();
                LinkStatus closed = LinkStatus.Internal;
                FramewireEventHandler handler = item =>
                {
                    if (item.IsRequest)
                    {
                        closed = link.Close(1000);
                        seen.Add(item.Name.ToString() + item.Data.ToString());
                        Check.Equal(LinkStatus.Stale, item.Request.Respond("1").Status, "too late");
                    }
                };
                Check.Until("the close", () => link.Poll(handler) == LinkStatus.Stale);
                Check.Equal(LinkStatus.Ok, closed, "the close");
                Check.Equal("work{\"n\":0}", string.Join(" ", seen), "lent texts outlive the close; nothing comes after it");
                Check.True(Server.Field(server.Answer("1"), "/status") != "ok", "what nobody saw is not answered well");
            }
        }

        [Test]
        public static void AHandlerDetachesAndOpensAgain()
        {
            using (Server server = new Server("json-rpc"))
            {
                FramewireLink link = FramewireLink.Open(server.Config("again"));
                Queue(server, link, 3);
                FramewireLink heir = null;
                int handled = 0;
                FramewireEventHandler handler = item =>
                {
                    if (item.IsRequest)
                    {
                        handled++;
                        Check.Equal(LinkStatus.Ok, link.Detach(), "detach");
                        heir = FramewireLink.Open(server.Config("again"));
                    }
                };
                Check.Until("the change", () => link.Poll(handler) == LinkStatus.Stale);
                Check.True(handled == 1 && heir.IsAttached, "taken over in the first handler");
                int orphans = 0;
                FramewireEventHandler answers = item =>
                {
                    orphans += item.Kind == EventKind.RequestOrphaned ? 1 : 0;
                    if (item.IsRequest)
                    {
                        item.Request.Respond(item.Data);
                    }
                };
                Check.Until("all answers", heir, answers, () => server.HasAnswer("0") && server.HasAnswer("1") && server.HasAnswer("2"));
                Check.Equal(1, orphans, "only what was handed out is an orphan");
                heir.Close();
            }
        }

        [Test]
        public static void ACloseInsideAContinuationEndsWhatElseWaits()
        {
            using (Server server = new Server("json-rpc"))
            {
                FramewireLink link = FramewireLink.Open(server.Config("inside"));
                server.AwaitOpen(link);
                // Its reply stays where it is.
                link.Pause();
                Task<FramewireReply> call = link.Request("echo");
                bool isLast = false;
                link.Post(() =>
                {
                    link.Post(() => isLast = true);
                    link.Close();
                });
                // One poll, and none after it: there may be no frame any more.
                link.Poll(Ignore);
                Check.True(isLast, "what waited continued");
                Check.True(call.IsCompleted, "the call ended");
                Check.Equal(EventReason.Lost, call.Result.Reason, "as lost");
            }
        }

        [Test]
        public static void WhatAHandlerThrewComesBeforeWhatAContinuationThrew()
        {
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("first")))
            {
                Queue(server, link, 1);
                int continued = 0;
                link.Post(() =>
                {
                    continued++;
                    throw new InvalidOperationException("second");
                });
                FramewireEventHandler handler = item => { throw new InvalidOperationException("first"); };
                Check.Equal("first", Check.Throws<InvalidOperationException>(() => link.Poll(handler)).Message, "the cause comes out");
                Check.Equal(1, continued, "the continuation had its turn");
            }
        }

        [Test]
        public static void ALoopLeftEarlyStarvesNoContinuation()
        {
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("starved")))
            {
                Queue(server, link, 4);
                int continued = 0;
                link.Post(() => continued++);
                foreach (FramewireEvent item in link.Poll())
                {
                    Check.Equal(0, continued, "not inside the loop");
                    break;
                }
                Check.Equal(1, continued, "after it");
                link.Post(() => continued++);
                Check.Throws<InvalidOperationException>(() =>
                {
                    foreach (FramewireEvent item in link.Poll())
                    {
                        foreach (FramewireEvent inner in link.Poll())
                        {
                            throw new TimeoutException("an event is lent already");
                        }
                        Check.Equal(1, continued, "not by a loop inside the loop");
                        throw new InvalidOperationException("left by force");
                    }
                });
                Check.Equal(2, continued, "after a loop that was left by force");
                link.Post(() => throw new InvalidOperationException("late"));
                Check.Equal("late", Check.Throws<InvalidOperationException>(() => LeaveEarly(link)).Message, "it comes out of the loop");
                Check.True(link.Poll(Ignore) != LinkStatus.Busy, "nothing is lent");
            }
        }

        private static void LeaveEarly(FramewireLink link)
        {
            foreach (FramewireEvent item in link.Poll())
            {
                break;
            }
        }

        [Test]
        public static void TwoThreadsThatPollShareTheEvents()
        {
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("shared")))
            {
                const int Count = 3000;
                server.Await("acknowledged");
                server.Say(".flood " + Count + " 64 work {\"a\":1}");
                HashSet<ulong> seen = new HashSet<ulong>();
                int wrong = 0;
                int isOver = 0;
                FramewireEventHandler handler = item =>
                {
                    if (!item.IsRequest)
                    {
                        return;
                    }
                    long a;
                    ulong id = item.Id;
                    bool isWhole = item.Name.Is("work") && item.Json.TryGetLong("/a", out a) && a == 1;
                    Thread.Yield();
                    bool isSame = item.Id == id && item.Request.Respond(item.Data).IsDone;
                    lock (seen)
                    {
                        wrong += seen.Add(id) && isWhole && isSame ? 0 : 1;
                    }
                };
                Thread[] threads = new Thread[2];
                for (int i = 0; i < threads.Length; i++)
                {
                    bool isLoop = i == 0;
                    threads[i] = new Thread(() =>
                    {
                        while (Volatile.Read(ref isOver) == 0)
                        {
                            if (!isLoop)
                            {
                                link.Poll(handler);
                                continue;
                            }
                            foreach (FramewireEvent item in link.Poll())
                            {
                                handler(item);
                            }
                        }
                    });
                    threads[i].Start();
                }
                server.Await("flood");
                Volatile.Write(ref isOver, 1);
                Array.ForEach(threads, thread => thread.Join());
                Check.Equal(0, wrong, "requests seen twice or mixed up");
                Check.Equal(Count, seen.Count, "requests");
            }
        }

        [Test]
        public static void ACloseOnAnotherThreadEndsPollsAndWaits()
        {
            using (Server server = new Server("json-rpc"))
            {
                for (int round = 0; round < 20; round++)
                {
                    FramewireLink link = FramewireLink.Open(server.Config("race " + round));
                    Task<FramewireReply> call = null;
                    Thread poller = new Thread(() =>
                    {
                        while (link.Poll(item => item.Data.ToString()) != LinkStatus.Stale)
                        {
                        }
                    });
                    Thread waiter = new Thread(() => link.Wait(60000));
                    Thread caller = new Thread(() =>
                    {
                        do
                        {
                            call = link.Request("echo", "[1]");
                        }
                        while (link.IsOpen);
                    });
                    poller.Start();
                    waiter.Start();
                    caller.Start();
                    Thread.Sleep(round);
                    link.Close(100);
                    Check.True(poller.Join(Check.Patience) && waiter.Join(Check.Patience) && caller.Join(Check.Patience), "all end");
                    link.Poll(Ignore);
                    Check.True(call.IsCompleted, "the last call ended");
                }
            }
        }
    }
}
