using System;
using System.Collections.Concurrent;
using System.IO;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Framewire.Samples.UnityMcpClient;
using UnityEditor;
using UnityEngine;

namespace Framewire.Managed
{
    /// <summary>
    /// The usual way, to be measured beside the package: a ClientWebSocket of the domain, closed before each reload as it
    /// could not outlive it, opened again by the first frame after. Calls are answered from `update`.
    /// </summary>
    [InitializeOnLoad]
    internal static class ManagedLink
    {
        private static readonly ConcurrentQueue<string> received = new ConcurrentQueue<string>();
        private static readonly SemaphoreSlim sending = new SemaphoreSlim(1);
        private static readonly CancellationTokenSource end = new CancellationTokenSource();
        private static ClientWebSocket socket;
        private static Task running;

        static ManagedLink()
        {
            EditorApplication.update += Update;
            AssemblyReloadEvents.beforeAssemblyReload += Stop;
            AppDomain.CurrentDomain.DomainUnload += (sender, arguments) => Stop();
        }

        private static void Update()
        {
            if (running == null)
            {
                string url = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Application.dataPath), "url.txt"));
                string hello = UnityMcpHello.Json(Application.dataPath, Application.productName, Application.unityVersion);
                int tools = hello.IndexOf("\"tools\"", StringComparison.Ordinal);
                running = Task.Run(() => Run(url, Message("register", hello.Substring(1)), Message("register_tools", hello.Substring(tools))));
            }
            string text;
            while (received.TryDequeue(out text))
            {
                Answer(text);
            }
        }

        private static void Stop()
        {
            end.Cancel();
            ClientWebSocket old = socket;
            if (old != null)
            {
                old.Abort();
            }
        }

        private static async Task Run(string url, string register, string tools)
        {
            byte[] buffer = new byte[65536];
            while (!end.IsCancellationRequested)
            {
                try
                {
                    socket = new ClientWebSocket();
                    await socket.ConnectAsync(new Uri(url), end.Token).ConfigureAwait(false);
                    await Send(register).ConfigureAwait(false);
                    for (;;)
                    {
                        WebSocketReceiveResult result = await socket.ReceiveAsync(new ArraySegment<byte>(buffer), end.Token).ConfigureAwait(false);
                        string text = Encoding.UTF8.GetString(buffer, 0, result.Count);
                        if (Has(text, "registered"))
                        {
                            await Send(tools).ConfigureAwait(false);
                        }
                        received.Enqueue(text);
                    }
                }
                catch (Exception)
                {
                    // Whatever it was: once more, at once.
                    Thread.Sleep(10);
                }
            }
        }

        private static string Message(string type, string members)
        {
            return "{\"type\":\"" + type + "\"," + members;
        }

        private static void Answer(string text)
        {
            if (Has(text, "execute"))
            {
                int words = Member(text, "text").Split((char[])null, StringSplitOptions.RemoveEmptyEntries).Length;
                string answer = "{\"success\":true,\"data\":{\"words\":" + words + "}}";
                Send("{\"type\":\"command_result\",\"id\":\"" + Member(text, "id") + "\",\"result\":" + answer + "}").Wait(1000);
            }
        }

        private static async Task Send(string text)
        {
            await sending.WaitAsync().ConfigureAwait(false);
            try
            {
                ArraySegment<byte> bytes = new ArraySegment<byte>(Encoding.UTF8.GetBytes(text));
                await socket.SendAsync(bytes, WebSocketMessageType.Text, true, end.Token).ConfigureAwait(false);
            }
            finally
            {
                sending.Release();
            }
        }

        private static bool Has(string text, string type)
        {
            return Member(text, "type") == type;
        }

        /// <summary>A string of a message whose texts hold no quotes.</summary>
        private static string Member(string text, string name)
        {
            int at = text.IndexOf("\"" + name + "\"", StringComparison.Ordinal);
            if (at < 0)
            {
                return "";
            }
            int first = text.IndexOf('"', text.IndexOf(':', at)) + 1;
            return text.Substring(first, text.IndexOf('"', first) - first);
        }
    }
}
