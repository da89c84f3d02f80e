using System;
using System.Collections.Generic;
using System.Reflection;

namespace Framewire.Editor
{
    /// <summary>Makes links of what the assemblies declare. What cannot be used is told, and costs the others nothing.</summary>
    internal static class Declarations
    {
        internal static List<EditorLink> Read(IMarkedMembers marked, IEditor editor, LinkSettings settings)
        {
            List<EditorLink> links = new List<EditorLink>();
            foreach (MethodInfo method in marked.Links)
            {
                try
                {
                    FramewireConfig config = Configuration(method, editor);
                    if (config != null && IsNew(config, method, links, editor))
                    {
                        links.Add(Link(config, method, marked, editor, settings));
                    }
                }
                catch (Exception error)
                {
                    // A signature may name a type of an assembly that is not there.
                    editor.Log(LinkLogLevel.Error, Place(method) + " declared no link: " + error);
                }
            }
            return links;
        }

        private static bool IsNew(FramewireConfig config, MethodInfo method, List<EditorLink> links, IEditor editor)
        {
            if (string.IsNullOrEmpty(config.Name))
            {
                editor.Log(LinkLogLevel.Error, Place(method) + ": the link has no name. Set Name of the FramewireConfig.");
                return false;
            }
            if (links.Exists(link => link.Name == config.Name))
            {
                editor.Log(LinkLogLevel.Error, Place(method) + ": there is a link '" + config.Name + "' already. Choose another name.");
                return false;
            }
            return true;
        }

        private static EditorLink Link(
            FramewireConfig config, MethodInfo method, IMarkedMembers marked, IEditor editor, LinkSettings settings)
        {
            RequestRouter router = new RequestRouter();
            router.Failed = (request, error) => editor.Log(LinkLogLevel.Error, "A handler failed: " + error);
            AddHandlers(router, marked, method.DeclaringType.Assembly, editor);
            return new EditorLink(Completed(config, method, editor, settings), router, editor, settings);
        }

        private static FramewireConfig Configuration(MethodInfo method, IEditor editor)
        {
            bool isUsable = method.IsStatic && !method.ContainsGenericParameters && method.GetParameters().Length == 0;
            if (!isUsable || method.ReturnType != typeof(FramewireConfig))
            {
                editor.Log(LinkLogLevel.Error, Place(method) + " must be static, take nothing and return a FramewireConfig.");
                return null;
            }
            try
            {
                return (FramewireConfig)method.Invoke(null, null);
            }
            catch (TargetInvocationException error)
            {
                editor.Log(LinkLogLevel.Error, Place(method) + " declared no link: " + error.InnerException);
                return null;
            }
        }

        /// <summary>What the plugin left open, and what the user has set.</summary>
        private static FramewireConfig Completed(FramewireConfig config, MethodInfo method, IEditor editor, LinkSettings settings)
        {
            // A link is found again by name and owner: the owner must be the same in every domain, and no one else's.
            config.Owner = config.Owner ?? method.DeclaringType.Assembly.GetName().Name + " in " + editor.DataPath;
            config.Url = settings.Url(config.Name) ?? config.Url;
            return config;
        }

        private static void AddHandlers(RequestRouter router, IMarkedMembers marked, Assembly assembly, IEditor editor)
        {
            foreach (MethodInfo method in marked.HandlerMethods)
            {
                if (method.DeclaringType.Assembly == assembly)
                {
                    Add(() => router.AddMarked(method), editor);
                }
            }
            foreach (Type type in marked.HandlerTypes)
            {
                if (type.Assembly == assembly)
                {
                    Add(() => router.AddMarked(type), editor);
                }
            }
        }

        private static void Add(Action add, IEditor editor)
        {
            try
            {
                add();
            }
            catch (ArgumentException error)
            {
                editor.Log(LinkLogLevel.Error, error.Message);
            }
            catch (Exception error)
            {
                editor.Log(LinkLogLevel.Error, "A handler could not be made: " + (error.InnerException ?? error));
            }
        }

        private static string Place(MethodInfo method)
        {
            return method.DeclaringType + "." + method.Name;
        }
    }
}
