using Framewire.Editor;
using UnityEditor;
using UnityEditor.Compilation;
using UnityEngine;

namespace Framewire.Samples.UnityMcpClient
{
    /// <summary>Makes this editor a client of the unity-mcp server at its usual address.</summary>
    [InitializeOnLoad]
    internal static class UnityMcpLink
    {
        static UnityMcpLink()
        {
            // RequestScriptCompilation: Unity Scripting API, class CompilationPipeline.
            RecompileTool.Begin = () => CompilationPipeline.RequestScriptCompilation();
            CompilationPipeline.compilationFinished += Finished;
        }

        [FramewireEditorLink]
        private static FramewireConfig Declare()
        {
            // productName, unityVersion: Unity Scripting API, class Application.
            return new FramewireConfig("unity-mcp", "ws://127.0.0.1:8080/hub/plugin")
            {
                Profile = LinkProfile.UnityMcp,
                Hello = UnityMcpHello.Json(Application.dataPath, Application.productName, Application.unityVersion),
            };
        }

        private static void Finished(object context)
        {
            if (EditorUtility.scriptCompilationFailed)
            {
                RecompileTool.Failed();
            }
        }
    }
}
