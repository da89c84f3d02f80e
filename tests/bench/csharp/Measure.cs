using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Framewire.Bench
{
    /// <summary>CPU time of this thread, and the figures that the driver reads: `NAME VALUE` a line.</summary>
    internal static unsafe class Measure
    {
        private const int ThreadCpuTime = 3;

        [StructLayout(LayoutKind.Sequential)]
        private struct Time
        {
            internal long Seconds;
            internal long Nanoseconds;
        }

        [DllImport("libc", EntryPoint = "clock_gettime")]
        private static extern int ClockGetTime(int clock, Time* time);

        internal static long CpuNs()
        {
            Time time;
            ClockGetTime(ThreadCpuTime, &time);
            return time.Seconds * 1000000000 + time.Nanoseconds;
        }

        /// <summary>What reading the clock twice takes; it is in every time measured, and taken off again.</summary>
        internal static long ClockNs()
        {
            List<long> times = new List<long>();
            for (int i = 0; i < 2001; i++)
            {
                long before = CpuNs();
                times.Add(CpuNs() - before);
            }
            times.Sort();
            return times[times.Count / 2];
        }

        internal static void Print(string name, double value)
        {
            Console.WriteLine(name + " " + value.ToString("R", CultureInfo.InvariantCulture));
        }

        /// <summary>Median and worst of `times`, without the clock's own.</summary>
        internal static void PrintTimes(List<long> times)
        {
            long clock = ClockNs();
            times.Sort();
            Print("cpu.p50_ns", Math.Max(0, times[times.Count / 2] - clock));
            Print("cpu.worst_ns", Math.Max(0, times[times.Count - 1] - clock));
        }

        /// <summary>
        /// Bytes that all threads have allocated, to the size of the nursery that the driver asked the collector for: each
        /// collection is one that was full. What this thread allocates is known exactly, and is the least that it can be.
        /// </summary>
        internal static long Allocated()
        {
            return GC.CollectionCount(0) * long.Parse(Environment.GetEnvironmentVariable("NURSERY_BYTES"));
        }

        internal static long AllocatedHere()
        {
            return GC.GetAllocatedBytesForCurrentThread();
        }
    }
}
