using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace Framewire.Reload
{
    /// <summary>Counters in native memory: they outlive every domain, as a domain that is aborted cannot report its own.</summary>
    internal sealed unsafe class Tally
    {
        internal static readonly string[] Names = { "opened", "closed", "refused", "lost", "expired" };

        private readonly long* counts;

        /// <summary>Counters at zero.</summary>
        internal Tally()
        {
            counts = (long*)Marshal.AllocHGlobal(Names.Length * sizeof(long));
            for (int i = 0; i < Names.Length; i++)
            {
                counts[i] = 0;
            }
        }

        /// <summary>Those of another domain.</summary>
        internal Tally(long place)
        {
            counts = (long*)place;
        }

        internal long Place
        {
            get { return (long)counts; }
        }

        internal void Add(string name)
        {
            Interlocked.Increment(ref counts[Array.IndexOf(Names, name)]);
        }

        public override string ToString()
        {
            string[] members = new string[Names.Length];
            for (int i = 0; i < Names.Length; i++)
            {
                members[i] = "\"" + Names[i] + "\":" + Interlocked.Read(ref counts[i]);
            }
            return string.Join(",", members);
        }
    }
}
