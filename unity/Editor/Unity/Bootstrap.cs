using System;
using System.Diagnostics;
using UnityEditor;
using UnityEditor.Compilation;

namespace Framewire.Editor
{
    /// <summary>
    /// Begins with the domain: makes the links and hangs them on the editor's hooks. The links are opened by the first frame,
    /// when all of the editor is there.
    /// </summary>
    [InitializeOnLoad]
    internal static class Bootstrap
    {
        private static readonly double NsPerTick = 1e9 / Stopwatch.Frequency;
        private static SecondHook second;
        private static Waker waker;
        private static WindowsTimer windowsTimer;

        static Bootstrap()
        {
            Start();
        }

        /// <summary>The links of this domain; null: this process gets none.</summary>
        internal static EditorLinks Links { get; private set; }

        /// <summary>What the user has set; null: this process gets no links.</summary>
        internal static LinkSettings Settings { get; private set; }

        /// <summary>Why this process gets no links; null: it does.</summary>
        internal static string Refusal { get; private set; }

        /// <summary>Begins, unless it has. Every hook that says that a domain lives may call it.</summary>
        internal static void Start()
        {
            if (Links != null)
            {
                return;
            }
            UnityEditorSide editor = new UnityEditorSide();
            Refusal = EditorGuards.Refusal(editor);
            if (Refusal != null)
            {
                return;
            }
            Settings = LinkSettings.Read(editor.DataPath);
            Links = new EditorLinks(editor, Declarations.Read(new UnityMarkedMembers(), editor, Settings), Now);
            if (Links.All.Length == 0)
            {
                return;
            }
            StartFrames();
            Subscribe();
        }

        /// <summary>The domain ends. Every hook that says so may call it.</summary>
        internal static void Reload()
        {
            if (second != null)
            {
                StopFrames();
                Links.Reload();
                EditorApplication.update += StillHere;
            }
        }

        /// <summary>Frames go on in a domain that was told of its end: the reload was called off, and it needs its links.</summary>
        private static void StillHere()
        {
            if (Links.TryGoOn())
            {
                StartFrames();
            }
        }

        private static void Quit()
        {
            StopFrames();
            Links.Quit();
        }

        private static void Update()
        {
            second.Arm();
            Count();
            Links.Hooks.First();
        }

        private static void Second()
        {
            Count();
            Links.Hooks.Second();
        }

        private static void Count()
        {
            if (waker != null)
            {
                waker.Frame();
                if (waker.Failure != null)
                {
                    Links.Failed(waker.Failure);
                }
            }
        }

        private static void Subscribe()
        {
            EditorApplication.quitting += Quit;
            EditorApplication.playModeStateChanged += PlayModeChanged;
            CompilationPipeline.compilationStarted += CompilationStarted;
            CompilationPipeline.compilationFinished += CompilationFinished;
            AssemblyReloadEvents.beforeAssemblyReload += Reload;
            AppDomain.CurrentDomain.DomainUnload += DomainUnload;
        }

        private static void StartFrames()
        {
            StopFrames();
            second = new SecondHook(Second);
            if (Settings.IsWakeful)
            {
                waker = new Waker(() => Links.HasWork, TickSignal.Find() + second.Nudge);
                windowsTimer = new WindowsTimer();
            }
            EditorApplication.update += Update;
        }

        /// <summary>Ends the threads and timers of this domain: none of them may see its end.</summary>
        private static void StopFrames()
        {
            EditorApplication.update -= StillHere;
            EditorApplication.update -= Update;
            if (second != null)
            {
                second.Stop();
            }
            if (waker != null)
            {
                waker.Dispose();
                windowsTimer.Dispose();
            }
        }

        private static void PlayModeChanged(PlayModeStateChange change)
        {
            Links.PlayModeChanged();
        }

        private static void CompilationStarted(object context)
        {
            Links.CompilationStarted();
        }

        private static void CompilationFinished(object context)
        {
            Links.CompilationFinished();
        }

        private static void DomainUnload(object sender, EventArgs arguments)
        {
            Reload();
        }

        private static ulong Now()
        {
            return (ulong)(Stopwatch.GetTimestamp() * NsPerTick);
        }
    }
}
