using System.IO;
using UnityEditor;
using UnityEngine;

namespace Framewire.Editor
{
    /// <summary>Project Settings > Framewire.</summary>
    /// <remarks>SettingsProvider and EditorGUILayout: Unity Scripting API.</remarks>
    internal static class SettingsPage
    {
        [SettingsProvider]
        private static SettingsProvider Make()
        {
            return new SettingsProvider("Project/Framewire", SettingsScope.Project) { label = "Framewire", guiHandler = Show };
        }

        private static void Show(string search)
        {
            LinkSettings settings = Bootstrap.Settings;
            if (settings == null)
            {
                GUILayout.Label(Bootstrap.Refusal);
                return;
            }
            EditorGUI.BeginChangeCheck();
            settings.IsEnabled = EditorGUILayout.Toggle("Open links", settings.IsEnabled);
            settings.IsWakeful = EditorGUILayout.Toggle("Wake without focus", settings.IsWakeful);
            settings.ConsoleLevel = (LinkLogLevel)EditorGUILayout.EnumPopup("Console", settings.ConsoleLevel);
            foreach (EditorLink link in Bootstrap.Links.All)
            {
                settings.SetUrl(link.Name, EditorGUILayout.TextField("Address of " + link.Name, settings.Url(link.Name) ?? ""));
            }
            if (EditorGUI.EndChangeCheck())
            {
                Write(settings);
            }
            GUILayout.Label("They are this machine's own (UserSettings/Framewire.txt), and count from the next domain reload on.");
        }

        private static void Write(LinkSettings settings)
        {
            try
            {
                settings.Write();
            }
            catch (IOException error)
            {
                Debug.LogError("Framewire could not keep its settings: " + error.Message);
            }
        }
    }
}
