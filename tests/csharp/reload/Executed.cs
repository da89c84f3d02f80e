using System;
using System.IO;

namespace Framewire.Reload
{
    /// <summary>
    /// The file of executed ids, which outlives the domain and tells the next one what must not run again:
    /// `HOW ID COMMAND KEY DOMAIN APPDOMAIN`. HOW is `run`, or `finish` where a later domain gave the answer. DOMAIN counts
    /// the domains; Mono gives the AppDomain.Id of one that is gone to the next.
    /// </summary>
    internal sealed class Executed
    {
        private readonly string path;
        private readonly int domain;

        internal Executed(string path, int domain)
        {
            this.path = path;
            this.domain = domain;
        }

        internal void Note(string how, FramewireRequest request, string command, JsonView parameters)
        {
            string key;
            parameters.TryGetString("/key", out key);
            string line = how + " " + request.Id + " " + command + " " + (key ?? "-") + " " + domain + " " + AppDomain.CurrentDomain.Id;
            File.AppendAllText(path, line + "\n");
        }

        internal bool Knows(FramewireRequest request)
        {
            string wanted = "run " + request.Id + " ";
            return File.Exists(path) && Array.Exists(File.ReadAllLines(path), line => line.StartsWith(wanted, StringComparison.Ordinal));
        }
    }
}
