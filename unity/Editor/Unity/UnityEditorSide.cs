using System;
using UnityEditor;
using UnityEditor.MPE;
using UnityEditorInternal;
using UnityEngine;

namespace Framewire.Editor
{
    /// <summary>Unity's answers.</summary>
    internal sealed class UnityEditorSide : IEditor
    {
        public bool IsImportWorker
        {
            get { return AssetDatabase.IsAssetImportWorkerProcess(); }
        }

        public bool IsMainProcess
        {
            get { return ProcessService.level == ProcessLevel.Main; }
        }

        public bool IsBatchMode
        {
            get { return Application.isBatchMode; }
        }

        public string DataPath
        {
            get { return Application.dataPath; }
        }

        public string[] Arguments
        {
            get { return Environment.GetCommandLineArgs(); }
        }

        public EditorFacts Facts
        {
            get
            {
                return new EditorFacts
                {
                    IsCompiling = EditorApplication.isCompiling,
                    IsUpdating = EditorApplication.isUpdating,
                    IsPlaying = EditorApplication.isPlaying,
                    IsPlayingOrWillChange = EditorApplication.isPlayingOrWillChangePlaymode,
                    HasCompileErrors = EditorUtility.scriptCompilationFailed,
                    IsFocused = InternalEditorUtility.isApplicationActive,
                };
            }
        }

        public string Variable(string name)
        {
            return Environment.GetEnvironmentVariable(name);
        }

        public string Recall(string key)
        {
            return SessionState.GetString(key, "");
        }

        public void Remember(string key, string value)
        {
            SessionState.SetString(key, value);
        }

        public void QueueFrame()
        {
            EditorApplication.QueuePlayerLoopUpdate();
        }

        // Debug.Log, LogWarning, LogError: Unity Scripting API, class UnityEngine.Debug.
        public void Log(LinkLogLevel level, string text)
        {
            if (level == LinkLogLevel.Error)
            {
                Debug.LogError(text);
            }
            else if (level == LinkLogLevel.Warn)
            {
                Debug.LogWarning(text);
            }
            else
            {
                Debug.Log(text);
            }
        }
    }
}
