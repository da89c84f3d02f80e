using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Framewire.Tests
{
    /// <summary>Our own calls, and handlers that take several frames.</summary>
    public static class CallTests
    {
        [Test]
        public static void ACallEndsWithItsReplyOnTheFrameLoop()
        {
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("calls")))
            {
                server.AwaitOpen(link);
                int events = 0;
                FramewireEventHandler handler = item => events += item.Kind == EventKind.Response ? 1 : 0;
                Task<FramewireReply> echo = link.Request("echo", "{\"v\":\"ä\"}");
                Task<FramewireReply> unknown = link.Request("nothing");
                int thread = 0;
                echo.ContinueWith(task => thread = Thread.CurrentThread.ManagedThreadId, TaskContinuationOptions.ExecuteSynchronously);
                Check.True(!echo.IsCompleted, "not before a poll");
                Check.Until("both replies", link, handler, () => echo.IsCompleted && unknown.IsCompleted);
                Check.True(echo.Result.IsResult && echo.Result.AgeNs != 0, "a result");
                Check.Equal("{\"v\":\"ä\"}", echo.Result.Data, "data");
                Check.Equal(Thread.CurrentThread.ManagedThreadId, thread, "it ended on the thread that polls");
                Check.Equal(EventReason.PeerError, unknown.Result.Reason, "an error");
                Check.Equal(-32601L, unknown.Result.ErrorCode, "its code");
                Check.True(!unknown.Result.IsResult, "no result");
                Check.Equal(0, events, "replies that a task takes are no events");
            }
        }

        [Test]
        public static void EveryWayACallCanEndEndsItsTask()
        {
            using (Server server = new Server("json-rpc"))
            {
                FramewireConfig config = server.Config("ends");
                // No dial but the one that is asked for.
                config.ReconnectDelaysMs = new uint[] { 30000 };
                FramewireLink link = FramewireLink.Open(config);
                server.AwaitOpen(link);
                FramewireEventHandler ignore = item => { };
                ulong id;

                Task<FramewireReply> cancelled = link.Request("never", null, 0, out id);
                Check.True(id != 0, "id");
                link.Cancel(id);
                Task<FramewireReply> broken = link.Request("echo", "{broken");
                Task<FramewireReply> nameless = link.Request("");
                Check.Until("three ends", link, ignore, () => cancelled.IsCompleted && broken.IsCompleted && nameless.IsCompleted);
                // The peer may have been faster.
                Check.True(cancelled.Result.Reason == EventReason.Cancelled || cancelled.Result.Reason == EventReason.PeerError, "cancelled");
                Check.Equal(EventReason.BadJson, broken.Result.Reason, "broken");
                Check.Equal(LinkStatus.Invalid, nameless.Result.Status, "nameless");

                server.Say(".close 1001 bye");
                Check.Until("the close", link, ignore, () => { LinkState state; link.TryGetState(out state); return state.Phase != LinkPhase.Active; });
                Task<FramewireReply> unopened = link.Request("echo");
                Check.Until("an end", link, ignore, () => unopened.IsCompleted);
                Check.Equal(LinkStatus.NotOpen, unopened.Result.Status, "not open");
                link.Connect();
                Check.Until("the next connection", link, ignore, () => { LinkState state; link.TryGetState(out state); return state.Phase == LinkPhase.Active; });

                // Nobody polls until the link is taken over, detached, closed: the tasks end all the same.
                Task<FramewireReply> taken = link.Request("echo");
                FramewireLink heir = FramewireLink.Open(config);
                Check.Equal(LinkStatus.Stale, link.Poll(ignore), "stale");
                Check.Equal(EventReason.Lost, taken.Result.Reason, "taken over");
                Task<FramewireReply> detached = heir.Request("echo");
                Check.Equal(LinkStatus.Ok, heir.Detach(), "detach");
                Check.True(!detached.IsCompleted, "a detach runs nobody's code");
                heir.Poll(ignore);
                Check.Equal(EventReason.Lost, detached.Result.Reason, "detached");
                FramewireLink last = FramewireLink.Open(config);
                Task<FramewireReply> closed = last.Request("echo");
                last.Close();
                Check.True(closed.IsCompleted, "a close ends it");
                Check.Equal(EventReason.Lost, closed.Result.Reason, "closed");
                Task<FramewireReply> late = last.Request("echo");
                last.Poll(ignore);
                Check.Equal(LinkStatus.Stale, late.Result.Status, "after the close");
            }
        }

        [Test]
        public static void CallsOfManyThreadsEndOnceEach()
        {
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("threads")))
            {
                server.AwaitOpen(link);
                const int Threads = 4;
                const int Each = 200;
                int done = 0;
                int wrong = 0;
                List<Thread> threads = new List<Thread>();
                for (int t = 0; t < Threads; t++)
                {
                    int number = t;
                    threads.Add(new Thread(() =>
                    {
                        for (int i = 0; i < Each; i++)
                        {
                            string json = "[" + (number * Each + i) + "]";
                            Task<FramewireReply> task = link.Request("echo", json);
                            task.Wait();
                            wrong += task.Result.Data == json ? 0 : 1;
                            Interlocked.Increment(ref done);
                        }
                    }));
                    threads[t].Start();
                }
                Check.Until("all replies", link, item => { }, () => done == Threads * Each);
                threads.ForEach(thread => thread.Join());
                Check.Equal(0, wrong, "wrong replies");
            }
        }

        [Test]
        public static void WhatAHandlerAwaitsContinuesOnTheFrameLoop()
        {
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("async")))
            {
                server.Await("acknowledged");
                int frame = Thread.CurrentThread.ManagedThreadId;
                List<int> threads = new List<int>();
                RequestRouter router = new RequestRouter();
                router.AddAsync("several", async (request, parameters) =>
                {
                    await Task.Delay(5);
                    threads.Add(Thread.CurrentThread.ManagedThreadId);
                    await Task.Run(() => Thread.Sleep(5)).ConfigureAwait(false);
                    await request.Link.NextFrame();
                    threads.Add(Thread.CurrentThread.ManagedThreadId);
                    int seven = await request.Link.OnFrame(Task.Run(() => 7));
                    await request.Link.OnFrame(Task.Delay(1));
                    threads.Add(Thread.CurrentThread.ManagedThreadId);
                    FramewireReply reply = await request.Link.Request("echo", parameters);
                    threads.Add(Thread.CurrentThread.ManagedThreadId);
                    return "{\"seven\":" + seven + ",\"echo\":" + reply.Data + "}";
                });
                router.AddAsync("fails", async (request, parameters) =>
                {
                    await request.Link.NextFrame();
                    throw new InvalidOperationException("on purpose");
                });
                router.AddAsync("fails_at_once", (request, parameters) => { throw new InvalidOperationException("at once"); });
                router.AddAsync("own", async (request, parameters) =>
                {
                    await request.Link.NextFrame();
                    request.Respond("\"own\"");
                    return null;
                });
                int failures = 0;
                router.Failed = (request, error) => failures++;
                foreach (string method in new[] { "several", "fails", "fails_at_once", "own" })
                {
                    server.Call(method, "{\"v\":1}", method);
                }
                Check.Until("all answers", link, item => router.Route(item), () => server.HasAnswer("several") && server.HasAnswer("own")
                    && server.HasAnswer("fails") && server.HasAnswer("fails_at_once"));
                Check.Equal("7", Server.Field(server.Answer("several"), "/data/seven"), "seven");
                Check.Equal("1", Server.Field(server.Answer("several"), "/data/echo/v"), "echo");
                Check.Equal("InvalidOperationException: on purpose", Server.Field(server.Answer("fails"), "/error/message"), "fails");
                Check.Equal("InvalidOperationException: at once", Server.Field(server.Answer("fails_at_once"), "/error/message"), "fails");
                Check.Equal("own", Server.Field(server.Answer("own"), "/data"), "own");
                Check.Equal(2, failures, "failures told");
                Check.Equal(4, threads.Count, "steps");
                Check.True(threads.TrueForAll(thread => thread == frame), "all on the frame loop");
                Check.True(SynchronizationContext.Current == null, "no context is left behind");
            }
        }

        [Test]
        public static void AContextOfTheHostIsLeftAlone()
        {
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("context")))
            {
                SynchronizationContext own = new SynchronizationContext();
                SynchronizationContext.SetSynchronizationContext(own);
                SynchronizationContext seen = null;
                link.Post(() => seen = SynchronizationContext.Current);
                link.Poll(item => { });
                Check.True(ReferenceEquals(own, seen) && ReferenceEquals(own, SynchronizationContext.Current), "the host's context");
                SynchronizationContext.SetSynchronizationContext(null);
            }
        }

        [Test]
        public static void PostedWorkWaitsForTheNextPollAndNests()
        {
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("posted")))
            {
                List<int> order = new List<int>();
                link.Post(() =>
                {
                    order.Add(1);
                    link.Post(() => order.Add(3));
                    link.Poll(item => { });
                });
                link.Post(() => throw new InvalidOperationException("posted"));
                link.Post(() => order.Add(2));
                Check.Equal(0, order.Count, "nothing before a poll");
                Check.Throws<InvalidOperationException>(() => { link.Poll(item => { }); });
                Check.Equal("1 2", string.Join(" ", order), "the others had their turn");
                link.Poll(item => { });
                Check.Equal("1 2 3", string.Join(" ", order), "what was posted meanwhile is for the next poll");
                Check.Throws<ArgumentNullException>(() => link.Post(null));
            }
        }
    }
}
