using System;

namespace Framewire
{
    /// <summary>Answers that are given for a handler, in the words of each profile. A full outbox is tried again each frame.</summary>
    internal static class Answers
    {
        private const string Advice = " It may have run: look before you repeat it.";

        /// <summary>What a peer or a handler says is quoted up to here, in chars.</summary>
        private const int LongestQuote = 4096;

        internal static void Respond(FramewireRequest request, string json)
        {
            LinkStatus status = request.Respond(json).Status;
            if (status == LinkStatus.WouldBlock)
            {
                request.Link.Post(() => Respond(request, json));
            }
            else if (status == LinkStatus.Invalid || status == LinkStatus.TooLarge || status == LinkStatus.NoResources)
            {
                string what = json == null ? "gave no answer; it must be JSON, such as the word null" : "gave an answer that cannot be sent";
                Internal(request, "The handler " + what + ": " + status + "." + Advice);
            }
        }

        /// <summary>Nobody here knows the method. It did not run.</summary>
        internal static void Unknown(FramewireRequest request, string method)
        {
            string message = "This editor has no handler for '" + Quoted(method) + "'.";
            Error(request, "-32601", "UNKNOWN_COMMAND", "unknown_command", message, null);
        }

        /// <summary>The handler threw.</summary>
        internal static void Failed(FramewireRequest request, Exception error)
        {
            Internal(request, error.GetType().Name + ": " + Quoted(WordsOf(error)));
        }

        private static void Internal(FramewireRequest request, string message)
        {
            Error(request, "-32603", "INTERNAL_ERROR", "handler_failed", message, null);
        }

        /// <summary>The message is code of the exception's, and may fail like any.</summary>
        private static string WordsOf(Exception error)
        {
            try
            {
                return error.Message ?? string.Empty;
            }
            catch (Exception)
            {
                return "no message, for that failed too";
            }
        }

        /// <summary>Without what the library refuses in a text of its own: a NUL, or more than there is room for.</summary>
        private static string Quoted(string words)
        {
            string cut = words.Length > LongestQuote ? words.Substring(0, LongestQuote) + "..." : words;
            return cut.Replace('\0', '\uFFFD');
        }

        /// <summary>An earlier domain took it and nobody here can go on. Not safe to be repeated.</summary>
        internal static void Interrupted(FramewireRequest request)
        {
            // unity-mcp servers look whether an edit took effect where the words say that it was aborted.
            string message = "The call was interrupted by a domain reload of the editor, and so aborted." + Advice;
            const string data = "{\"reason\":\"interrupted_by_reload\",\"may_have_run\":true,\"retryable\":false}";
            Error(request, "-32015", "INTERRUPTED_BY_RELOAD", "interrupted_by_reload", message, data);
        }

        private static void Error(
            FramewireRequest request, string number, string godot, string unity, string message, string data)
        {
            string code = unity;
            if (request.Link.Profile == LinkProfile.JsonRpc)
            {
                code = number;
            }
            else if (request.Link.Profile == LinkProfile.GodotAi)
            {
                code = godot;
            }
            if (request.RespondError(code, message, data).WouldBlock)
            {
                request.Link.Post(() => Error(request, number, godot, unity, message, data));
            }
        }
    }
}
