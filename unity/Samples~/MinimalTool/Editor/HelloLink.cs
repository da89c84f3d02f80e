using Framewire.Editor;
using UnityEngine;

namespace Framewire.Samples.MinimalTool
{
    /// <summary>Declares the link, and answers what only an editor can.</summary>
    internal static class HelloLink
    {
        [FramewireEditorLink]
        private static FramewireConfig Declare()
        {
            return new FramewireConfig("hello", "ws://127.0.0.1:9500") { Profile = LinkProfile.JsonRpc };
        }

        [FramewireHandler("project")]
        private static string Project(JsonView parameters)
        {
            return "{\"assets\":" + JsonStrings.Quote(Application.dataPath) + "}";
        }
    }
}
