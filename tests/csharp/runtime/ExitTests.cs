using System;
using System.Diagnostics;
using System.Reflection;
using System.Threading;

namespace Framewire.Tests
{
    /// <summary>Processes that end in the middle of things, without closing anything. Each ends at once, as it wished to.</summary>
    public static class ExitTests
    {
        private const int Status = 7;

        /// <summary>This program, as the process that ends: what it does, and the server's address.</summary>
        internal static int Play(string how, string url)
        {
            if (how == "child domain")
            {
                AppDomainSetup setup = new AppDomainSetup { ApplicationBase = AppDomain.CurrentDomain.BaseDirectory };
                AppDomain domain = AppDomain.CreateDomain("exit", null, setup);
                var inside = (DomainTests.Inside)domain.CreateInstanceAndUnwrap(Assembly.GetExecutingAssembly().FullName, typeof(DomainTests.Inside).FullName);
                inside.Open("exit", url);
                new Thread(inside.Poll) { IsBackground = true }.Start();
                Check.Until("requests", () => inside.Seen > 100);
                return Status;
            }
            FramewireLink link = FramewireLink.Open(new FramewireConfig("exit", url) { Owner = "tests/csharp", Profile = LinkProfile.JsonRpc });
            if (how == "waiting thread")
            {
                new Thread(() => { for (;;) { link.Wait(60000); } }) { IsBackground = true }.Start();
            }
            int seen = 0;
            FramewireEventHandler handler = item =>
            {
                if (item.IsRequest)
                {
                    seen++;
                    item.Request.Respond(item.Data);
                    if (how == "inside a handler" && seen > 100)
                    {
                        Environment.Exit(Status);
                    }
                }
            };
            if (how == "polling thread")
            {
                new Thread(() => { for (;;) { link.Poll(handler); } }) { IsBackground = true }.Start();
                Check.Until("requests", () => seen > 100);
                return Status;
            }
            Check.Until("requests", link, handler, () => seen > 100);
            return Status;
        }

        [Test]
        public static void AProcessEndsInTheMiddle()
        {
            foreach (string how in new[] { "return", "inside a handler", "polling thread", "waiting thread", "child domain" })
            {
                using (Server server = new Server("json-rpc"))
                {
                    string mono = Process.GetCurrentProcess().MainModule.FileName;
                    string program = Assembly.GetExecutingAssembly().Location;
                    ProcessStartInfo start = new ProcessStartInfo(mono, "\"" + program + "\" --exit \"" + how + "\" " + server.Url) { UseShellExecute = false };
                    using (Process process = Process.Start(start))
                    {
                        server.Await("acknowledged");
                        server.Say(".flood 200000 64 work {\"a\":1}");
                        bool hasEnded = process.WaitForExit((int)Check.Patience.TotalMilliseconds);
                        if (!hasEnded)
                        {
                            process.Kill();
                        }
                        Check.True(hasEnded, how + ": it ends");
                        Check.Equal(Status, process.ExitCode, how + ": its status");
                    }
                    server.Await("gone");
                }
            }
        }
    }
}
