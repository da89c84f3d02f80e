using System;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Framewire
{
    /// <summary>The native library: which one is loaded, and what it can do without a link.</summary>
    public static unsafe class FramewireLibrary
    {
        private static volatile bool isChecked;

        /// <summary>Version of the loaded library, for people.</summary>
        public static string Version
        {
            get
            {
                Check();
                return new Utf8Text(Native.Version()).ToString();
            }
        }

        /// <summary>
        /// Names the loaded library within this process: version and place in memory. Two copies of the library have two;
        /// it stays the same over domain reloads. Links of one copy are unknown to the other.
        /// </summary>
        public static string BuildId
        {
            get
            {
                Check();
                NativeText version = Native.Version();
                string place = ((ulong)version.Pointer).ToString("x", CultureInfo.InvariantCulture);
                return new Utf8Text(version).ToString() + "@" + place;
            }
        }

        /// <summary>The clock of FramewireEvent.TimeNs: monotonic, ns, from a start of its own.</summary>
        public static ulong NowNs
        {
            get
            {
                Check();
                return Native.NowNs();
            }
        }

        /// <summary>Whether a status says that the call did what it was asked to: Ok, Attached or Replaced.</summary>
        public static bool IsDone(LinkStatus status)
        {
            return (uint)status < 16;
        }

        /// <summary>Closes every link of the process. No lent event may be read any more. Blocks, `lingerMs` ms at most.</summary>
        public static void Shutdown(uint lingerMs)
        {
            Check();
            Native.Shutdown(lingerMs);
        }

        /// <summary>Reads the state file `path`, or that of the project in that directory, without side effects.</summary>
        public static LinkStatus ReadStateFile(string path, out StateRecord record)
        {
            Check();
            CallMemory memory = CallMemory.For(path);
            StateRecord read;
            LinkStatus status = Native.StateFileRead(memory.Text(path), &read, (ulong)sizeof(StateRecord));
            memory.Done();
            record = read;
            return status;
        }

        /// <summary>
        /// Waits until the state file says ready, or that it never will; `timeoutMs` at most. Blocks: not for the frame thread.
        /// </summary>
        public static LinkStatus WaitForStateFile(string path, uint timeoutMs, WaitFlags flags, out StateRecord record)
        {
            Check();
            CallMemory memory = CallMemory.For(path);
            StateRecord read;
            LinkStatus status = Native.StateFileWait(memory.Text(path), timeoutMs, flags, &read, (ulong)sizeof(StateRecord));
            memory.Done();
            record = read;
            return status;
        }

        /// <summary>Refuses a library that cannot serve this code.</summary>
        /// <exception cref="FramewireException">It is missing or of another version; the message says what to do.</exception>
        public static void Check()
        {
            if (isChecked)
            {
                return;
            }
            CheckVersion(LoadedVersion(), Native.ExpectedAbiVersion);
            isChecked = true;
        }

        private static uint LoadedVersion()
        {
            try
            {
                return Native.AbiVersion();
            }
            catch (DllNotFoundException error)
            {
                throw new FramewireException(
                    LinkStatus.Unsupported,
                    "The native Framewire library was not found, or cannot be loaded here: it needs a 64-bit process of the "
                        + "system and processor that it was built for. Reinstall the package for this platform; a copy of its "
                        + "source tree has no libraries. The system says: " + error.Message,
                    error);
            }
            catch (BadImageFormatException error)
            {
                throw new FramewireException(
                    LinkStatus.Unsupported,
                    "The native Framewire library was built for another processor or system. Reinstall the package for this "
                        + "platform: " + RuntimeInformation.OSDescription + ", " + RuntimeInformation.ProcessArchitecture
                        + ". The system says: " + error.Message,
                    error);
            }
            catch (EntryPointNotFoundException error)
            {
                throw new FramewireException(LinkStatus.Unsupported, Mismatch("none of the functions that tell its version"), error);
            }
        }

        internal static void CheckVersion(uint loaded, uint expected)
        {
            bool isSameMajor = loaded >> 16 == expected >> 16;
            if (!isSameMajor || (loaded & 0xFFFF) < (expected & 0xFFFF))
            {
                throw new FramewireException(LinkStatus.Unsupported, Mismatch("ABI " + (loaded >> 16) + "." + (loaded & 0xFFFF)));
            }
        }

        private static string Mismatch(string found)
        {
            return "The native Framewire library in this process has " + found + ", and this package needs ABI "
                + (Native.ExpectedAbiVersion >> 16) + "." + (Native.ExpectedAbiVersion & 0xFFFF)
                + ". An editor keeps a library loaded until it quits: restart the editor. If that does not help, "
                + "another plugin brings its own copy; update it.";
        }
    }
}
