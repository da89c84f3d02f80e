using System;

namespace Framewire.Reload
{
    /// <summary>
    /// The file of executed ids, which outlives the domain and tells the next one what must not run again:
    /// `HOW ID COMMAND KEY DOMAIN APPDOMAIN`. HOW is `run`, or `finish` where a later domain gave the answer. DOMAIN counts
    /// the domains; Mono gives the AppDomain.Id of one that is gone to the next.
    /// </summary>
    internal sealed class Executed
    {
        private readonly int file;
        private readonly int domain;

        internal Executed(int file, int domain)
        {
            this.file = file;
            this.domain = domain;
        }

        internal void Note(string how, FramewireRequest request, string command, JsonView parameters)
        {
            string key;
            parameters.TryGetString("/key", out key);
            string line = how + " " + request.Id + " " + command + " " + (key ?? "-") + " " + domain + " " + AppDomain.CurrentDomain.Id;
            Files.WriteLine(file, line);
        }

        internal bool Knows(FramewireRequest request)
        {
            return ("\n" + Files.ReadAll(file)).Contains("\nrun " + request.Id + " ");
        }
    }
}
