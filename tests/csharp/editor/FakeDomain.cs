using System;
using Framewire.Editor;

namespace Framewire.Tests
{
    /// <summary>What lives from one reload to the next.</summary>
    internal sealed class FakeDomain
    {
        internal readonly EditorLinks Links;
        internal ulong NowNs = 1;

        internal FakeDomain(FakeEditor editor, Server server, params Type[] plugin)
            : this(editor, Pointed(editor, server), plugin)
        {
        }

        internal FakeDomain(FakeEditor editor, LinkSettings settings, params Type[] plugin)
        {
            Links = new EditorLinks(editor, Declarations.Read(new FakeMarked(plugin), editor, settings), () => NowNs);
        }

        internal EditorLink Link
        {
            get { return Links.Find("plugin"); }
        }

        internal void Turn()
        {
            Links.Hooks.First();
            Links.Hooks.Second();
        }

        internal void TurnUntil(string what, Func<bool> holds)
        {
            Check.Until(what, () =>
            {
                Turn();
                return holds();
            });
        }

        internal void Connect()
        {
            TurnUntil("the link is acknowledged", () => Link.Link != null && State().Phase == LinkPhase.Active);
            TurnUntil("and that is polled", () => Stats().Events >= Stats().Connections);
            Turn();
        }

        internal LinkState State()
        {
            LinkState state;
            Link.Link.TryGetState(out state);
            return state;
        }

        internal LinkStats Stats()
        {
            LinkStats stats;
            Link.Link.TryGetStats(out stats);
            return stats;
        }

        private static LinkSettings Pointed(FakeEditor editor, Server server)
        {
            LinkSettings settings = LinkSettings.Read(editor.DataPath);
            settings.SetUrl("plugin", server.Url);
            return settings;
        }
    }
}
