using System;
using Framewire.Editor;

namespace Framewire.Tests
{
    /// <summary>A plugin as people write them.</summary>
    internal static class Plugin
    {
        [FramewireEditorLink]
        private static FramewireConfig Declare()
        {
            return new FramewireConfig("plugin", "ws://127.0.0.1:1") { Profile = LinkProfile.JsonRpc, HoldMs = 300000 };
        }

        [FramewireHandler("greet")]
        private static string Greet(JsonView parameters)
        {
            string to;
            parameters.TryGetString("/to", out to);
            return "{\"greeting\":\"hello " + to + "\"}";
        }

        /// <summary>Never answers, and cannot be resumed.</summary>
        [FramewireHandler("leave")]
        private static void Leave(FramewireRequest request, JsonView parameters)
        {
        }
    }

    /// <summary>Answers from the note that the domain before has left.</summary>
    [FramewireHandler("finish")]
    public sealed class Finisher : IResumableHandler
    {
        public void Handle(FramewireRequest request, JsonView parameters)
        {
            request.Defer(300000, "half done");
        }

        public void Resume(FramewireRequest request, ResumeNote note)
        {
            request.Respond("{\"note\":\"" + note.ToString() + "\"}");
        }
    }

    /// <summary>Has the editor turn inside of it.</summary>
    internal static class Dialog
    {
        internal static FakeDomain Domain;

        [FramewireHandler("dialog")]
        private static string Show(JsonView parameters)
        {
            for (int i = 0; i < 20; i++)
            {
                Domain.Turn();
            }
            return "{}";
        }
    }

    internal sealed class Wrong
    {
        [FramewireEditorLink]
        private FramewireConfig NotStatic()
        {
            return null;
        }

        [FramewireEditorLink]
        private static FramewireConfig Throws()
        {
            throw new InvalidOperationException("on purpose");
        }

        [FramewireEditorLink]
        private static FramewireConfig Off()
        {
            return null;
        }

        [FramewireEditorLink]
        private static FramewireConfig Taken()
        {
            return new FramewireConfig("plugin", "ws://127.0.0.1:1") { Profile = LinkProfile.JsonRpc };
        }

        [FramewireHandler("bad")]
        private static int BadHandler(int number)
        {
            return number;
        }
    }
}
