using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using Framewire.Reload;
using Framewire.Stubs;

namespace Framewire.EditorHost
{
    /// <summary>
    /// An editor's process, whose scripting domain comes and goes as Unity's does. Arguments: the Assets folder; then the
    /// assemblies of the project. Told on standard input: `load`, `unload told` (the editor says so before), `unload untold`,
    /// `quit`.
    /// </summary>
    public static class Host
    {
        private static readonly MemorySession session = new MemorySession();
        private static AppDomain domain;
        private static EditorDomain editor;
        private static Thread frames;
        private static int number;

        public static int Main(string[] arguments)
        {
            string assets = arguments[0];
            string[] assemblies = new string[arguments.Length - 1];
            Array.Copy(arguments, 1, assemblies, 0, assemblies.Length);
            string line;
            while ((line = Console.ReadLine()) != null)
            {
                if (line == "load")
                {
                    Load(assets, assemblies);
                }
                else if (line.StartsWith("unload", StringComparison.Ordinal))
                {
                    Unload(line == "unload told");
                }
                else if (line == "quit")
                {
                    break;
                }
            }
            if (editor != null)
            {
                editor.Stop();
                frames.Join();
                editor.Quit();
                AppDomain.Unload(domain);
            }
            return 0;
        }

        private static void Load(string assets, string[] assemblies)
        {
            Stopwatch clock = Stopwatch.StartNew();
            editor = EditorDomain.Make("editor " + number++, out domain);
            editor.Prepare(assets, session);
            editor.Load(assemblies);
            frames = new Thread(Turn) { Name = "frames", IsBackground = true };
            frames.Start(editor);
            Reports.Print("loaded", "\"ms\":" + clock.ElapsedMilliseconds);
        }

        private static void Turn(object turned)
        {
            ((EditorDomain)turned).Run();
        }

        private static void Unload(bool isTold)
        {
            Stopwatch clock = Stopwatch.StartNew();
            // Between two frames, as Unity does it. Domains that die inside one are the matter of the storm of reloads.
            editor.Stop();
            frames.Join();
            if (isTold)
            {
                editor.BeforeReload();
            }
            editor = null;
            AppDomain.Unload(domain);
            Reports.Print("unloaded", "\"ms\":" + clock.ElapsedMilliseconds);
        }
    }
}
