using System.Collections.Generic;

namespace Framewire.Editor
{
    /// <summary>The newest lines of a link, for the window. Those that are severe enough go to the console, too.</summary>
    internal sealed class LinkLog
    {
        /// <summary>Lines that are kept.</summary>
        internal const int Capacity = 200;

        private readonly Queue<string> lines = new Queue<string>();
        private readonly string name;
        private readonly IEditor editor;
        private readonly LinkSettings settings;

        internal LinkLog(string name, IEditor editor, LinkSettings settings)
        {
            this.name = name;
            this.editor = editor;
            this.settings = settings;
        }

        /// <summary>Oldest first.</summary>
        internal IEnumerable<string> Lines
        {
            get { return lines; }
        }

        internal void Add(LinkLogLevel level, string text)
        {
            if (lines.Count == Capacity)
            {
                lines.Dequeue();
            }
            lines.Enqueue(level.ToString().ToLowerInvariant() + "  " + text);
            if (level <= settings.ConsoleLevel)
            {
                editor.Log(level, "Framewire link '" + name + "': " + text);
            }
        }

        internal void Clear()
        {
            lines.Clear();
        }
    }
}
