using System;
using System.Reflection;
using System.Text;
using System.Threading.Tasks;

namespace Framewire
{
    /// <summary>Makes handlers of what bears FramewireHandlerAttribute.</summary>
    internal static class MarkedHandlers
    {
        private const BindingFlags Any =
            BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

        private const string Forms =
            "It must be static and one of: void (FramewireRequest, JsonView); string (JsonView); "
            + "Task (FramewireRequest, string); Task<string> (FramewireRequest, string).";

        internal static void Add(RequestRouter router, Assembly assembly)
        {
            StringBuilder refused = new StringBuilder();
            foreach (Type type in TypesOf(assembly))
            {
                if (type.IsDefined(typeof(FramewireHandlerAttribute), false))
                {
                    Try(() => Add(router, type), refused);
                }
                foreach (MethodInfo method in type.GetMethods(Any))
                {
                    if (method.IsDefined(typeof(FramewireHandlerAttribute), false))
                    {
                        Try(() => Add(router, method), refused);
                    }
                }
            }
            if (refused.Length != 0)
            {
                throw new ArgumentException(refused.ToString());
            }
        }

        /// <summary>A wrong handler takes no other with it.</summary>
        private static void Try(Action add, StringBuilder refused)
        {
            try
            {
                add();
            }
            catch (ArgumentException error)
            {
                refused.AppendLine(error.Message);
            }
        }

        /// <summary>Those that can be loaded: an assembly may know types of a package that is not installed.</summary>
        private static Type[] TypesOf(Assembly assembly)
        {
            try
            {
                return assembly.GetTypes();
            }
            catch (ReflectionTypeLoadException error)
            {
                return Array.FindAll(error.Types, type => type != null);
            }
        }

        internal static void Add(RequestRouter router, Type type)
        {
            bool canBeMade = !type.IsAbstract && !type.ContainsGenericParameters && type.GetConstructor(Type.EmptyTypes) != null;
            if (!typeof(IRequestHandler).IsAssignableFrom(type) || !canBeMade)
            {
                throw new ArgumentException(
                    "The handler " + type + " must be a class that is an IRequestHandler and has a public constructor without arguments.");
            }
            IRequestHandler handler = Make(type);
            foreach (FramewireHandlerAttribute mark in type.GetCustomAttributes(typeof(FramewireHandlerAttribute), false))
            {
                router.Add(mark.Method, handler);
            }
        }

        private static IRequestHandler Make(Type type)
        {
            try
            {
                return (IRequestHandler)Activator.CreateInstance(type);
            }
            catch (TargetInvocationException error)
            {
                throw new ArgumentException("The constructor of the handler " + type + " failed: " + error.InnerException, error.InnerException);
            }
        }

        internal static void Add(RequestRouter router, MethodInfo method)
        {
            foreach (FramewireHandlerAttribute mark in method.GetCustomAttributes(typeof(FramewireHandlerAttribute), false))
            {
                Add(router, method, mark.Method);
            }
        }

        private static void Add(RequestRouter router, MethodInfo method, string name)
        {
            RequestHandler plain = As<RequestHandler>(method);
            ResultHandler result = As<ResultHandler>(method);
            AsyncRequestHandler withResult = As<AsyncRequestHandler>(method);
            // A task with another result is a wrong form: nobody would see that result.
            bool hasResult = method.ReturnType != typeof(Task);
            var withoutResult = hasResult ? null : As<Func<FramewireRequest, string, Task>>(method);
            if (plain != null)
            {
                router.Add(name, plain);
            }
            else if (result != null)
            {
                router.AddResult(name, result);
            }
            else if (withResult != null)
            {
                router.AddAsync(name, withResult);
            }
            else if (withoutResult != null)
            {
                router.AddAsync(name, (request, parameters) => WithoutResult(withoutResult(request, parameters)));
            }
            else
            {
                throw new ArgumentException("The handler " + method.DeclaringType + "." + method.Name + " has a wrong form. " + Forms);
            }
        }

        private static T As<T>(MethodInfo method)
            where T : class
        {
            bool canBeCalled = method.IsStatic && !method.ContainsGenericParameters;
            return canBeCalled ? Delegate.CreateDelegate(typeof(T), method, false) as T : null;
        }

        private static async Task<string> WithoutResult(Task task)
        {
            await (task ?? throw new InvalidOperationException("The handler returned no Task: make it async, or return one."));
            return null;
        }
    }
}
