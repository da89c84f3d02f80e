using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection;
using Framewire.Editor;

namespace Framewire.Tests
{
    /// <summary>An editor that is what a test says.</summary>
    internal sealed class FakeEditor : IEditor
    {
        internal readonly List<string> Logged = new List<string>();
        internal readonly Dictionary<string, string> Variables = new Dictionary<string, string>();
        internal EditorFacts Now = new EditorFacts { IsFocused = true };
        internal int QueuedFrames;
        private readonly Dictionary<string, string> session = new Dictionary<string, string>();

        public bool IsImportWorker { get; set; }

        public bool IsMainProcess { get; set; } = true;

        public bool IsBatchMode { get; set; }

        public string DataPath { get; set; } = NewProject();

        public string[] Arguments { get; set; } = { "Unity", "-projectPath", "somewhere" };

        public EditorFacts Facts
        {
            get { return Now; }
        }

        public string Variable(string name)
        {
            string value;
            return Variables.TryGetValue(name, out value) ? value : null;
        }

        public string Recall(string key)
        {
            string value;
            return session.TryGetValue(key, out value) ? value : "";
        }

        public void Remember(string key, string value)
        {
            session[key] = value;
        }

        public void Log(LinkLogLevel level, string text)
        {
            Logged.Add(level + " " + text);
        }

        public void QueueFrame()
        {
            QueuedFrames++;
        }

        /// <summary>The Assets folder of a project that nobody else has.</summary>
        internal static string NewProject()
        {
            string project = Path.Combine(Path.GetTempPath(), "framewire-editor-" + Guid.NewGuid().ToString("N"));
            string assets = Path.Combine(project, "Assets");
            Directory.CreateDirectory(assets);
            AppDomain.CurrentDomain.ProcessExit += (sender, arguments) => Directory.Delete(project, true);
            return assets;
        }
    }

    /// <summary>What is marked in given types.</summary>
    internal sealed class FakeMarked : IMarkedMembers
    {
        private const BindingFlags Any =
            BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

        private readonly Type[] types;

        internal FakeMarked(params Type[] types)
        {
            this.types = types;
        }

        public IEnumerable<MethodInfo> Links
        {
            get { return Methods(typeof(FramewireEditorLinkAttribute)); }
        }

        public IEnumerable<MethodInfo> HandlerMethods
        {
            get { return Methods(typeof(FramewireHandlerAttribute)); }
        }

        public IEnumerable<Type> HandlerTypes
        {
            get { return Array.FindAll(types, type => type.IsDefined(typeof(FramewireHandlerAttribute), false)); }
        }

        private IEnumerable<MethodInfo> Methods(Type mark)
        {
            foreach (Type type in types)
            {
                foreach (MethodInfo method in type.GetMethods(Any))
                {
                    if (method.IsDefined(mark, false))
                    {
                        yield return method;
                    }
                }
            }
        }
    }
}
