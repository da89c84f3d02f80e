using System;
using System.Collections.Generic;

namespace Framewire.Editor
{
    /// <summary>A link as the window shows it, in one moment.</summary>
    internal sealed class LinkView
    {
        internal readonly EditorLink Shown;
        internal readonly List<string> Lines;
        internal readonly List<string> Log;

        /// <summary>The link itself; null: it can only be opened.</summary>
        internal readonly FramewireLink Link;

        /// <summary>It hands out nothing.</summary>
        internal readonly bool IsPaused;

        private LinkView(EditorLink shown)
        {
            Shown = shown;
            Lines = StatusText.Lines(shown);
            Log = new List<string>(shown.Log.Lines);
            FramewireLink link = shown.Link;
            LinkState state;
            if (link != null && link.TryGetState(out state) == LinkStatus.Ok)
            {
                Link = link;
                IsPaused = state.PauseDepth != 0;
            }
        }

        /// <summary>All links of this domain, as they are now.</summary>
        internal static List<LinkView> Read()
        {
            EditorLink[] links = Bootstrap.Links == null ? new EditorLink[0] : Bootstrap.Links.All;
            return new List<LinkView>(Array.ConvertAll(links, link => new LinkView(link)));
        }
    }
}
