using System;
using System.IO;
using System.Text;

namespace Framewire.Reload
{
    /// <summary>
    /// JSON lines on standard output, one write each, so that those of two domains do not mix.
    /// </summary>
    internal static class Reports
    {
        private static readonly Stream output = Console.OpenStandardOutput();

        internal static void Print(string name, string members)
        {
            string line = "{\"event\":\"" + name + "\"" + (members.Length == 0 ? "" : "," + members) + "}\n";
            byte[] bytes = Encoding.UTF8.GetBytes(line);
            output.Write(bytes, 0, bytes.Length);
            output.Flush();
        }

        internal static string Text(string name, string value)
        {
            return "\"" + name + "\":" + JsonStrings.Quote(value);
        }

        internal static string Word(string name, object value)
        {
            return Text(name, value.ToString().ToUpperInvariant());
        }
    }
}
