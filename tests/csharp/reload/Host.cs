using System;
using System.Diagnostics;
using System.Reflection;
using System.Threading;

namespace Framewire.Reload
{
    /// <summary>
    /// An editor whose scripting domain is a real AppDomain that comes and goes, as Unity's does. It is told on standard
    /// input: `load`; `unload detach` (in good order), `unload forget` (nobody detaches but the finalizer); not even a finalizer
    /// detaches: `unload die` (between frames), `unload spin` (in the midst of polls), `unload hold` (inside a handler); `stats`;
    /// `quit`.
    /// Mono does not bear that a thread is aborted anywhere: at places that it compiles for the first time, or inside its
    /// streams, it crashes now and then, also without this library. So threads are aborted where they have been before.
    /// Arguments: address, profile, file of executed ids, state file.
    /// </summary>
    public static class Host
    {
        private static readonly Tally tally = new Tally();
        private static int executed;
        private static AppDomain domain;
        private static Editor editor;
        private static Thread frames;
        private static int number;
        private static long old;

        public static int Main(string[] arguments)
        {
            executed = Files.Open(arguments[2]);
            string line;
            while ((line = Console.ReadLine()) != null)
            {
                string[] words = line.Split(' ');
                switch (words[0])
                {
                    case "load":
                        Load(arguments);
                        break;
                    case "unload":
                        Unload(words[1]);
                        break;
                    case "stats":
                        Reports.Print("stats", editor.Stats());
                        break;
                    case "quit":
                        return Quit();
                }
            }
            return Quit();
        }

        private static void Load(string[] arguments)
        {
            Stopwatch clock = Stopwatch.StartNew();
            AppDomainSetup setup = new AppDomainSetup { ApplicationBase = AppDomain.CurrentDomain.BaseDirectory };
            domain = AppDomain.CreateDomain("domain " + number, null, setup);
            editor = (Editor)domain.CreateInstanceAndUnwrap(Assembly.GetExecutingAssembly().FullName, typeof(Editor).FullName);
            string report = editor.Open(arguments, number, executed, tally.Place, old);
            frames = new Thread(Turn) { Name = "frames", IsBackground = true };
            frames.Start(editor);
            Reports.Print(number == 0 ? "loaded" : "reloaded", report + ",\"ms\":" + clock.ElapsedMilliseconds);
            number++;
        }

        /// <summary>The frame loop runs inside the domain; its end takes the thread out of it.</summary>
        private static void Turn(object turned)
        {
            try
            {
                ((Editor)turned).Run();
            }
            catch (ThreadAbortException)
            {
                Thread.ResetAbort();
            }
            catch (AppDomainUnloadedException)
            {
            }
        }

        private static void Unload(string how)
        {
            old = editor.Handle;
            string report = Reports.Text("how", how);
            if (how == "die" || how == "spin" || how == "hold")
            {
                editor.Forget();
            }
            if (how == "spin")
            {
                editor.Spin();
            }
            else if (how != "hold")
            {
                editor.Stop();
                frames.Join();
            }
            if (how == "detach")
            {
                report += "," + Reports.Text("detach", editor.Detach());
            }
            Reports.Print("reloading", report);
            Stopwatch clock = Stopwatch.StartNew();
            editor = null;
            AppDomain.Unload(domain);
            frames.Join();
            Reports.Print("unloaded", report + ",\"ms\":" + clock.ElapsedMilliseconds);
        }

        private static int Quit()
        {
            if (editor != null)
            {
                editor.Stop();
                frames.Join();
                string report = editor.Close();
                editor = null;
                AppDomain.Unload(domain);
                Reports.Print("summary", report + "," + tally);
            }
            return 0;
        }
    }
}
