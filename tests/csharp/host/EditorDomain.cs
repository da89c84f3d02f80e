using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading;
using Framewire.Stubs;
using UnityEditor;
using UnityEditor.Compilation;

namespace Framewire.EditorHost
{
    /// <summary>
    /// The scripting domain of an editor, on the stubs of Unity: loads the assemblies of a project, runs what is marked
    /// InitializeOnLoad, and calls the hooks as Unity does, each list until one throws. Made in a domain of its own, and told
    /// from the one that stays.
    /// </summary>
    public sealed class EditorDomain : MarshalByRefObject
    {
        private readonly MainThreadContext context = new MainThreadContext();
        private volatile bool isStopping;

        public override object InitializeLifetimeService()
        {
            return null;
        }

        /// <summary>A domain with the files `assemblies`, for the project with the Assets folder `dataPath`.</summary>
        public static EditorDomain Make(string name, out AppDomain domain)
        {
            AppDomainSetup setup = new AppDomainSetup { ApplicationBase = AppDomain.CurrentDomain.BaseDirectory };
            domain = AppDomain.CreateDomain(name, null, setup);
            return (EditorDomain)domain.CreateInstanceAndUnwrap(Assembly.GetExecutingAssembly().FullName, typeof(EditorDomain).FullName);
        }

        /// <summary>What the editor is before any of its code runs. `session`: what outlives the domain.</summary>
        public void Prepare(string dataPath, ISession session)
        {
            EditorState.DataPath = dataPath;
            EditorState.Session = session;
        }

        /// <summary>Loads and initialises.</summary>
        public void Load(params string[] assemblies)
        {
            SynchronizationContext before = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(context);
            List<Assembly> loaded = new List<Assembly>();
            foreach (string name in assemblies)
            {
                loaded.Add(Assembly.LoadFrom(Path.Combine(AppDomain.CurrentDomain.BaseDirectory, name)));
            }
            EditorState.Indexed = loaded.ToArray();
            foreach (Type type in TypeCache.GetTypesWithAttribute<InitializeOnLoadAttribute>())
            {
                RuntimeHelpers.RunClassConstructor(type.TypeHandle);
            }
            SynchronizationContext.SetSynchronizationContext(before);
        }

        /// <summary>Once round the loop of the editor. What a list threw is told, and ends that list alone.</summary>
        public string Turn()
        {
            SynchronizationContext before = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(context);
            string thrown = Call(() => EditorApplication.update) + Call(TakeDelayed) + context.Turn();
            SynchronizationContext.SetSynchronizationContext(before);
            return thrown;
        }

        /// <summary>Turns until Stop, or until the domain ends.</summary>
        public void Run()
        {
            while (!isStopping)
            {
                Turn();
                if (EditorState.CompilationRequests != 0)
                {
                    EditorState.CompilationRequests = 0;
                    Reload.Reports.Print("compile", "");
                }
                Thread.Sleep(4);
            }
        }

        public void Stop()
        {
            isStopping = true;
        }

        public void BeforeReload()
        {
            AssemblyReloadEvents.RaiseBefore();
        }

        public void Quit()
        {
            EditorApplication.RaiseQuitting();
        }

        /// <summary>Calls what bears that attribute of newer editors, `OnCodeUnloading` and its like.</summary>
        public int Lifecycle(string attribute)
        {
            int called = 0;
            foreach (Assembly assembly in EditorState.Indexed)
            {
                foreach (Type type in assembly.GetTypes())
                {
                    foreach (MethodInfo method in type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                    {
                        if (Array.Exists(method.GetCustomAttributes(false), mark => mark.GetType().Name == attribute + "Attribute"))
                        {
                            method.Invoke(null, null);
                            called++;
                        }
                    }
                }
            }
            return called;
        }

        public void Compile(bool isRunning)
        {
            if (isRunning)
            {
                CompilationPipeline.RaiseStarted();
            }
            else
            {
                CompilationPipeline.RaiseFinished();
            }
        }

        /// <summary>Play mode begins, or has ended.</summary>
        public void Play(bool isRunning)
        {
            EditorState.IsPlaying = EditorState.IsPlayingOrWillChange = isRunning;
            EditorApplication.RaisePlayMode(isRunning ? PlayModeStateChange.EnteredPlayMode : PlayModeStateChange.EnteredEditMode);
        }

        /// <summary>Another extension that fails in that hook, before anybody else in its list has a turn.</summary>
        public void Spoil(bool isUpdate)
        {
            EditorApplication.CallbackFunction fail = () => throw new InvalidOperationException("another extension");
            if (isUpdate)
            {
                EditorApplication.update = fail + EditorApplication.update;
                return;
            }
            EditorApplication.CallbackFunction again = null;
            again = () =>
            {
                EditorApplication.delayCall = again + EditorApplication.delayCall;
                fail();
            };
            EditorApplication.delayCall = again + EditorApplication.delayCall;
        }

        /// <summary>Sets a field of EditorState.</summary>
        public void Set(string field, object value)
        {
            typeof(EditorState).GetField(field).SetValue(null, value);
        }

        public object Get(string field)
        {
            object value = typeof(EditorState).GetField(field).GetValue(null);
            List<string> lines = value as List<string>;
            return lines == null ? value : string.Join("\n", lines.ToArray());
        }

        /// <summary>What the window and the page of settings draw.</summary>
        public string Draw()
        {
            const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.NonPublic;
            Type window = Type.GetType("Framewire.Editor.FramewireWindow, Framewire.Editor", true);
            window.GetMethod("OnGUI", Any).Invoke(Activator.CreateInstance(window, true), null);
            Type page = Type.GetType("Framewire.Editor.SettingsPage, Framewire.Editor", true);
            ((SettingsProvider)page.GetMethod("Make", Any).Invoke(null, null)).guiHandler("");
            return string.Join("\n", EditorState.Drawn.ToArray());
        }

        /// <summary>Whether this domain has any links.</summary>
        public string Links()
        {
            Type type = Type.GetType("Framewire.Editor.Bootstrap, Framewire.Editor", true);
            object links = type.GetProperty("Links", BindingFlags.Static | BindingFlags.NonPublic).GetValue(null, null);
            return links == null ? "none" : "some";
        }

        private static EditorApplication.CallbackFunction TakeDelayed()
        {
            EditorApplication.CallbackFunction taken = EditorApplication.delayCall;
            EditorApplication.delayCall = null;
            return taken;
        }

        private static string Call(Func<EditorApplication.CallbackFunction> list)
        {
            EditorApplication.CallbackFunction called = list();
            try
            {
                if (called != null)
                {
                    called();
                }
                return "";
            }
            catch (InvalidOperationException error)
            {
                return error.Message + ";";
            }
        }
    }

    /// <summary>Posts from any thread, run once round the loop.</summary>
    internal sealed class MainThreadContext : SynchronizationContext
    {
        private readonly object gate = new object();
        private List<KeyValuePair<SendOrPostCallback, object>> posts = new List<KeyValuePair<SendOrPostCallback, object>>();

        public override void Post(SendOrPostCallback callback, object state)
        {
            lock (gate)
            {
                posts.Add(new KeyValuePair<SendOrPostCallback, object>(callback, state));
            }
        }

        internal string Turn()
        {
            List<KeyValuePair<SendOrPostCallback, object>> taken;
            lock (gate)
            {
                taken = posts;
                posts = new List<KeyValuePair<SendOrPostCallback, object>>();
            }
            foreach (KeyValuePair<SendOrPostCallback, object> post in taken)
            {
                post.Key(post.Value);
            }
            return "";
        }
    }
}
