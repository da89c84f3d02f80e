using System.Security.Cryptography;
using System.Text;

namespace Framewire.Samples.UnityMcpClient
{
    /// <summary>What a unity-mcp server is told of the editor at each connection.</summary>
    internal static class UnityMcpHello
    {
        /// <summary>
        /// `assets`: path of the Assets folder, which names the project to the server. The tools are those of this sample: each
        /// becomes a tool of the server's MCP clients.
        /// </summary>
        internal static string Json(string assets, string projectName, string unityVersion)
        {
            JsonWriter json = new JsonWriter().BeginObject()
                .Name("project_hash").Value(Hash(assets))
                .Name("project_name").Value(projectName)
                .Name("unity_version").Value(unityVersion)
                .Name("project_path").Value(assets)
                .Name("tools").BeginArray();
            Tool(json, "count_words", "Counts the words of a text.", "text", "The text.");
            Tool(json, "recompile", "Compiles all scripts and loads them anew; answers when that is done.", null, null);
            return json.EndArray().EndObject().ToString();
        }

        /// <summary>The servers tell projects apart by the first 16 hex digits of the path's SHA-1.</summary>
        internal static string Hash(string assets)
        {
            StringBuilder digits = new StringBuilder();
            using (SHA1 sha = SHA1.Create())
            {
                byte[] hash = sha.ComputeHash(Encoding.UTF8.GetBytes(assets));
                for (int i = 0; i < 8; i++)
                {
                    digits.Append(hash[i].ToString("x2"));
                }
            }
            return digits.ToString();
        }

        private static void Tool(JsonWriter json, string name, string description, string parameter, string meaning)
        {
            json.BeginObject().Name("name").Value(name).Name("description").Value(description).Name("parameters").BeginArray();
            if (parameter != null)
            {
                json.BeginObject().Name("name").Value(parameter).Name("type").Value("string").Name("required").Value(true)
                    .Name("description").Value(meaning).EndObject();
            }
            json.EndArray().EndObject();
        }
    }
}
