using System;
using System.Collections.Generic;
using System.Reflection;
using Framewire.Stubs;

namespace UnityEditor
{
    [AttributeUsage(AttributeTargets.Class)]
    public class InitializeOnLoadAttribute : Attribute
    {
    }

    public enum PlayModeStateChange
    {
        EnteredEditMode,
        ExitingEditMode,
        EnteredPlayMode,
        ExitingPlayMode,
    }

    public sealed class EditorApplication
    {
        public delegate void CallbackFunction();

        public static CallbackFunction update;
        public static CallbackFunction delayCall;

        public static event Action quitting;

        public static event Action<PlayModeStateChange> playModeStateChanged;

        public static bool isCompiling
        {
            get { return EditorState.IsCompiling; }
        }

        public static bool isUpdating
        {
            get { return EditorState.IsUpdating; }
        }

        public static bool isPlaying
        {
            get { return EditorState.IsPlaying; }
            set { EditorState.IsPlaying = value; }
        }

        public static bool isPlayingOrWillChangePlaymode
        {
            get { return EditorState.IsPlayingOrWillChange; }
        }

        public static void QueuePlayerLoopUpdate()
        {
            EditorState.QueuedFrames++;
        }

        internal static void SignalTick()
        {
            System.Threading.Interlocked.Increment(ref EditorState.Signals);
        }

        /// <summary>What Unity itself calls.</summary>
        internal static void RaiseQuitting()
        {
            if (quitting != null)
            {
                quitting();
            }
        }

        internal static void RaisePlayMode(PlayModeStateChange change)
        {
            if (playModeStateChanged != null)
            {
                playModeStateChanged(change);
            }
        }
    }

    public static class AssemblyReloadEvents
    {
        public delegate void AssemblyReloadCallback();

        public static event AssemblyReloadCallback beforeAssemblyReload;

        internal static void RaiseBefore()
        {
            if (beforeAssemblyReload != null)
            {
                beforeAssemblyReload();
            }
        }
    }

    public class SessionState
    {
        public static string GetString(string key, string defaultValue)
        {
            return EditorState.Session.Get(key) ?? defaultValue;
        }

        public static void SetString(string key, string value)
        {
            EditorState.Session.Set(key, value);
        }
    }

    public class AssetDatabase
    {
        public static bool IsAssetImportWorkerProcess()
        {
            return EditorState.IsImportWorker;
        }
    }

    public class EditorUtility
    {
        public static bool scriptCompilationFailed
        {
            get { return EditorState.HasCompileErrors; }
        }
    }

    public static class TypeCache
    {
        public struct MethodCollection : IEnumerable<MethodInfo>
        {
            internal List<MethodInfo> Found;

            public IEnumerator<MethodInfo> GetEnumerator()
            {
                return Found.GetEnumerator();
            }

            System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator()
            {
                return Found.GetEnumerator();
            }
        }

        public struct TypeCollection : IEnumerable<Type>
        {
            internal List<Type> Found;

            public IEnumerator<Type> GetEnumerator()
            {
                return Found.GetEnumerator();
            }

            System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator()
            {
                return Found.GetEnumerator();
            }
        }

        public static MethodCollection GetMethodsWithAttribute<T>()
            where T : Attribute
        {
            const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic
                | BindingFlags.DeclaredOnly;
            List<MethodInfo> found = new List<MethodInfo>();
            foreach (Type type in Types())
            {
                found.AddRange(Array.FindAll(type.GetMethods(Any), method => method.IsDefined(typeof(T), false)));
            }
            return new MethodCollection { Found = found };
        }

        public static TypeCollection GetTypesWithAttribute<T>()
            where T : Attribute
        {
            return new TypeCollection { Found = Types().FindAll(type => type.IsDefined(typeof(T), false)) };
        }

        private static List<Type> Types()
        {
            List<Type> types = new List<Type>();
            foreach (Assembly assembly in EditorState.Indexed ?? AppDomain.CurrentDomain.GetAssemblies())
            {
                types.AddRange(assembly.GetTypes());
            }
            return types;
        }
    }
}

namespace UnityEditor.MPE
{
    public enum ProcessLevel
    {
        Main,
        Secondary,
    }

    public static class ProcessService
    {
        public static ProcessLevel level
        {
            get { return EditorState.IsSecondary ? ProcessLevel.Secondary : ProcessLevel.Main; }
        }
    }
}

namespace UnityEditor.Compilation
{
    public static class CompilationPipeline
    {
        public static event Action<object> compilationStarted;

        public static event Action<object> compilationFinished;

        public static void RequestScriptCompilation()
        {
            EditorState.CompilationRequests++;
        }

        internal static void RaiseStarted()
        {
            if (compilationStarted != null)
            {
                compilationStarted(null);
            }
        }

        internal static void RaiseFinished()
        {
            if (compilationFinished != null)
            {
                compilationFinished(null);
            }
        }
    }
}

namespace UnityEditorInternal
{
    public static class InternalEditorUtility
    {
        public static bool isApplicationActive
        {
            get { return EditorState.IsFocused; }
        }
    }
}
