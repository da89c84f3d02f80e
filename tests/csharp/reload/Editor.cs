using System;
using System.Reflection;
using System.Threading;

namespace Framewire.Reload
{
    /// <summary>The plugin of one domain, and its frame loop. The host calls it from the domain that stays.</summary>
    public sealed class Editor : MarshalByRefObject
    {
        private const int FrameMs = 4;

        private readonly RequestRouter router = new RequestRouter();
        private FramewireLink link;
        private Tally tally;
        private Defer deferred;
        private volatile bool isStopping;
        private volatile bool isSpinning;
        private volatile int spins;

        public override object InitializeLifetimeService()
        {
            return null;
        }

        /// <summary>Opens the link, or attaches to it. `old`: the handle of the domain before; 0 = there was none.</summary>
        public string Open(string[] arguments, int number, int executedFile, long tallyPlace, long old)
        {
            FramewireConfig config = new FramewireConfig("reloads", arguments[0])
            {
                Owner = "tests/csharp",
                Profile = arguments[1] == "unity-mcp" ? LinkProfile.UnityMcp : LinkProfile.JsonRpc,
                Hello = arguments[1] == "unity-mcp" ? "{\"project_hash\":\"0a1b2c3d4e5f6071\",\"project_name\":\"reloads\"}" : null,
                HoldMs = 120000,
                StateFile = arguments[3],
            };
            tally = new Tally(tallyPlace);
            Executed executed = new Executed(executedFile, number);
            deferred = new Defer(executed);
            router.Add("echo", new Echo(executed)).Add("add", new Add(executed)).Add("defer", deferred).Add("hold", new Hold(executed));
            router.Failed = (request, error) => Reports.Print("failed", Reports.Text("error", error.ToString()));
            link = FramewireLink.Open(config);
            link.SetReadiness(Readiness.Ready);
            LinkState state;
            link.TryGetState(out state);
            string report = Reports.Word("status", link.IsAttached ? LinkStatus.Attached : LinkStatus.Ok);
            report += "," + Reports.Word("phase", state.Phase) + "," + Reports.Text("session_id", state.SessionId);
            report += ",\"generation\":" + state.Generation + ",\"attaches\":" + state.Attaches;
            report += ",\"domain\":" + number + ",\"appdomain\":" + AppDomain.CurrentDomain.Id;
            return old == 0 ? report : report + "," + Reports.Word("old_handle", Touch(old));
        }

        /// <summary>The native handle, which the public interface keeps to itself.</summary>
        public long Handle
        {
            get { return (long)typeof(FramewireLink).GetField("handle", BindingFlags.Instance | BindingFlags.NonPublic).GetValue(link); }
        }

        /// <summary>What a call with a handle of an earlier domain comes to.</summary>
        private static LinkStatus Touch(long old)
        {
            Type native = typeof(FramewireLink).Assembly.GetType("Framewire.Native", true);
            MethodInfo resume = native.GetMethod("Resume", BindingFlags.Static | BindingFlags.NonPublic);
            return (LinkStatus)resume.Invoke(null, new object[] { (ulong)old });
        }

        /// <summary>The frame loop, until Stop or the end of the domain.</summary>
        public void Run()
        {
            while (!isStopping)
            {
                foreach (FramewireEvent item in link.Poll())
                {
                    Take(item);
                }
                deferred.Frame();
                if (isSpinning)
                {
                    spins++;
                }
                else
                {
                    Thread.Sleep(FrameMs);
                }
            }
        }

        /// <summary>
        /// Has the frame loop do nothing but poll, so that the domain can die in the midst of that. Paused, so that what
        /// arrives is left to the next domain.
        /// </summary>
        public void Spin()
        {
            link.Pause();
            isSpinning = true;
            while (spins < 1000)
            {
                Thread.Sleep(1);
            }
        }

        public void Stop()
        {
            isStopping = true;
        }

        public string Detach()
        {
            return link.Detach().ToString().ToUpperInvariant();
        }

        /// <summary>Has the domain die without even a finalizer for its link.</summary>
        public void Forget()
        {
            GC.SuppressFinalize(link);
        }

        public string Stats()
        {
            LinkStats stats;
            link.TryGetStats(out stats);
            return "\"connections\":" + stats.Connections + ",\"refused_busy\":" + stats.RefusedBusy + ",\"held_too_long\":" + stats.HeldTooLong
                + ",\"expired\":" + stats.Expired + ",\"lost\":" + stats.Lost + ",\"dropped_unseen\":" + stats.DroppedUnseen
                + ",\"answered\":" + stats.Answered + ",\"requests\":" + stats.Requests + ",\"orphaned\":" + stats.Orphaned;
        }

        public string Close()
        {
            CloseReport report;
            return Reports.Word("status", link.Close(5000, out report)) + ",\"clean\":" + report.Clean;
        }

        private void Take(FramewireEvent item)
        {
            switch (item.Kind)
            {
                case EventKind.Opened:
                    tally.Add("opened");
                    break;
                case EventKind.Acknowledged:
                    Reports.Print("acknowledged", "");
                    break;
                case EventKind.Closed:
                    tally.Add("closed");
                    break;
                case EventKind.SendDropped:
                    tally.Add("refused");
                    break;
                case EventKind.RequestEnded:
                    tally.Add(item.Reason == EventReason.Expired ? "expired" : "lost");
                    break;
                case EventKind.RequestOrphaned:
                    Reports.Print("request_orphaned", "\"id\":" + item.Id + ",\"count\":" + item.Count);
                    break;
            }
            router.Route(item);
        }
    }
}
