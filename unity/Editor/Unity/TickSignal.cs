using System;
using System.Reflection;
using UnityEditor;

namespace Framewire.Editor
{
    /// <summary>
    /// The editor's own way to be told "make a frame", which any thread may use. It is internal, so it is looked for and done
    /// without where it is not found.
    /// </summary>
    /// <remarks>
    /// UnityCsReference, Editor/Mono/EditorApplication.bindings.cs: SignalTick, thread-safe. Its effect from a timer's thread,
    /// frames every 5 to 8 ms instead of 100 in an editor without focus, was measured in unity-cli-loop issue 2643.
    /// </remarks>
    internal static class TickSignal
    {
        /// <summary>The signal; null: this editor has none.</summary>
        internal static Action Find()
        {
            MethodInfo method = typeof(EditorApplication).GetMethod(
                "SignalTick", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic, null, Type.EmptyTypes, null);
            return method == null ? null : Delegate.CreateDelegate(typeof(Action), method, false) as Action;
        }
    }
}
