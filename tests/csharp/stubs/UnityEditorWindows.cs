using System;
using Framewire.Stubs;
using UnityEngine;

namespace UnityEditor
{
    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
    public sealed class MenuItem : Attribute
    {
        public MenuItem(string itemName)
        {
        }
    }

    public class EditorWindow : ScriptableObject
    {
        public static T GetWindow<T>(string title)
            where T : EditorWindow, new()
        {
            return new T();
        }

        public void Repaint()
        {
        }
    }

    public enum SettingsScope
    {
        User,
        Project,
    }

    [AttributeUsage(AttributeTargets.Method)]
    public class SettingsProviderAttribute : Attribute
    {
    }

    public class SettingsProvider
    {
        public SettingsProvider(string path, SettingsScope scopes, System.Collections.Generic.IEnumerable<string> keywords = null)
        {
        }

        public string label { get; set; }

        public Action<string> guiHandler { get; set; }
    }

    public sealed class EditorStyles
    {
        public static GUIStyle boldLabel
        {
            get { return null; }
        }

        public static GUIStyle miniLabel
        {
            get { return null; }
        }
    }

    public sealed class EditorGUI
    {
        public static void BeginChangeCheck()
        {
        }

        public static bool EndChangeCheck()
        {
            return false;
        }
    }

    public sealed class EditorGUILayout
    {
        public static Vector2 BeginScrollView(Vector2 scrollPosition, params GUILayoutOption[] options)
        {
            return scrollPosition;
        }

        public static void EndScrollView()
        {
        }

        public static bool Toggle(string label, bool value, params GUILayoutOption[] options)
        {
            EditorState.Drawn.Add(label);
            return value;
        }

        public static string TextField(string label, string text, params GUILayoutOption[] options)
        {
            EditorState.Drawn.Add(label);
            return text;
        }

        public static Enum EnumPopup(string label, Enum selected, params GUILayoutOption[] options)
        {
            EditorState.Drawn.Add(label);
            return selected;
        }
    }
}
