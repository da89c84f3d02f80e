using System;
using Framewire.EditorHost;
using Framewire.Stubs;

namespace Framewire.Tests
{
    /// <summary>The window as a user has it: what it draws, and what its buttons do.</summary>
    public static class WindowTests
    {
        [Test]
        public static void ButtonsDoWhatTheySay()
        {
            using (Server server = new Server("json-rpc"))
            {
                string assets = FakeEditor.NewProject();
                Framewire.Editor.LinkSettings settings = Framewire.Editor.LinkSettings.Read(assets);
                settings.SetUrl("hello", server.Url);
                settings.Write();
                AppDomain domain;
                EditorDomain editor = EditorDomain.Make("window", out domain);
                editor.Prepare(assets, new MemorySession());
                editor.Load("Framewire.Editor.dll", "MinimalTool.dll");
                Shows(editor, "connected, editor ready");
                Press(editor, "Pause");
                Shows(editor, "connected, paused");
                Press(editor, "Resume");
                Shows(editor, "connected, editor");
                Shows(editor, "info  Connected to");
                Press(editor, "Clear log");
                Check.True(!Draw(editor).Contains("info  Connected to"), "the log is empty");
                Press(editor, "Disconnect");
                server.Await("gone");
                Press(editor, "Connect now");
                Shows(editor, "connected, editor");
                Press(editor, "Close");
                Shows(editor, "[Open]");
                Press(editor, "Open");
                Shows(editor, "connected, editor");
                editor.Quit();
                AppDomain.Unload(domain);
            }
        }

        private static void Shows(EditorDomain editor, string words)
        {
            Check.Until("the window to show " + words, () =>
            {
                editor.Turn();
                return Draw(editor).Contains(words);
            });
        }

        private static void Press(EditorDomain editor, string button)
        {
            editor.Set("PressedButton", button);
            Check.True(Draw(editor).Contains("[" + button + "]"), "there is a button " + button);
            editor.Set("PressedButton", null);
        }

        /// <summary>What one drawing adds to all that was drawn.</summary>
        private static string Draw(EditorDomain editor)
        {
            int before = ((string)editor.Get("Drawn")).Length;
            return editor.Draw().Substring(before);
        }
    }
}
