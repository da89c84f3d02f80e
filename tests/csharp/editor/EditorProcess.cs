using System;
using Framewire.Editor;
using Framewire.EditorHost;
using Framewire.Stubs;

namespace Framewire.Tests
{
    /// <summary>An editor's process: domains come and go in it.</summary>
    internal sealed class EditorProcess
    {
        private static readonly string[] Package = { "Framewire.Editor.dll", "MinimalTool.dll" };

        private readonly Server server;
        private readonly string assets = FakeEditor.NewProject();
        private readonly MemorySession session = new MemorySession();
        private AppDomain domain;
        private int number;

        internal EditorProcess(Server server)
        {
            this.server = server;
            LinkSettings settings = LinkSettings.Read(assets);
            settings.SetUrl("hello", server.Url);
            settings.Write();
        }

        internal EditorDomain Domain { get; private set; }

        internal void Load(Action<EditorDomain> prepare = null)
        {
            Domain = EditorDomain.Make("editor " + number++, out domain);
            Domain.Prepare(assets, session);
            if (prepare != null)
            {
                prepare(Domain);
            }
            Domain.Load(Package);
        }

        internal void Unload(bool isTold)
        {
            if (isTold)
            {
                Domain.BeforeReload();
            }
            AppDomain.Unload(domain);
        }

        internal void Quit()
        {
            Domain.Quit();
            AppDomain.Unload(domain);
        }

        internal void Answers(string tag)
        {
            TurnUntil("the connection", () => server.Count("acknowledged") != 0);
            server.Call("hello", "{\"to\":\"" + tag + "\"}", tag);
            TurnUntil("the answer to " + tag, () => server.HasAnswer(tag));
            Check.Equal("Hello, " + tag + "!", Server.Field(server.Answer(tag), "/data/greeting"), "the answer");
        }

        internal void TurnUntil(string what, Func<bool> holds)
        {
            Check.Until(what, () =>
            {
                Domain.Turn();
                return holds();
            });
        }
    }
}
