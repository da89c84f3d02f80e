namespace Framewire.Editor
{
    /// <summary>
    /// What this package asks of the editor. One class answers for Unity, another one for the tests; all that is decided is
    /// decided on this side of it. Main thread only.
    /// </summary>
    internal interface IEditor
    {
        /// <summary>The process imports assets for another editor.</summary>
        bool IsImportWorker { get; }

        /// <summary>The process is the editor itself and no helper of one.</summary>
        bool IsMainProcess { get; }

        /// <summary>The editor runs without windows.</summary>
        bool IsBatchMode { get; }

        /// <summary>The Assets folder of the project.</summary>
        string DataPath { get; }

        /// <summary>The command line.</summary>
        string[] Arguments { get; }

        /// <summary>What the editor does this moment.</summary>
        EditorFacts Facts { get; }

        /// <summary>A variable of the environment; null: it is not set.</summary>
        string Variable(string name);

        /// <summary>What Remember has kept in this process, over domain reloads; empty if nothing.</summary>
        string Recall(string key);

        /// <summary>Keeps `value` for as long as the process lives.</summary>
        void Remember(string key, string value);

        /// <summary>A line for the console.</summary>
        void Log(LinkLogLevel level, string text);

        /// <summary>Asks for another frame soon.</summary>
        void QueueFrame();
    }
}
