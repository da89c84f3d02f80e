using System;
using System.Diagnostics;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Framewire.Tests
{
    /// <summary>A native library that is missing, damaged or another one: what a user reads then. Each in a process of its own.</summary>
    public static class LibraryTests
    {
        /// <summary>This program, as the process without a good library: prints what each entrance says.</summary>
        internal static int Play()
        {
            Tell(() => FramewireLink.Open(new FramewireConfig("x", "ws://127.0.0.1:1/")));
            Tell(() => FramewireLibrary.Version.ToString());
            Tell(() => FramewireLibrary.NowNs.ToString());
            Tell(() => default(JsonView).Has(""));
            Tell(() => FramewireLibrary.Shutdown(0));
            return 0;
        }

        /// <summary>This program, as the one that a sanitizer must stop: has the library write where nothing is any more.</summary>
        internal static int WriteIntoFreedMemory()
        {
            const int size = 392;
            IntPtr memory = Marshal.AllocHGlobal(size);
            Marshal.FreeHGlobal(memory);
            return framewire_config_init(memory, size, 0x10000) == 0 ? 0 : 1;
        }

        [DllImport("framewire", CallingConvention = CallingConvention.Cdecl)]
        private static extern uint framewire_config_init(IntPtr config, ulong size, uint abiVersion);

        private static void Tell(Action action)
        {
            try
            {
                action();
                Console.WriteLine("nothing was thrown");
            }
            catch (Exception error)
            {
                Console.WriteLine(error.GetType().Name + ": " + error.Message.Replace('\n', ' '));
            }
        }

        private static void Refuses(string place, string advice)
        {
            string mono = Process.GetCurrentProcess().MainModule.FileName;
            ProcessStartInfo start = new ProcessStartInfo(mono, "\"" + Assembly.GetExecutingAssembly().Location + "\" --library");
            start.UseShellExecute = false;
            start.RedirectStandardOutput = true;
            start.EnvironmentVariables["LD_LIBRARY_PATH"] = place;
            start.EnvironmentVariables["DYLD_LIBRARY_PATH"] = place;
            using (Process process = Process.Start(start))
            {
                string[] lines = process.StandardOutput.ReadToEnd().Trim().Split('\n');
                Check.Equal(5, lines.Length, "entrances");
                foreach (string line in lines)
                {
                    Check.True(line.StartsWith("FramewireException: ", StringComparison.Ordinal) && line.Contains(advice), line);
                }
            }
        }

        [Test]
        public static void AMissingOrWrongLibraryIsToldInWordsThatHelp()
        {
            string place = Path.Combine(Path.GetTempPath(), "framewire-" + Guid.NewGuid().ToString("N"));
            Directory.CreateDirectory(place);
            try
            {
                Refuses(place, "Reinstall the package");
                string library = Path.Combine(place, "libframewire.so");
                File.WriteAllText(library, "no library\n");
                File.WriteAllText(Path.ChangeExtension(library, "dylib"), "no library\n");
                Refuses(place, "Reinstall the package");
                // Any other library has not our functions. Only Linux lists those that are loaded.
                const string maps = "/proc/self/maps";
                if (File.Exists(maps))
                {
                    string other = Array.Find(File.ReadAllLines(maps), line => line.Contains("/libm.so") || line.Contains("/libm-"));
                    File.Copy(other.Substring(other.IndexOf('/')), library, true);
                    Refuses(place, "restart the editor");
                }
            }
            finally
            {
                Directory.Delete(place, true);
            }
        }
    }
}
