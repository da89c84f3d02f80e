using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Reflection;
using System.Threading;

namespace Framewire.Bench
{
    /// <summary>
    /// Domains that are reloaded while a server calls: how many calls are lost, and how long a domain that is back takes to its
    /// first answer. Arguments: framewire or managed, the `framewire` program, reloads.
    /// </summary>
    public static class ReloadBench
    {
        private const int CallsEach = 10;
        private const int AwayMs = 20;
        /// <summary>How often a domain that comes back is called until it answers: as finely is its first answer measured.</summary>
        private const int ExtraMs = 2;
        private const int PatienceMs = 10000;
        /// <summary>A call that is not answered this long after the others is not answered at all.</summary>
        private const int LostMs = 500;

        private static readonly object gate = new object();
        private static string url;
        private static bool isAcknowledged;
        private static int answers;

        public static int Main(string[] arguments)
        {
            string kind = arguments[0] == "framewire" ? typeof(NativePlugin).FullName : typeof(ManagedPlugin).FullName;
            int reloads = int.Parse(arguments[2]);
            using (Process server = Serve(arguments[1]))
            {
                Await(() => url != null, PatienceMs);
                Domain domain = new Domain(kind, url);
                Demand(Await(() => isAcknowledged, PatienceMs));
                int sent = 0;
                List<double> times = new List<double>();
                for (int i = 0; i < reloads; i++)
                {
                    Call(server, ref sent);
                    domain.Unload();
                    Thread.Sleep(AwayMs);
                    Call(server, ref sent);
                    Thread.Sleep(AwayMs);
                    domain = new Domain(kind, url);
                    // Whatever way has lost the others answers one of these first, as soon as it is back.
                    Stopwatch clock = Stopwatch.StartNew();
                    while (domain.FirstAnswerNs == 0)
                    {
                        Say(server, "{\"command\":\"echo\",\"params\":{\"a\":1},\"tag\":\"extra\"}");
                        Demand(clock.ElapsedMilliseconds < PatienceMs);
                        Thread.Sleep(ExtraMs);
                    }
                    times.Add(domain.FirstAnswerNs);
                    int expected = sent;
                    Await(() => answers == expected, LostMs);
                }
                domain.Unload();
                times.Sort();
                Measure.Print("lost_a_reload", (sent - answers) / (double)reloads);
                Measure.Print("back.p50_ns", times[times.Count / 2]);
                Say(server, ".quit");
                if (!server.WaitForExit(PatienceMs))
                {
                    server.Kill();
                }
            }
            return 0;
        }

        /// <summary>A domain with a plugin in it, and the thread of its frames.</summary>
        private sealed class Domain
        {
            private readonly AppDomain domain;
            private readonly Thread frames;
            private readonly Plugin plugin;

            internal Domain(string kind, string url)
            {
                AppDomainSetup setup = new AppDomainSetup { ApplicationBase = AppDomain.CurrentDomain.BaseDirectory };
                domain = AppDomain.CreateDomain("plugin", null, setup);
                plugin = (Plugin)domain.CreateInstanceAndUnwrap(Assembly.GetExecutingAssembly().FullName, kind);
                frames = new Thread(() => plugin.Run(url)) { IsBackground = true };
                frames.Start();
            }

            /// <summary>From the domain's first line to its first answer; 0 = none yet.</summary>
            internal long FirstAnswerNs
            {
                get { return plugin.FirstAnswerNs; }
            }

            internal void Unload()
            {
                plugin.Stop();
                frames.Join();
                AppDomain.Unload(domain);
            }
        }

        private static void Call(Process server, ref int sent)
        {
            for (int i = 0; i < CallsEach; i++)
            {
                Say(server, "{\"command\":\"echo\",\"params\":{\"a\":1},\"tag\":\"counted\"}");
                sent++;
            }
        }

        private static Process Serve(string program)
        {
            Process server = Process.Start(new ProcessStartInfo(program, "serve --json --stay --port 0 --profile json-rpc")
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            });
            new Thread(() =>
            {
                string line;
                while ((line = server.StandardOutput.ReadLine()) != null)
                {
                    Note(line);
                }
            }) { IsBackground = true }.Start();
            return server;
        }

        private static void Note(string line)
        {
            lock (gate)
            {
                if (line.StartsWith("{\"event\":\"listening\"", StringComparison.Ordinal))
                {
                    url = line.Split('"')[7];
                }
                isAcknowledged |= line.StartsWith("{\"event\":\"acknowledged\"", StringComparison.Ordinal);
                bool isAnswer = line.StartsWith("{\"event\":\"answer\"", StringComparison.Ordinal);
                answers += isAnswer && line.Contains("\"tag\":\"counted\"") && line.Contains("\"status\":\"ok\"") ? 1 : 0;
            }
        }

        private static void Say(Process server, string line)
        {
            server.StandardInput.WriteLine(line);
            server.StandardInput.Flush();
        }

        private static bool Await(Func<bool> holds, int ms)
        {
            Stopwatch clock = Stopwatch.StartNew();
            for (;;)
            {
                lock (gate)
                {
                    if (holds())
                    {
                        return true;
                    }
                }
                if (clock.ElapsedMilliseconds > ms)
                {
                    return false;
                }
                Thread.Sleep(1);
            }
        }

        private static void Demand(bool holds)
        {
            if (!holds)
            {
                throw new TimeoutException("the plugin does not come back");
            }
        }
    }
}
