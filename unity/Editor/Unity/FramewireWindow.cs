using System;
using UnityEditor;
using UnityEngine;

namespace Framewire.Editor
{
    /// <summary>Shows the links of this project: how each stands, what it counted, its log.</summary>
    /// <remarks>
    /// EditorWindow with its messages OnGUI and OnInspectorUpdate (ten times a second), GUILayout, EditorGUILayout,
    /// EditorStyles: Unity Scripting API, immediate mode GUI.
    /// </remarks>
    internal sealed class FramewireWindow : EditorWindow
    {
        private Vector2 place;

        [MenuItem("Window/Framewire")]
        private static void Open()
        {
            GetWindow<FramewireWindow>("Framewire");
        }

        private void OnInspectorUpdate()
        {
            Repaint();
        }

        private void OnGUI()
        {
            EditorLink[] links = Bootstrap.Links == null ? new EditorLink[0] : Bootstrap.Links.All;
            if (links.Length == 0)
            {
                GUILayout.Label(Bootstrap.Refusal ?? "No plugin declares a link: see [FramewireEditorLink].");
            }
            place = EditorGUILayout.BeginScrollView(place);
            Array.ForEach(links, Show);
            EditorGUILayout.EndScrollView();
        }

        private static void Show(EditorLink shown)
        {
            GUILayout.Label(shown.Name, EditorStyles.boldLabel);
            StatusText.Lines(shown).ForEach(line => GUILayout.Label(line));
            GUILayout.BeginHorizontal();
            Buttons(shown);
            GUILayout.EndHorizontal();
            foreach (string line in shown.Log.Lines)
            {
                GUILayout.Label(line, EditorStyles.miniLabel);
            }
        }

        private static void Buttons(EditorLink shown)
        {
            FramewireLink link = shown.Link;
            LinkState state = default;
            if (link == null || link.TryGetState(out state) != LinkStatus.Ok)
            {
                Button("Open", shown.Open);
                return;
            }
            Button("Connect now", () => link.Connect());
            Button("Disconnect", () => link.Disconnect());
            if (state.PauseDepth == 0)
            {
                Button("Pause", () => link.Pause());
            }
            else
            {
                Button("Resume", () => link.Resume());
            }
            Button("Close", shown.Close);
            Button("Clear log", shown.Log.Clear);
        }

        private static void Button(string text, Action action)
        {
            if (GUILayout.Button(text))
            {
                action();
            }
        }
    }
}
