namespace Framewire.Editor
{
    /// <summary>The links that the editor keeps, for the plugins that declared them. Main thread only.</summary>
    public static class FramewireEditor
    {
        /// <summary>
        /// The link that a method with FramewireEditorLinkAttribute has declared under `name`; null if there is none, as in
        /// processes that get no links. Its Link is null until the first frame.
        /// </summary>
        public static EditorLink Find(string name)
        {
            return Bootstrap.Links == null ? null : Bootstrap.Links.Find(name);
        }
    }
}
