using System;
using System.Collections.Generic;

namespace Framewire.Samples.UnityMcpClient
{
    /// <summary>
    /// A tool that ends the domain it runs in: the answer to "recompile" comes from the domain that was made by it, and
    /// it is not done twice.
    /// </summary>
    [FramewireHandler("recompile")]
    public sealed class RecompileTool : IResumableHandler
    {
        private const uint PatienceMs = 600000;

        private static readonly List<FramewireRequest> waiting = new List<FramewireRequest>();

        /// <summary>Has the editor compile. Set by the part of this sample that knows the editor.</summary>
        internal static Action Begin { get; set; }

        /// <summary>Begins, and leaves word for the domain after.</summary>
        public void Handle(FramewireRequest request, JsonView parameters)
        {
            request.Defer(PatienceMs, "asked to compile");
            waiting.Add(request);
            Begin();
        }

        /// <summary>This is that domain.</summary>
        public void Resume(FramewireRequest request, ResumeNote note)
        {
            if (note.Text.IsEmpty)
            {
                request.RespondError("interrupted", "A reload came before the compilation was asked for. Ask again.");
                return;
            }
            request.Respond("{\"success\":true,\"message\":\"The scripts are compiled and loaded.\"}");
        }

        /// <summary>Scripts with errors are not loaded: no reload will come, and this domain answers.</summary>
        internal static void Failed()
        {
            foreach (FramewireRequest request in waiting)
            {
                request.RespondError("compile_errors", "The scripts have errors; the console lists them.");
            }
            waiting.Clear();
        }
    }
}
