namespace Framewire.Editor
{
    /// <summary>
    /// Keeps two copies of the native library apart. An updated package brings a second one into a process that keeps the
    /// first; neither sees the links of the other, and two links of a name would take turns at one server.
    /// </summary>
    internal static class BuildGuard
    {
        private const string Key = "Framewire.Build.";

        /// <summary>Why the link `name` must not be opened by the copy `build`; null: it may be.</summary>
        internal static string Refusal(IEditor editor, string name, string build)
        {
            string owner = editor.Recall(Key + name);
            if (string.IsNullOrEmpty(owner) || owner == build)
            {
                return null;
            }
            return "Link '" + name + "' lives in another copy of the native library (" + owner + ", this one is " + build
                + "). Restart the editor.";
        }

        /// <summary>Link `name` lives in the copy `build` from now on.</summary>
        internal static void Opened(IEditor editor, string name, string build)
        {
            editor.Remember(Key + name, build);
        }

        /// <summary>Link `name` is closed for good.</summary>
        internal static void Closed(IEditor editor, string name)
        {
            editor.Remember(Key + name, "");
        }
    }
}
