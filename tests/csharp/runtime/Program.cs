using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Reflection;
using System.Threading;

namespace Framewire.Tests
{
    /// <summary>Marks a test: a static method without arguments that throws when it fails.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class TestAttribute : Attribute
    {
    }

    /// <summary>
    /// Runs the tests whose names contain one of the arguments; all, if there are none. Each has a thread of its own and a
    /// bound: a test that hangs has failed, and ends the run.
    /// </summary>
    public static class Program
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

        public static int Main(string[] words)
        {
            if (words.Length == 3 && words[0] == "--exit")
            {
                return ExitTests.Play(words[1], words[2]);
            }
            if (words.Length == 1 && words[0] == "--library")
            {
                return LibraryTests.Play();
            }
            if (words.Length == 1 && words[0] == "--freed")
            {
                return LibraryTests.WriteIntoFreedMemory();
            }
            int passed = 0;
            List<string> failed = new List<string>();
            foreach (MethodInfo test in Tests(words))
            {
                string name = test.DeclaringType.Name + "." + test.Name;
                Stopwatch clock = Stopwatch.StartNew();
                Exception failure = null;
                Thread thread = new Thread(() => failure = Run(test)) { IsBackground = true };
                thread.Start();
                bool hangs = !thread.Join(Patience);
                if (hangs)
                {
                    failure = new TimeoutException("no end after " + Patience);
                }
                Console.WriteLine((failure == null ? "ok     " : "FAILED ") + name + " (" + clock.ElapsedMilliseconds + " ms)");
                if (failure == null)
                {
                    passed++;
                    continue;
                }
                Console.WriteLine(failure);
                failed.Add(name);
                if (hangs)
                {
                    break;
                }
            }
            Server.EndAll();
            Console.WriteLine(passed + " passed, " + failed.Count + " failed");
            Console.Out.Flush();
            return failed.Count == 0 && passed != 0 ? 0 : 1;
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

        private static IEnumerable<MethodInfo> Tests(string[] words)
        {
            foreach (Type type in typeof(Program).Assembly.GetTypes())
            {
                foreach (MethodInfo method in type.GetMethods(BindingFlags.Static | BindingFlags.Public))
                {
                    string name = type.Name + "." + method.Name;
                    bool isWanted = words.Length == 0 || Array.Exists(words, word => name.Contains(word));
                    if (isWanted && method.IsDefined(typeof(TestAttribute), false))
                    {
                        yield return method;
                    }
                }
            }
        }
    }
}
