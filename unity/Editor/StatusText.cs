using System.Collections.Generic;
using System.Globalization;

namespace Framewire.Editor
{
    /// <summary>What the window says of a link, line by line.</summary>
    internal static class StatusText
    {
        internal static List<string> Lines(EditorLink shown)
        {
            List<string> lines = new List<string>();
            lines.Add(shown.Url);
            if (shown.Trouble != null)
            {
                lines.Add(shown.Trouble);
            }
            FramewireLink link = shown.Link;
            LinkState state;
            LinkStats stats;
            if (link == null || link.TryGetState(out state) != LinkStatus.Ok || link.TryGetStats(out stats) != LinkStatus.Ok)
            {
                return lines;
            }
            lines.Add(Phase(state) + ", editor " + shown.Readiness.ToString().ToLowerInvariant());
            if (state.ServerVersion.Length != 0)
            {
                lines.Add("server " + state.ServerVersion);
            }
            if (state.SessionId.Length != 0)
            {
                lines.Add("session " + state.SessionId);
            }
            lines.Add("calls: " + Number(stats.Requests) + " came, " + Number(stats.Answered) + " answered, "
                + Number(state.RequestsOpen) + " open, " + Number(state.RequestsWaiting) + " waiting");
            lines.Add("refused busy " + Number(stats.RefusedBusy) + ", out of time " + Number(stats.Expired) + ", lost "
                + Number(stats.Lost));
            lines.Add("connections " + Number(stats.Connections) + ", reloads survived " + Number(stats.Attaches));
            lines.Add("received " + Bytes(stats.BytesIn) + ", sent " + Bytes(stats.BytesOut));
            return lines;
        }

        private static string Phase(LinkState state)
        {
            string phase = state.Phase == LinkPhase.Active ? "connected" : state.Phase.ToString().ToLowerInvariant();
            return state.PauseDepth == 0 ? phase : phase + ", paused";
        }

        private static string Number(ulong number)
        {
            return number.ToString("N0", CultureInfo.InvariantCulture).Replace(',', ' ');
        }

        private static string Bytes(ulong bytes)
        {
            if (bytes < 1024)
            {
                return bytes + " B";
            }
            bool isLarge = bytes >= 1024 * 1024;
            double number = bytes / (isLarge ? 1048576.0 : 1024.0);
            return number.ToString("0.0", CultureInfo.InvariantCulture) + (isLarge ? " MiB" : " KiB");
        }
    }
}
