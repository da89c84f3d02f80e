using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace Framewire.Tests
{
    /// <summary>`framewire serve` in a process of its own; what it reports is kept line by line.</summary>
    public sealed class Server : IDisposable
    {
        private static readonly List<Server> running = new List<Server>();

        private readonly Process process;
        private readonly List<string> lines = new List<string>();

        public Server(string profile)
        {
            Profile = profile;
            string program = Environment.GetEnvironmentVariable("FRAMEWIRE_SERVER");
            Check.True(!string.IsNullOrEmpty(program), "FRAMEWIRE_SERVER names the framewire program");
            process = Process.Start(new ProcessStartInfo(program, "serve --json --stay --port 0 --command-timeout 600 --profile " + profile)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            });
            lock (running)
            {
                running.Add(this);
            }
            new Thread(Read) { IsBackground = true }.Start();
            Url = Field(Await("listening"), "/url");
        }

        public string Profile { get; }

        public string Url { get; }

        /// <summary>A link to it, under a name of its own.</summary>
        public FramewireConfig Config(string name)
        {
            bool isUnity = Profile == "unity-mcp";
            return new FramewireConfig(name, Url)
            {
                Owner = "tests/csharp",
                Profile = isUnity ? LinkProfile.UnityMcp : LinkProfile.JsonRpc,
                Hello = isUnity ? "{\"project_hash\": \"0a1b2c3d4e5f6071\", \"project_name\": \"tests\"}" : null,
                HoldMs = 300000,
            };
        }

        public void Say(string line)
        {
            lock (process)
            {
                process.StandardInput.WriteLine(line);
                process.StandardInput.Flush();
            }
        }

        /// <summary>Sends a command; `tag` comes back with its answer.</summary>
        public void Call(string command, string parameters, string tag)
        {
            Say("{\"command\":\"" + command + "\",\"params\":" + parameters + ",\"tag\":\"" + tag + "\"}");
        }

        /// <summary>Waits until `link` can send: the server may know of the connection first.</summary>
        public void AwaitOpen(FramewireLink link)
        {
            Await("acknowledged");
            LinkState state;
            Check.Until("the open link", () => link.TryGetState(out state) == LinkStatus.Ok && state.Phase == LinkPhase.Active);
        }

        /// <summary>Waits until `count` requests wait for the next poll of `link`, which then hands out all of them.</summary>
        public void AwaitWaiting(FramewireLink link, uint count)
        {
            LinkState state;
            Check.Until("the requests", () => link.TryGetState(out state) == LinkStatus.Ok && state.RequestsWaiting == count);
            // They are counted before they can be polled. What is sent now goes out after that.
            Check.True(link.Notify("counted").IsDone, "notify");
            Await("event");
        }

        /// <summary>The first report of that kind from number `from` on, once it is there.</summary>
        public string Await(string kind, int from = 0)
        {
            string found = null;
            Check.Until("the server's report " + kind, () => (found = Find(kind, from, null)) != null);
            return found;
        }

        /// <summary>The answer to the command of that tag, once it is there.</summary>
        public string Answer(string tag)
        {
            string found = null;
            Check.Until("the answer to " + tag, () => (found = Find("answer", 0, tag)) != null);
            return found;
        }

        public bool HasAnswer(string tag)
        {
            return Find("answer", 0, tag) != null;
        }

        public int Count(string kind)
        {
            lock (lines)
            {
                return lines.FindAll(line => IsOf(line, kind)).Count;
            }
        }

        /// <summary>The latest report of that kind; null if there is none.</summary>
        public string Last(string kind)
        {
            lock (lines)
            {
                return lines.FindLast(line => IsOf(line, kind));
            }
        }

        /// <summary>A value of a report as string; null if there is none.</summary>
        public static unsafe string Field(string line, string pointer)
        {
            byte[] bytes = System.Text.Encoding.UTF8.GetBytes(line);
            fixed (byte* first = bytes)
            {
                JsonValue value;
                return new JsonView(new Utf8Text(first, bytes.Length)).TryGet(pointer, out value) ? value.ToString() : null;
            }
        }

        public void Dispose()
        {
            lock (running)
            {
                if (!running.Remove(this))
                {
                    return;
                }
            }
            Say(".quit");
            if (!process.WaitForExit(5000))
            {
                process.Kill();
            }
            process.Dispose();
        }

        /// <summary>Ends those that failed tests left behind.</summary>
        public static void EndAll()
        {
            while (running.Count != 0)
            {
                running[0].Dispose();
            }
        }

        private string Find(string kind, int from, string tag)
        {
            lock (lines)
            {
                return lines.Find(line => IsOf(line, kind) && (tag == null || Field(line, "/tag") == tag) && lines.IndexOf(line) >= from);
            }
        }

        private static bool IsOf(string line, string kind)
        {
            return line.StartsWith("{\"event\":\"" + kind + "\"", StringComparison.Ordinal);
        }

        private void Read()
        {
            // Kept, as a process that was given back hands out its streams no more.
            System.IO.StreamReader output = process.StandardOutput;
            string line;
            while ((line = output.ReadLine()) != null)
            {
                lock (lines)
                {
                    lines.Add(line);
                }
            }
        }
    }
}
