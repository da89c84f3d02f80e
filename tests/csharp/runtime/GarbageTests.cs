using System;
using System.Diagnostics;
using System.Threading;

namespace Framewire.Tests
{
    /// <summary>A frame makes no garbage: not one byte in 100 000 idle polls, nor in 100 000 requests.</summary>
    public static class GarbageTests
    {
        private const int Count = 100000;
        private const string Answer = "{\"ok\":true}";

        /// <summary>How the frame loop of a plugin may look. True: events were handed out.</summary>
        private abstract class Loop
        {
            public int Seen;

            /// <summary>What the control keeps from each event.</summary>
            public object Kept;

            public abstract bool Frame(FramewireLink link);

            protected bool Answered(FramewireEvent item, JsonWriter writer)
            {
                long number;
                Utf8Text text;
                bool isRead = item.Name.Is("work") && item.Json.TryGetLong("/number", out number) && number == 7
                    && item.Json.TryGetUtf8("/text", out text) && text.Length != 0;
                Sent sent = writer == null
                    ? item.Request.Respond(Answer)
                    : item.Request.Respond(writer.Clear().BeginObject().Name("seen").Value(Seen).EndObject());
                return isRead && sent.IsDone;
            }
        }

        private sealed class Sequence : Loop
        {
            public override bool Frame(FramewireLink link)
            {
                bool any = false;
                foreach (FramewireEvent item in link.Poll())
                {
                    any = true;
                    if (item.IsRequest)
                    {
                        Seen += Answered(item, null) ? 1 : 0;
                    }
                }
                return any;
            }
        }

        private sealed class Handler : Loop
        {
            private readonly FramewireEventHandler handler;
            private readonly JsonWriter writer = new JsonWriter();

            public Handler()
            {
                handler = OnEvent;
            }

            public override bool Frame(FramewireLink link)
            {
                return link.Poll(handler) == LinkStatus.Ok;
            }

            private void OnEvent(FramewireEvent item)
            {
                if (item.IsRequest)
                {
                    Seen += Answered(item, writer) ? 1 : 0;
                }
            }
        }

        private sealed class Routed : Loop, IRequestHandler
        {
            private readonly RequestRouter router = new RequestRouter();

            public Routed()
            {
                router.Add("work", this);
            }

            public override bool Frame(FramewireLink link)
            {
                bool any = false;
                foreach (FramewireEvent item in link.Poll())
                {
                    any |= router.Route(item);
                }
                return any;
            }

            public void Handle(FramewireRequest request, JsonView parameters)
            {
                long number;
                if (parameters.TryGetLong("/number", out number))
                {
                    Seen += request.Respond(Answer).IsDone ? 1 : 0;
                }
            }
        }

        /// <summary>Makes one object an event, as a shim that hands out objects would.</summary>
        private sealed class Control : Loop
        {
            public override bool Frame(FramewireLink link)
            {
                bool any = false;
                foreach (FramewireEvent item in link.Poll())
                {
                    any = true;
                    Kept = new object();
                    if (item.IsRequest)
                    {
                        Seen += Answered(item, null) ? 1 : 0;
                    }
                }
                return any;
            }
        }

        /// <summary>Fails if the frames in which `count` requests of `size` bytes are answered allocate anything.</summary>
        private static void Requests(Loop loop, int size, int count)
        {
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("garbage")))
            {
                server.Await("acknowledged");
                string json = "{\"number\":7,\"text\":\"" + new string('x', Math.Max(1, size - 30)) + "\"}";
                // The first ones compile the code and warm up its memory.
                const int Warmup = 2000;
                server.Say(".flood " + (count + Warmup) + " 64 work " + json);
                Turn(loop, link, Warmup);
                long before = GC.GetAllocatedBytesForCurrentThread();
                Turn(loop, link, count + Warmup);
                long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                Check.Equal(0L, allocated, "bytes allocated in " + count + " requests of " + size + " B");
                server.Await("flood");
            }
        }

        private static void Turn(Loop loop, FramewireLink link, int until)
        {
            long began = Stopwatch.GetTimestamp();
            while (loop.Seen < until)
            {
                if (!loop.Frame(link))
                {
                    Thread.Sleep(0);
                    if (Stopwatch.GetTimestamp() - began > Stopwatch.Frequency * 100)
                    {
                        throw new TimeoutException("only " + loop.Seen + " of " + until + " requests came");
                    }
                }
            }
        }

        private static void Idle(Loop loop, bool allocates)
        {
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("garbage")))
            {
                server.Await("acknowledged");
                LinkStats stats;
                Check.Until("OPENED", () => { loop.Frame(link); return link.TryGetStats(out stats) == LinkStatus.Ok && stats.Events != 0; });
                for (int i = 0; i < 2000; i++)
                {
                    loop.Frame(link);
                }
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int i = 0; i < Count; i++)
                {
                    loop.Frame(link);
                    if (allocates)
                    {
                        loop.Kept = new object();
                    }
                }
                Check.Equal(0L, GC.GetAllocatedBytesForCurrentThread() - before, "bytes allocated in " + Count + " idle polls");
            }
        }

        [Test]
        public static void IdlePollsAllocateNothing()
        {
            Idle(new Sequence(), false);
            Idle(new Handler(), false);
            Idle(new Routed(), false);
        }

        [Test]
        public static void RequestsOf64BytesAllocateNothing()
        {
            Requests(new Sequence(), 64, Count);
            Requests(new Handler(), 64, Count / 10);
            Requests(new Routed(), 64, Count / 10);
        }

        [Test]
        public static void RequestsOf1KibAllocateNothing()
        {
            Requests(new Sequence(), 1024, Count);
            Requests(new Handler(), 1024, Count / 10);
            Requests(new Routed(), 1024, Count / 10);
        }

        [Test]
        public static void TheSameTestsFailWithOneObjectAnEvent()
        {
            Exception error = Check.Throws<InvalidOperationException>(() => Requests(new Control(), 64, Count));
            Check.True(error.Message.StartsWith("bytes allocated", StringComparison.Ordinal), error.Message);
            error = Check.Throws<InvalidOperationException>(() => Requests(new Control(), 1024, 1000));
            Check.True(error.Message.StartsWith("bytes allocated", StringComparison.Ordinal), error.Message);
            error = Check.Throws<InvalidOperationException>(() => Idle(new Sequence(), true));
            Check.True(error.Message.StartsWith("bytes allocated", StringComparison.Ordinal), error.Message);
        }
    }
}
