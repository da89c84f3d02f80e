using System;
using System.Runtime.InteropServices;
using System.Text;

namespace Framewire.Reload
{
    /// <summary>
    /// Files by the system's own calls. Mono's streams do not bear to be aborted: a domain that dies inside one leaves its
    /// handle locked, or closed twice, which ends the process. A call into native code is not interrupted.
    /// </summary>
    internal static unsafe class Files
    {
        private const int Append = 0x400 | 0x40 | 0x2;

        [DllImport("libc")]
        private static extern int open(byte* path, int flags, int mode);

        [DllImport("libc")]
        private static extern long write(int file, byte* bytes, ulong count);

        [DllImport("libc")]
        private static extern long pread(int file, byte* bytes, ulong count, long offset);

        /// <summary>A descriptor that appends, for all domains.</summary>
        internal static int Open(string path)
        {
            fixed (byte* bytes = Encoding.UTF8.GetBytes(path + "\0"))
            {
                return open(bytes, Append, 0x1A4);
            }
        }

        /// <summary>Writes a line in one piece.</summary>
        internal static void WriteLine(int file, string line)
        {
            byte[] text = Encoding.UTF8.GetBytes(line + "\n");
            fixed (byte* bytes = text)
            {
                if (write(file, bytes, (ulong)text.Length) != text.Length)
                {
                    throw new InvalidOperationException("the line was not written");
                }
            }
        }

        /// <summary>All that was written.</summary>
        internal static string ReadAll(int file)
        {
            StringBuilder text = new StringBuilder();
            byte[] block = new byte[65536];
            long offset = 0;
            for (;;)
            {
                long read;
                fixed (byte* bytes = block)
                {
                    read = pread(file, bytes, (ulong)block.Length, offset);
                }
                if (read <= 0)
                {
                    return text.ToString();
                }
                text.Append(Encoding.ASCII.GetString(block, 0, (int)read));
                offset += read;
            }
        }
    }
}
