using Framewire.Editor;

namespace Framewire.Tests
{
    /// <summary>One word for all that an editor says of itself.</summary>
    public static class ReadinessTests
    {
        private const ulong Second = 1000000000;

        [Test]
        public static void EveryFactHasItsWord()
        {
            Expect(default, Readiness.Ready, null);
            Expect(new EditorFacts { HasCompileErrors = true }, Readiness.Ready, "scripts-have-errors");
            Expect(new EditorFacts { IsUpdating = true }, Readiness.Importing, "asset-import");
            Expect(new EditorFacts { IsCompiling = true }, Readiness.Compiling, "reload-pending");
            Expect(new EditorFacts { IsPlayingOrWillChange = true }, Readiness.Playing, "entering-play-mode");
            Expect(new EditorFacts { IsPlayingOrWillChange = true, IsPlaying = true }, Readiness.Playing, "play-mode");
            Expect(new EditorFacts { IsPlaying = true }, Readiness.Playing, "leaving-play-mode");
        }

        [Test]
        public static void ABusierWordCountsFirst()
        {
            Expect(new EditorFacts { IsCompiling = true, IsUpdating = true }, Readiness.Compiling, "reload-pending");
            Expect(new EditorFacts { IsUpdating = true, IsPlayingOrWillChange = true }, Readiness.Importing, "asset-import");
            ReadinessTracker tracker = new ReadinessTracker();
            tracker.CompilationStarted();
            Is(tracker.Judge(new EditorFacts { IsPlaying = true, IsPlayingOrWillChange = true }, 0), Readiness.Compiling, "compilation");
            tracker.Quitting();
            Is(tracker.Judge(new EditorFacts { IsCompiling = true }, 0), Readiness.Stopping, "editor-quitting");
        }

        [Test]
        public static void ACompilationIsBusyUntilItsReload()
        {
            ReadinessTracker tracker = new ReadinessTracker();
            EditorFacts compiling = new EditorFacts { IsCompiling = true };
            tracker.CompilationStarted();
            Is(tracker.Judge(compiling, 0), Readiness.Compiling, "compilation");
            // However long it takes.
            Is(tracker.Judge(compiling, 600 * Second), Readiness.Compiling, "compilation");
            tracker.CompilationFinished(600 * Second);
            Is(tracker.Judge(compiling, 601 * Second), Readiness.Compiling, "reload-pending");
        }

        [Test]
        public static void AReloadThatIsPutOffEndsTheBusyWord()
        {
            // The editor's flag stays up for as long as assemblies are locked.
            ReadinessTracker tracker = new ReadinessTracker();
            EditorFacts compiling = new EditorFacts { IsCompiling = true };
            tracker.CompilationStarted();
            tracker.Judge(compiling, 0);
            tracker.CompilationFinished(10 * Second);
            Is(tracker.Judge(compiling, 10 * Second + ReadinessTracker.ReloadFollowsWithinNs), Readiness.Ready, null);
        }

        [Test]
        public static void ChangedScriptsDoNotMakePlayModeBusy()
        {
            EditorFacts facts = new EditorFacts { IsCompiling = true, IsPlaying = true, IsPlayingOrWillChange = true };
            Expect(facts, Readiness.Playing, "play-mode");
        }

        [Test]
        public static void ACompilationThatFailsEndsTheBusyWord()
        {
            ReadinessTracker tracker = new ReadinessTracker();
            tracker.CompilationStarted();
            tracker.CompilationFinished(Second);
            Is(tracker.Judge(new EditorFacts { HasCompileErrors = true }, 2 * Second), Readiness.Ready, "scripts-have-errors");
        }

        private static void Expect(EditorFacts facts, Readiness readiness, string reason)
        {
            Is(new ReadinessTracker().Judge(facts, 0), readiness, reason);
        }

        private static void Is(Condition found, Readiness readiness, string reason)
        {
            Check.Equal(readiness, found.Readiness, "the word");
            Check.Equal(reason, found.Reason, "the reason");
        }
    }
}
