using System;
using System.IO;
using System.Text;

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
            // A domain that dies in here leaves its stream behind: others may share the file, and nothing lies in a buffer
            // that a late finalizer would write.
            using (FileStream file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, 1))
            {
                byte[] bytes = Encoding.UTF8.GetBytes(line + "\n");
                file.Write(bytes, 0, bytes.Length);
            }
        }

        internal bool Knows(FramewireRequest request)
        {
            string wanted = "run " + request.Id + " ";
            using (FileStream file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite))
            using (StreamReader reader = new StreamReader(file))
            {
                string line;
                while ((line = reader.ReadLine()) != null)
                {
                    if (line.StartsWith(wanted, StringComparison.Ordinal))
                    {
                        return true;
                    }
                }
                return false;
            }
        }
    }
}
