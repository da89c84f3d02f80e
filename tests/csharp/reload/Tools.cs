using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace Framewire.Reload
{
    /// <summary>What this editor can be asked to do. Each call runs once, in whichever domain.</summary>
    internal abstract class Tool : IResumableHandler
    {
        private readonly string name;
        private readonly Executed executed;

        protected Tool(string name, Executed executed)
        {
            this.name = name;
            this.executed = executed;
        }

        public void Handle(FramewireRequest request, JsonView parameters)
        {
            executed.Note("run", request, name, parameters);
            Run(request, parameters);
        }

        public void Resume(FramewireRequest request, ResumeNote note)
        {
            // The domain that polled it may have died before it ran.
            bool hasRun = executed.Knows(request);
            executed.Note(hasRun ? "finish" : "run", request, name, note.Parameters);
            Answers(request, note.Text.IsEmpty ? Result(note.Parameters) : note.ToString());
        }

        protected virtual void Run(FramewireRequest request, JsonView parameters)
        {
            Answers(request, Result(parameters));
        }

        protected abstract string Result(JsonView parameters);

        /// <summary>A full outbox is tried again: the router's own answers do so, too.</summary>
        internal static void Answers(FramewireRequest request, string json)
        {
            if (request.Respond(json).WouldBlock)
            {
                request.Link.Post(() => Answers(request, json));
            }
        }
    }

    internal sealed class Echo : Tool
    {
        internal Echo(Executed executed)
            : base("echo", executed)
        {
        }

        protected override string Result(JsonView parameters)
        {
            return "{\"echo\":" + parameters.ToString() + "}";
        }
    }

    internal sealed class Add : Tool
    {
        internal Add(Executed executed)
            : base("add", executed)
        {
        }

        protected override string Result(JsonView parameters)
        {
            long a, b;
            parameters.TryGetLong("/a", out a);
            parameters.TryGetLong("/b", out b);
            return "{\"sum\":" + (a + b) + "}";
        }
    }

    /// <summary>Answers some frames later, or leaves the answer as note to the next domain.</summary>
    internal sealed class Defer : Tool
    {
        private readonly List<KeyValuePair<long, KeyValuePair<FramewireRequest, string>>> later =
            new List<KeyValuePair<long, KeyValuePair<FramewireRequest, string>>>();

        internal Defer(Executed executed)
            : base("defer", executed)
        {
        }

        protected override string Result(JsonView parameters)
        {
            long ms;
            parameters.TryGetLong("/ms", out ms);
            return "{\"deferred_ms\":" + ms + "}";
        }

        protected override void Run(FramewireRequest request, JsonView parameters)
        {
            long ms;
            parameters.TryGetLong("/ms", out ms);
            string answer = Result(parameters);
            request.Defer(600000, answer);
            long due = Stopwatch.GetTimestamp() + ms * Stopwatch.Frequency / 1000;
            later.Add(new KeyValuePair<long, KeyValuePair<FramewireRequest, string>>(due, new KeyValuePair<FramewireRequest, string>(request, answer)));
        }

        /// <summary>Answers what is due.</summary>
        internal void Frame()
        {
            long now = Stopwatch.GetTimestamp();
            for (int i = later.Count - 1; i >= 0; i--)
            {
                if (later[i].Key <= now)
                {
                    Answers(later[i].Value.Key, later[i].Value.Value);
                    later.RemoveAt(i);
                }
            }
        }
    }

    /// <summary>Stays in its handler until the domain dies; the next one has the answer.</summary>
    internal sealed class Hold : Tool
    {
        internal Hold(Executed executed)
            : base("hold", executed)
        {
        }

        protected override string Result(JsonView parameters)
        {
            string key;
            parameters.TryGetString("/key", out key);
            return "{\"held\":" + JsonStrings.Quote(key) + "}";
        }

        protected override void Run(FramewireRequest request, JsonView parameters)
        {
            Reports.Print("inside", "");
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
