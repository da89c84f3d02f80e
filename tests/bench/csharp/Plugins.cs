using System;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Framewire.Bench
{
    /// <summary>A plugin that answers `echo`, a frame at a time.</summary>
    public abstract class Plugin : MarshalByRefObject
    {
        private const int FrameMs = 4;

        private readonly Stopwatch clock = Stopwatch.StartNew();
        private volatile bool isStopping;
        private long firstAnswerNs;

        public override object InitializeLifetimeService()
        {
            return null;
        }

        public long FirstAnswerNs
        {
            get { return Volatile.Read(ref firstAnswerNs); }
        }

        public void Stop()
        {
            isStopping = true;
        }

        public void Run(string url)
        {
            Open(url);
            while (!isStopping)
            {
                Frame();
                Thread.Sleep(FrameMs);
            }
            End();
        }

        protected void Answered()
        {
            if (firstAnswerNs == 0)
            {
                Volatile.Write(ref firstAnswerNs, (long)(clock.ElapsedTicks * (1e9 / Stopwatch.Frequency)));
            }
        }

        protected abstract void Open(string url);

        protected abstract void Frame();

        protected abstract void End();
    }

    /// <summary>On a link, which is there before and after.</summary>
    public sealed class NativePlugin : Plugin
    {
        private FramewireLink link;

        protected override void Open(string url)
        {
            link = FramewireLink.Open(new FramewireConfig("bench", url) { Profile = LinkProfile.JsonRpc });
        }

        protected override void Frame()
        {
            foreach (FramewireEvent item in link.Poll())
            {
                if (item.IsRequest && item.Request.Respond(item.Data).IsDone)
                {
                    Answered();
                }
            }
        }

        protected override void End()
        {
            link.Detach();
        }
    }

    /// <summary>On a ClientWebSocket, which dies with its domain; connects again at once.</summary>
    public sealed class ManagedPlugin : Plugin
    {
        private readonly ArraySegment<byte> buffer = new ArraySegment<byte>(new byte[65536]);
        private ClientWebSocket socket;
        private Task<WebSocketReceiveResult> receive;

        protected override void Open(string url)
        {
            socket = new ClientWebSocket();
            socket.ConnectAsync(new Uri(url), CancellationToken.None).Wait();
            receive = socket.ReceiveAsync(buffer, CancellationToken.None);
        }

        protected override void Frame()
        {
            while (receive.IsCompleted && receive.Status == TaskStatus.RanToCompletion)
            {
                string text = Encoding.UTF8.GetString(buffer.Array, 0, receive.Result.Count);
                string id = text.Substring(text.IndexOf("\"id\":", StringComparison.Ordinal) + 6).Split('"')[0];
                string answer = "{\"jsonrpc\":\"2.0\",\"id\":\"" + id + "\",\"result\":{\"a\":1}}";
                ArraySegment<byte> bytes = new ArraySegment<byte>(Encoding.UTF8.GetBytes(answer));
                socket.SendAsync(bytes, WebSocketMessageType.Text, true, CancellationToken.None).Wait();
                Answered();
                receive = socket.ReceiveAsync(buffer, CancellationToken.None);
            }
        }

        protected override void End()
        {
            // As before a reload: there is no time for a closing handshake.
            socket.Abort();
            socket.Dispose();
        }
    }
}
