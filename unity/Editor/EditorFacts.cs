namespace Framewire.Editor
{
    /// <summary>What the editor says of itself in one moment.</summary>
    internal struct EditorFacts
    {
        /// <summary>
        /// Scripts compile, or their reload is still to come. It stays true for as long as a reload is put off: through play
        /// mode, or while assemblies are locked.
        /// </summary>
        internal bool IsCompiling;

        /// <summary>Assets are imported.</summary>
        internal bool IsUpdating;

        /// <summary>A scene plays.</summary>
        internal bool IsPlaying;

        /// <summary>A scene plays, or is about to.</summary>
        internal bool IsPlayingOrWillChange;

        /// <summary>The scripts have errors.</summary>
        internal bool HasCompileErrors;

        /// <summary>The editor has the focus of the desktop.</summary>
        internal bool IsFocused;
    }
}
