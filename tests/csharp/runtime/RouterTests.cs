using System;
using System.Reflection;
using System.Threading.Tasks;

namespace Framewire.Tests
{
    /// <summary>Routing by method, and what orphans are answered.</summary>
    public static class RouterTests
    {
        [FramewireHandler("plain")]
        private static void Plain(FramewireRequest request, JsonView parameters)
        {
            request.Respond(parameters.Text);
        }

        [FramewireHandler("result")]
        [FramewireHandler("result, too")]
        private static string Result(JsonView parameters)
        {
            long number;
            return parameters.TryGetLong("/n", out number) ? "{\"next\":" + (number + 1) + "}" : throw new ArgumentException("n is missing");
        }

        [FramewireHandler("later")]
        private static async Task<string> Later(FramewireRequest request, string parameters)
        {
            await request.Link.NextFrame();
            return parameters;
        }

        [FramewireHandler("later, itself")]
        private static async Task Itself(FramewireRequest request, string parameters)
        {
            await request.Link.NextFrame();
            request.Respond("\"itself\"");
        }

        [FramewireHandler("resumes")]
        private sealed class Resumes : IResumableHandler
        {
            public void Handle(FramewireRequest request, JsonView parameters)
            {
                request.Defer(60000, "half way");
            }

            public void Resume(FramewireRequest request, ResumeNote note)
            {
                long n;
                note.Parameters.TryGetLong("/n", out n);
                bool isKnown = note.AgeNs != 0 && !note.AreParametersGone && note.Text.Is("half way");
                request.Respond("{\"note\":\"" + note.ToString() + "\",\"n\":" + n + ",\"deliveries\":" + note.Deliveries + ",\"known\":" + (isKnown ? "true" : "false") + "}");
            }
        }

        /// <summary>A handler that never answers.</summary>
        [FramewireHandler("silent")]
        private static void Silent(FramewireRequest request, JsonView parameters)
        {
        }

        private static void Turn(Server server, FramewireLink link, RequestRouter router, string tag)
        {
            Check.Until("the answer to " + tag, link, item => router.Route(item), () => server.HasAnswer(tag));
        }

        [Test]
        public static void MarkedHandlersAnswer()
        {
            RequestRouter router = new RequestRouter().AddMarked(typeof(RouterTests).Assembly);
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("router")))
            {
                server.Await("acknowledged");
                foreach (string method in new[] { "plain", "result", "result, too", "later", "later, itself", "nobody" })
                {
                    server.Call(method, "{\"n\":1}", method);
                    Turn(server, link, router, method);
                }
                Check.Equal("{\"n\":1}", Server.Field(server.Answer("plain"), "/data"), "plain");
                Check.Equal("2", Server.Field(server.Answer("result"), "/data/next"), "result");
                Check.Equal("2", Server.Field(server.Answer("result, too"), "/data/next"), "two names");
                Check.Equal("{\"n\":1}", Server.Field(server.Answer("later"), "/data"), "later");
                Check.Equal("itself", Server.Field(server.Answer("later, itself"), "/data"), "later, itself");
                Check.Equal("-32601", Server.Field(server.Answer("nobody"), "/error/code"), "nobody");
                server.Call("result", "{}", "wrong");
                Turn(server, link, router, "wrong");
                Check.Equal("-32603", Server.Field(server.Answer("wrong"), "/error/code"), "a handler that throws");
            }
        }

        [Test]
        public static void OrphansAreResumedOrRefused()
        {
            foreach (string profile in new[] { "json-rpc", "unity-mcp" })
            {
                RequestRouter router = new RequestRouter().AddMarked(typeof(RouterTests).Assembly);
                using (Server server = new Server(profile))
                {
                    FramewireLink old = FramewireLink.Open(server.Config("orphans"));
                    server.Await("acknowledged");
                    server.Call("resumes", "{\"n\":5}", "resumes");
                    server.Call("silent", "{}", "silent");
                    int taken = 0;
                    Check.Until("both", old, item => taken += router.Route(item) ? 1 : 0, () => taken == 2);
                    Check.Equal(LinkStatus.Ok, old.Detach(), "detach");
                    using (FramewireLink link = FramewireLink.Open(server.Config("orphans")))
                    {
                        Check.True(link.IsAttached, "attached");
                        Turn(server, link, router, "resumes");
                        Turn(server, link, router, "silent");
                        string answer = server.Answer("resumes");
                        string data = profile == "unity-mcp" ? "/data/result" : "/data";
                        if (Server.Field(answer, data + "/note") == null)
                        {
                            data += "/data";
                        }
                        Check.Equal("half way", Server.Field(answer, data + "/note"), "note in " + answer);
                        Check.Equal("5", Server.Field(answer, data + "/n"), "n");
                        Check.Equal("2", Server.Field(answer, data + "/deliveries"), "deliveries");
                        Check.Equal("true", Server.Field(answer, data + "/known"), "known");
                        string refused = server.Answer("silent");
                        Check.True(refused.Contains("interrupted") && refused.Contains("may have run"), refused);
                        Check.True(!refused.Contains("\"retry\""), "not to be repeated: " + refused);
                        if (profile == "unity-mcp")
                        {
                            server.Call("ping", "{}", "ping");
                            Turn(server, link, router, "ping");
                            Check.True(server.Answer("ping").Contains("pong"), "ping");
                        }
                    }
                    Check.Equal(1, server.Count("connected"), "connections");
                }
            }
        }

        private static int Wrong(FramewireRequest request)
        {
            return 0;
        }

        private abstract class Abstract : IRequestHandler
        {
            public abstract void Handle(FramewireRequest request, JsonView parameters);
        }

        private static class Forms
        {
        }

        [Test]
        public static void WrongFormsAreRefusedInWordsThatHelp()
        {
            RequestRouter router = new RequestRouter();
            Check.Throws<ArgumentException>(() => router.AddMarked(typeof(Forms)));
            Check.Throws<ArgumentException>(() => router.AddMarked(typeof(Abstract)));
            Check.Throws<ArgumentException>(() => router.Add("", (request, parameters) => { }));
            Check.Throws<ArgumentNullException>(() => router.Add("x", (RequestHandler)null));
            Check.Throws<ArgumentNullException>(() => router.Add("x", (IRequestHandler)null));
        }

        [Test]
        public static void TheTableFindsWhatItHolds()
        {
            RequestRouter router = new RequestRouter();
            int[] counts = new int[600];
            for (int i = 0; i < counts.Length; i++)
            {
                int number = i;
                router.Add("method_" + i, (request, parameters) => { counts[number]++; request.Respond("1"); });
            }
            router.Add("method_7", (request, parameters) => { counts[7] += 100; request.Respond("1"); });
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("table")))
            {
                server.Await("acknowledged");
                foreach (int i in new[] { 0, 7, 599, 128, 300 })
                {
                    server.Call("method_" + i, "{}", i.ToString());
                    Turn(server, link, router, i.ToString());
                }
                Check.Equal("1 100 1 1 1", string.Join(" ", new[] { counts[0], counts[7], counts[599], counts[128], counts[300] }), "each to its own");
            }
        }
    }
}
