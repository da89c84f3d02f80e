using System;
using System.Collections.Generic;
using System.Reflection;
using System.Threading;

namespace Framewire.Tests
{
    /// <summary>Marks a test: a static method without arguments that throws when it fails.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class TestAttribute : Attribute
    {
    }

    /// <summary>Runs the tests whose names contain one of the arguments; all, if there are none. Each has a bound.</summary>
    public static class Program
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

        public static int Main(string[] words)
        {
            int passed = 0, failed = 0;
            foreach (Type type in typeof(Program).Assembly.GetTypes())
            {
                foreach (MethodInfo test in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
                {
                    string name = type.Name + "." + test.Name;
                    bool isWanted = words.Length == 0 || Array.Exists(words, word => name.Contains(word));
                    if (!isWanted || !test.IsDefined(typeof(TestAttribute), false))
                    {
                        continue;
                    }
                    Exception failure = new TimeoutException("no end after " + Patience);
                    Thread thread = new Thread(() => failure = Run(test)) { IsBackground = true };
                    thread.Start();
                    thread.Join(Patience);
                    // Links that it left behind are in the way of the next test's.
                    FramewireLibrary.Shutdown(2000);
                    passed += failure == null ? 1 : 0;
                    failed += failure == null ? 0 : 1;
                    Console.WriteLine(failure == null ? "ok     " + name : "FAILED " + name + "\n" + failure);
                }
            }
            Server.EndAll();
            Console.WriteLine(passed + " passed, " + failed + " failed");
            Console.Out.Flush();
            // A test that hangs may hold a domain: nothing of it is waited for.
            Environment.Exit(failed == 0 && passed != 0 ? 0 : 1);
            return 0;
        }

        private static Exception Run(MethodInfo test)
        {
            try
            {
                test.Invoke(null, null);
                return null;
            }
            catch (TargetInvocationException error)
            {
                return error.InnerException;
            }
        }
    }
}
