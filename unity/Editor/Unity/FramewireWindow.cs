using System;
using System.Collections.Generic;
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
        private List<LinkView> views;

        [MenuItem("Window/Framewire")]
        private static void Open()
        {
            GetWindow<FramewireWindow>("Framewire");
        }

        private void OnInspectorUpdate()
        {
            views = null;
            Repaint();
        }

        private void OnGUI()
        {
            // Unity draws in two passes, which must find the same controls; the I/O thread does not wait for them.
            views = views ?? LinkView.Read();
            if (views.Count == 0)
            {
                GUILayout.Label(Bootstrap.Refusal ?? "No plugin declares a link: see [FramewireEditorLink].");
            }
            place = EditorGUILayout.BeginScrollView(place);
            views.ForEach(Show);
            EditorGUILayout.EndScrollView();
        }

        private static void Show(LinkView view)
        {
            GUILayout.Label(view.Shown.Name, EditorStyles.boldLabel);
            view.Lines.ForEach(line => GUILayout.Label(line));
            GUILayout.BeginHorizontal();
            Buttons(view);
            GUILayout.EndHorizontal();
            view.Log.ForEach(line => GUILayout.Label(line, EditorStyles.miniLabel));
        }

        private static void Buttons(LinkView view)
        {
            FramewireLink link = view.Link;
            if (link == null)
            {
                Button("Open", view.Shown.Open);
                return;
            }
            Button("Connect now", () => link.Connect());
            Button("Disconnect", () => link.Disconnect());
            if (view.IsPaused)
            {
                Button("Resume", () => link.Resume());
            }
            else
            {
                Button("Pause", () => link.Pause());
            }
            Button("Close", view.Shown.Close);
            Button("Clear log", view.Shown.Log.Clear);
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
