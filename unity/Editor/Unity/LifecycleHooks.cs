#if UNITY_6000_5_OR_NEWER
using Unity.Scripting.LifecycleManagement;

namespace Framewire.Editor
{
    /// <summary>
    /// The hooks of newer editors, beside those of all. Each may come before, after or instead of its elder: what they call
    /// counts once.
    /// </summary>
    /// <remarks>Unity Manual 6000.5, "Code lifecycle": static void methods of a static partial class.</remarks>
    internal static partial class LifecycleHooks
    {
        [OnCodeLoaded]
        private static void Loaded()
        {
            // The engine may not be there yet. What a domain that could not say goodbye has left is found by the attach.
        }

        [OnCodeInitializing]
        private static void Initializing()
        {
            Bootstrap.Start();
        }

        [OnCodeDeinitializing]
        private static void Deinitializing()
        {
            Bootstrap.Reload();
        }

        /// <summary>Also comes when the editor ends; the links know by then, from `quitting`.</summary>
        [OnCodeUnloading]
        private static void Unloading()
        {
            Bootstrap.Reload();
        }
    }
}
#endif
