using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace Framewire.Tests
{
    /// <summary>Handlers that take several frames, when things do not go their way.</summary>
    public static class AsyncTests
    {
        [Test]
        public static void AHandlerThatNeverEndsIsAnsweredByTheDeadline()
        {
            using (Server server = new Server("json-rpc"))
            {
                FramewireConfig config = server.Config("never");
                // Long enough to be handed out before, however busy the system is.
                config.RequestTimeoutMs = 3000;
                TaskCompletionSource<string> never = new TaskCompletionSource<string>();
                RequestRouter router = new RequestRouter().AddAsync("work", (request, parameters) => never.Task);
                int failures = 0;
                router.Failed = (request, error) => failures++;
                using (FramewireLink link = FramewireLink.Open(config))
                {
                    server.Await("acknowledged");
                    server.Call("work", "{}", "never");
                    EventReason why = EventReason.None;
                    FramewireEventHandler handler = item =>
                    {
                        router.Route(item);
                        why = item.Kind == EventKind.RequestEnded ? item.Reason : why;
                    };
                    Check.Until("the deadline", link, handler, () => why != EventReason.None && server.HasAnswer("never"));
                    Check.True(Server.Field(server.Answer("never"), "/status") != "ok", server.Answer("never"));
                    never.SetResult("\"late\"");
                    link.Poll(handler);
                    link.Poll(handler);
                    Check.Equal(0, failures, "an answer that comes too late is no failure");
                    Check.Equal(1, server.Count("answer"), "answers");
                }
            }
        }

        [Test]
        public static void AHandlerEndsAfterItsLink()
        {
            foreach (string how in new[] { "closed", "detached" })
            {
                using (Server server = new Server("json-rpc"))
                {
                    TaskCompletionSource<string> source = new TaskCompletionSource<string>();
                    bool hasEnded = false;
                    RequestRouter router = new RequestRouter().AddAsync("work", async (request, parameters) =>
                    {
                        string result = await request.Link.OnFrame(source.Task);
                        hasEnded = true;
                        return result;
                    });
                    FramewireLink link = FramewireLink.Open(server.Config("after"));
                    server.Await("acknowledged");
                    server.Call("work", "{}", how);
                    bool isTaken = false;
                    Check.Until("the request", link, item => isTaken |= router.Route(item), () => isTaken);
                    Check.Equal(LinkStatus.Ok, how == "closed" ? link.Close(1000) : link.Detach(), how);
                    source.SetResult("\"late\"");
                    Check.Until("its end", link, item => { }, () => hasEnded);
                    Check.Equal(LinkStatus.Stale, link.Poll(item => { }), "the old link");
                    if (how == "detached")
                    {
                        using (FramewireLink heir = FramewireLink.Open(server.Config("after")))
                        {
                            Check.Until("the answer", heir, item => router.Route(item), () => server.HasAnswer(how));
                        }
                    }
                    Check.True(!server.Answer(how).Contains("late"), "what came after the link was sent nowhere");
                }
            }
        }

        [Test]
        public static void RepliesEndTheirTasksInTheOrderTheyCame()
        {
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("order")))
            {
                server.AwaitOpen(link);
                List<string> order = new List<string>();
                List<Task> tasks = new List<Task>();
                for (int i = 0; i < 50; i++)
                {
                    Task<FramewireReply> task = link.Request("echo", "[" + i + "]");
                    tasks.Add(task.ContinueWith(ended => order.Add(ended.Result.Data), TaskContinuationOptions.ExecuteSynchronously));
                }
                Check.Until("all replies", link, item => { }, () => tasks.TrueForAll(task => task.IsCompleted));
                for (int i = 0; i < 50; i++)
                {
                    Check.Equal("[" + i + "]", order[i], "reply " + i);
                }
            }
        }
    }
}
