namespace Framewire.Editor
{
    /// <summary>A word of readiness, and what stands behind it.</summary>
    internal struct Condition
    {
        internal readonly Readiness Readiness;
        internal readonly string Reason;

        internal Condition(Readiness readiness, string reason)
        {
            Readiness = readiness;
            Reason = reason;
        }
    }

    /// <summary>
    /// Makes one word of what the editor says of itself. Pure: it is told the time. Every busy word has an end, also where the
    /// editor's own flags have none.
    /// </summary>
    internal sealed class ReadinessTracker
    {
        /// <summary>
        /// A compilation that has ended is followed by its reload within this time, ns. After it the flag of the editor means
        /// a reload that is put off, which hinders nobody.
        /// </summary>
        internal const ulong ReloadFollowsWithinNs = 5000000000;

        private bool isCompilationRunning;
        private bool isQuiet;
        private ulong quietSinceNs;
        private ulong compilingSinceNs;
        private bool wasCompiling;
        private bool isQuitting;

        /// <summary>The pipeline has begun to compile.</summary>
        internal void CompilationStarted()
        {
            isCompilationRunning = true;
            isQuiet = false;
        }

        /// <summary>The pipeline is done; a reload may follow.</summary>
        internal void CompilationFinished(ulong nowNs)
        {
            isCompilationRunning = false;
            compilingSinceNs = nowNs;
        }

        /// <summary>The editor ends.</summary>
        internal void Quitting()
        {
            isQuitting = true;
        }

        /// <summary>The word for this moment.</summary>
        internal Condition Judge(EditorFacts facts, ulong nowNs)
        {
            if (facts.IsCompiling && !wasCompiling)
            {
                compilingSinceNs = nowNs;
            }
            wasCompiling = facts.IsCompiling;
            NoticeLostEnd(facts, nowNs);
            if (isQuitting)
            {
                return new Condition(Readiness.Stopping, "editor-quitting");
            }
            if (isCompilationRunning)
            {
                return new Condition(Readiness.Compiling, "compilation");
            }
            if (facts.IsCompiling && !facts.IsPlaying && nowNs - compilingSinceNs < ReloadFollowsWithinNs)
            {
                return new Condition(Readiness.Compiling, "reload-pending");
            }
            if (facts.IsUpdating)
            {
                return new Condition(Readiness.Importing, "asset-import");
            }
            if (facts.IsPlaying || facts.IsPlayingOrWillChange)
            {
                return new Condition(Readiness.Playing, PlayModeReason(facts));
            }
            return new Condition(Readiness.Ready, facts.HasCompileErrors ? "scripts-have-errors" : null);
        }

        /// <summary>
        /// The end of a compilation is told by a hook that another extension may starve. Where the editor has said for as long
        /// as a reload takes to follow that it does not compile, that end was missed.
        /// </summary>
        private void NoticeLostEnd(EditorFacts facts, ulong nowNs)
        {
            bool wasQuiet = isQuiet;
            isQuiet = isCompilationRunning && !facts.IsCompiling;
            if (isQuiet && !wasQuiet)
            {
                quietSinceNs = nowNs;
            }
            if (isQuiet && nowNs - quietSinceNs >= ReloadFollowsWithinNs)
            {
                isCompilationRunning = false;
            }
        }

        private static string PlayModeReason(EditorFacts facts)
        {
            if (!facts.IsPlaying)
            {
                return "entering-play-mode";
            }
            return facts.IsPlayingOrWillChange ? "play-mode" : "leaving-play-mode";
        }
    }
}
