namespace Framewire.Reload
{
    /// <summary>
    /// JSON lines on standard output, one write each, so that those of two domains do not mix.
    /// </summary>
    internal static class Reports
    {
        private const int Output = 1;

        internal static void Print(string name, string members)
        {
            Files.WriteLine(Output, "{\"event\":\"" + name + "\"" + (members.Length == 0 ? "" : "," + members) + "}");
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
