using Framewire.Stubs;

namespace UnityEngine
{
    public static class Application
    {
        public static bool isBatchMode
        {
            get { return EditorState.IsBatchMode; }
        }

        public static string dataPath
        {
            get { return EditorState.DataPath; }
        }

        public static string unityVersion
        {
            get { return "2021.3.0f1"; }
        }

        public static string productName
        {
            get { return "stub"; }
        }
    }

    public static class Debug
    {
        public static void Log(object message)
        {
            EditorState.Logged.Add("log " + message);
        }

        public static void LogWarning(object message)
        {
            EditorState.Logged.Add("warning " + message);
        }

        public static void LogError(object message)
        {
            EditorState.Logged.Add("error " + message);
        }
    }

    public struct Vector2
    {
    }

    public class ScriptableObject
    {
    }

    public class GUIStyle
    {
    }

    public class GUILayoutOption
    {
    }

    public static class GUILayout
    {
        public static void Label(string text, params GUILayoutOption[] options)
        {
            EditorState.Drawn.Add(text);
        }

        public static void Label(string text, GUIStyle style, params GUILayoutOption[] options)
        {
            EditorState.Drawn.Add(text);
        }

        public static bool Button(string text, params GUILayoutOption[] options)
        {
            EditorState.Drawn.Add("[" + text + "]");
            return EditorState.PressedButton == text;
        }

        public static void BeginHorizontal(params GUILayoutOption[] options)
        {
        }

        public static void EndHorizontal()
        {
        }
    }
}
