using System;
using System.IO;
using Framewire.Editor;

namespace Framewire.Tests
{
    /// <summary>Who gets no link, and what the user has set.</summary>
    public static class GuardTests
    {
        [Test]
        public static void AnEditorGetsLinks()
        {
            Check.Equal(null, EditorGuards.Refusal(new FakeEditor()), "the refusal");
        }

        [Test]
        public static void HelpersOfAnEditorGetNone()
        {
            Refused(new FakeEditor { IsImportWorker = true }, "imports assets");
            Refused(new FakeEditor { IsMainProcess = false }, "helper");
            Refused(new FakeEditor { DataPath = "/games/mine/Library/VP/mppm1234/Assets" }, "virtual player");
            Refused(new FakeEditor { DataPath = "C:\\games\\mine\\Library\\VP\\mppm1234\\Assets" }, "virtual player");
        }

        [Test]
        public static void BatchModeMustBeAskedFor()
        {
            Refused(new FakeEditor { IsBatchMode = true }, "FRAMEWIRE_BATCH=1");
            FakeEditor asked = new FakeEditor { IsBatchMode = true };
            asked.Variables["FRAMEWIRE_BATCH"] = "0";
            Refused(asked, "-framewire");
            asked.Variables["FRAMEWIRE_BATCH"] = "1";
            Check.Equal(null, EditorGuards.Refusal(asked), "asked for by the environment");
            FakeEditor argument = new FakeEditor { IsBatchMode = true, Arguments = new[] { "Unity", "-batchmode", "-framewire" } };
            Check.Equal(null, EditorGuards.Refusal(argument), "asked for by the command line");
            argument.IsImportWorker = true;
            Refused(argument, "imports assets");
        }

        [Test]
        public static void TwoBuildsAreKeptApart()
        {
            FakeEditor editor = new FakeEditor();
            Check.Equal(null, BuildGuard.Refusal(editor, "tools", "1.0@10"), "the first");
            BuildGuard.Opened(editor, "tools", "1.0@10");
            Check.Equal(null, BuildGuard.Refusal(editor, "tools", "1.0@10"), "the same, after a reload");
            string refusal = BuildGuard.Refusal(editor, "tools", "1.1@20");
            Check.True(refusal.Contains("Restart the editor") && refusal.Contains("1.0@10"), refusal);
            Check.Equal(null, BuildGuard.Refusal(editor, "others", "1.1@20"), "another link");
            BuildGuard.Closed(editor, "tools");
            Check.Equal(null, BuildGuard.Refusal(editor, "tools", "1.1@20"), "once it is closed");
        }

        [Test]
        public static void SettingsOutliveTheDomain()
        {
            string assets = FakeEditor.NewProject();
            LinkSettings settings = LinkSettings.Read(assets);
            Check.True(settings.IsEnabled && settings.IsWakeful, "what holds by itself");
            Check.Equal(LinkLogLevel.Warn, settings.ConsoleLevel, "the console");
            Check.Equal(null, settings.Url("tools"), "the address");
            settings.IsEnabled = false;
            settings.ConsoleLevel = LinkLogLevel.Debug;
            settings.SetUrl("tools", "ws://127.0.0.1:1/a=b\r\nenabled = yes");
            settings.Write();
            LinkSettings again = LinkSettings.Read(assets);
            Check.True(!again.IsEnabled && again.IsWakeful, "what was set");
            Check.Equal(LinkLogLevel.Debug, again.ConsoleLevel, "the console");
            Check.Equal("ws://127.0.0.1:1/a=b  enabled = yes", again.Url("tools"), "the address, on one line");
            again.SetUrl("tools", "");
            again.IsEnabled = true;
            again.Write();
            Check.Equal(null, LinkSettings.Read(assets).Url("tools"), "the address, taken back");
        }

        [Test]
        public static void ABrokenSettingsFileCountsAsNone()
        {
            string assets = FakeEditor.NewProject();
            string directory = Path.Combine(Path.GetDirectoryName(assets), "UserSettings");
            Directory.CreateDirectory(directory);
            File.WriteAllText(Path.Combine(directory, "Framewire.txt"), "\0\nenabled\n= x\nconsole = loud\nwake=no\n");
            LinkSettings settings = LinkSettings.Read(assets);
            Check.True(settings.IsEnabled && !settings.IsWakeful, "the one good line counts");
            Check.Equal(LinkLogLevel.Warn, settings.ConsoleLevel, "the console");
        }

        private static void Refused(FakeEditor editor, string words)
        {
            string refusal = EditorGuards.Refusal(editor);
            Check.True(refusal != null && refusal.Contains(words), "refused for '" + words + "': " + refusal);
        }
    }
}
