using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;

namespace Framewire.Editor
{
    /// <summary>
    /// What the user has set for this project on this machine: lines `name = value` in UserSettings/Framewire.txt, which
    /// belongs into no version control. A file that cannot be read counts as an empty one.
    /// </summary>
    internal sealed class LinkSettings
    {
        private readonly string path;
        private readonly SortedDictionary<string, string> values = new SortedDictionary<string, string>(StringComparer.Ordinal);

        private LinkSettings(string path)
        {
            this.path = path;
        }

        /// <summary>Links are opened at all.</summary>
        internal bool IsEnabled
        {
            get { return Flag("enabled"); }
            set { Set("enabled", value ? null : "no"); }
        }

        /// <summary>An editor without focus is woken when work waits for it.</summary>
        internal bool IsWakeful
        {
            get { return Flag("wake"); }
            set { Set("wake", value ? null : "no"); }
        }

        /// <summary>The least severe lines that go to the console; those of the window are all.</summary>
        internal LinkLogLevel ConsoleLevel
        {
            get
            {
                LinkLogLevel level;
                bool isKnown = Enum.TryParse(Get("console"), true, out level) && Enum.IsDefined(typeof(LinkLogLevel), level);
                return isKnown ? level : LinkLogLevel.Warn;
            }

            set { Set("console", value.ToString().ToLower(CultureInfo.InvariantCulture)); }
        }

        /// <summary>Where link `name` goes instead of where its plugin says; null: as the plugin says.</summary>
        internal string Url(string name)
        {
            return Get("url." + name);
        }

        internal void SetUrl(string name, string url)
        {
            Set("url." + name, url);
        }

        /// <summary>Reads the settings of the project with the Assets folder `dataPath`.</summary>
        internal static LinkSettings Read(string dataPath)
        {
            string project = Path.GetDirectoryName(dataPath) ?? ".";
            LinkSettings settings = new LinkSettings(Path.Combine(Path.Combine(project, "UserSettings"), "Framewire.txt"));
            try
            {
                foreach (string line in File.ReadAllLines(settings.path))
                {
                    int at = line.IndexOf('=');
                    if (at > 0)
                    {
                        settings.values[line.Substring(0, at).Trim()] = line.Substring(at + 1).Trim();
                    }
                }
            }
            catch (IOException)
            {
            }
            catch (UnauthorizedAccessException)
            {
            }
            return settings;
        }

        /// <summary>Writes them.</summary>
        /// <exception cref="IOException">They could not be written.</exception>
        internal void Write()
        {
            List<string> lines = new List<string>();
            foreach (KeyValuePair<string, string> value in values)
            {
                lines.Add(value.Key + " = " + value.Value);
            }
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path));
                File.WriteAllLines(path, lines.ToArray());
            }
            catch (UnauthorizedAccessException error)
            {
                // A version control that locks files makes them read-only.
                throw new IOException(error.Message, error);
            }
        }

        private bool Flag(string name)
        {
            return Get(name) != "no";
        }

        private string Get(string name)
        {
            string value;
            return values.TryGetValue(name, out value) ? value : null;
        }

        /// <summary>Null or empty: back to what holds by itself.</summary>
        private void Set(string name, string value)
        {
            values.Remove(name);
            string clean = (value ?? "").Replace('\r', ' ').Replace('\n', ' ').Trim();
            if (clean.Length != 0)
            {
                values[name] = clean;
            }
        }
    }
}
