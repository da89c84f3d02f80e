using System;
using System.Text;

namespace Framewire
{
    /// <summary>Handlers by method, found by the bytes of its name, so that looking one up makes no string.</summary>
    internal sealed class MethodTable
    {
        private const int Buckets = 128;

        private readonly Entry[] first = new Entry[Buckets];

        /// <summary>Of the names, in bytes: what is longer is not looked up, however long a peer makes it.</summary>
        private int longest;

        internal void Set(string method, IRequestHandler handler)
        {
            if (string.IsNullOrEmpty(method))
            {
                throw new ArgumentException("a method has a name", "method");
            }
            uint hash = Begin;
            byte[] bytes = Encoding.UTF8.GetBytes(method);
            longest = Math.Max(longest, bytes.Length);
            foreach (byte unit in bytes)
            {
                hash = Next(hash, unit);
            }
            for (Entry entry = first[hash % Buckets]; entry != null; entry = entry.Next)
            {
                if (entry.Method == method)
                {
                    entry.Handler = handler;
                    return;
                }
            }
            first[hash % Buckets] = new Entry(method, handler, first[hash % Buckets]);
        }

        internal IRequestHandler Find(Utf8Text method)
        {
            if (method.Length > longest)
            {
                return null;
            }
            uint hash = Begin;
            for (long i = 0; i < method.Length; i++)
            {
                hash = Next(hash, method[i]);
            }
            Entry entry = first[hash % Buckets];
            while (entry != null && !method.Is(entry.Method))
            {
                entry = entry.Next;
            }
            return entry?.Handler;
        }

        /// <summary>FNV-1a.</summary>
        private const uint Begin = 2166136261;

        private static uint Next(uint hash, byte unit)
        {
            return unchecked((hash ^ unit) * 16777619);
        }

        private sealed class Entry
        {
            internal readonly string Method;
            internal readonly Entry Next;
            internal IRequestHandler Handler;

            internal Entry(string method, IRequestHandler handler, Entry next)
            {
                Method = method;
                Handler = handler;
                Next = next;
            }
        }
    }
}
