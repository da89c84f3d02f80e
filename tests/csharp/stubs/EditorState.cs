using System;
using System.Collections.Generic;
using System.Reflection;

namespace Framewire.Stubs
{
    /// <summary>
    /// What the stubs of Unity say, set by a test. They are the members that the Editor code uses and no others, with the
    /// signatures of Unity 2021.3, so that code which compiles against them asks nothing else of an editor.
    /// </summary>
    public static class EditorState
    {
        public static bool IsImportWorker;
        public static bool IsSecondary;
        public static bool IsBatchMode;
        public static bool IsCompiling;
        public static bool IsUpdating;
        public static bool IsPlaying;
        public static bool IsPlayingOrWillChange;
        public static bool HasCompileErrors;
        public static bool IsFocused = true;
        public static string DataPath = "/nowhere/Assets";
        public static int QueuedFrames;
        public static int Signals;
        public static int CompilationRequests;
        public static readonly List<string> Logged = new List<string>();

        /// <summary>The assemblies that a TypeCache knows; null: all.</summary>
        public static Assembly[] Indexed;

        /// <summary>What SessionState keeps. A host that reloads domains gives each the same.</summary>
        public static ISession Session = new MemorySession();

        /// <summary>Has the drawing stubs answer: null for what they are given, or a pressed button by name.</summary>
        public static string PressedButton;

        /// <summary>What was drawn.</summary>
        public static readonly List<string> Drawn = new List<string>();
    }

    /// <summary>Words that outlive a domain.</summary>
    public interface ISession
    {
        string Get(string key);

        void Set(string key, string value);
    }

    /// <summary>Keeps them in the domain that made it: one of another domain asks there.</summary>
    public sealed class MemorySession : MarshalByRefObject, ISession
    {
        private readonly Dictionary<string, string> values = new Dictionary<string, string>();

        public string Get(string key)
        {
            string value;
            return values.TryGetValue(key, out value) ? value : null;
        }

        public void Set(string key, string value)
        {
            values[key] = value;
        }

        public override object InitializeLifetimeService()
        {
            return null;
        }
    }
}
