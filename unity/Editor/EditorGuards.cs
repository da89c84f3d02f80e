using System;

namespace Framewire.Editor
{
    /// <summary>Which processes get no link. Code of a package runs in all that the editor starts.</summary>
    internal static class EditorGuards
    {
        /// <summary>Set to 1: links are opened in batch mode, too.</summary>
        internal const string BatchVariable = "FRAMEWIRE_BATCH";

        /// <summary>The same, on the command line.</summary>
        internal const string BatchArgument = "-framewire";

        /// <summary>Why no link is opened in this process; null: they are.</summary>
        internal static string Refusal(IEditor editor)
        {
            if (editor.IsImportWorker)
            {
                return "this process imports assets for the editor";
            }
            if (!editor.IsMainProcess)
            {
                return "this process is a helper of the editor";
            }
            // Multiplayer Play Mode keeps the projects of its further players there.
            if ((editor.DataPath ?? "").Replace('\\', '/').Contains("/Library/VP/"))
            {
                return "this editor is a virtual player of another one";
            }
            if (editor.IsBatchMode && !IsBatchWanted(editor))
            {
                return "the editor runs in batch mode: set " + BatchVariable + "=1, or start it with " + BatchArgument;
            }
            return null;
        }

        private static bool IsBatchWanted(IEditor editor)
        {
            return editor.Variable(BatchVariable) == "1" || Array.IndexOf(editor.Arguments, BatchArgument) >= 0;
        }
    }
}
