using System;

namespace Framewire.Samples.UnityMcpClient
{
    /// <summary>A tool that answers at once. It may run twice without harm, so after a reload it is simply run.</summary>
    [FramewireHandler("count_words")]
    public sealed class CountWordsTool : IResumableHandler
    {
        /// <summary>Counts.</summary>
        public void Handle(FramewireRequest request, JsonView parameters)
        {
            string text;
            if (!parameters.TryGetString("/text", out text))
            {
                request.RespondError("bad_parameters", "count_words needs `text`, a string.");
                return;
            }
            int words = text.Split((char[])null, StringSplitOptions.RemoveEmptyEntries).Length;
            request.Respond("{\"success\":true,\"data\":{\"words\":" + words + "}}");
        }

        /// <summary>Counts, in the domain after.</summary>
        public void Resume(FramewireRequest request, ResumeNote note)
        {
            Handle(request, note.Parameters);
        }
    }
}
