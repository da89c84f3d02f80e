using System;
using System.Collections.Generic;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Framewire.Bench
{
    /// <summary>
    /// Messages that arrive at a frame loop: garbage of all threads and CPU time of the frame thread for each.
    /// Arguments: framewire or managed, port, size, count.
    /// </summary>
    public static class MonoBench
    {
        private const int Warmup = 200;
        private static long allocatedHere;

        public static int Main(string[] arguments)
        {
            string url = "ws://127.0.0.1:" + arguments[1] + "/raw";
            int size = int.Parse(arguments[2]);
            int count = int.Parse(arguments[3]);
            List<long> times = new List<long>(count + Warmup);
            long allocated = arguments[0] == "framewire" ? Ours(url, size, count, times) : Managed(url, size, count, times);
            times.RemoveRange(0, Warmup);
            Measure.Print("garbage_bytes", allocated / (double)count);
            Measure.Print("garbage_here_bytes", allocatedHere / (double)count);
            Measure.PrintTimes(times);
            return 0;
        }

        private static string Order(int size, int count)
        {
            return "source " + size + " " + count;
        }

        private static long Ours(string url, int size, int count, List<long> times)
        {
            using (FramewireLink link = FramewireLink.Open(new FramewireConfig("bench", url)))
            {
                LinkState state = default;
                while (link.TryGetState(out state) == LinkStatus.Ok && state.Phase != LinkPhase.Active)
                {
                    Thread.Sleep(1);
                }
                link.SendText(Order(size, count + Warmup));
                long before = 0;
                long bytes = 0;
                while (times.Count < count + Warmup)
                {
                    long began = Measure.CpuNs();
                    int seen = 0;
                    foreach (FramewireEvent item in link.Poll(1))
                    {
                        if (item.Kind == EventKind.Binary)
                        {
                            bytes += item.Data.Length;
                            seen++;
                        }
                    }
                    if (seen == 0)
                    {
                        Thread.Yield();
                        continue;
                    }
                    times.Add(Measure.CpuNs() - began);
                    if (times.Count == Warmup)
                    {
                        before = Measure.Allocated();
                        allocatedHere = -Measure.AllocatedHere();
                    }
                }
                allocatedHere += Measure.AllocatedHere();
                Demand(bytes == (long)size * (count + Warmup));
                return Measure.Allocated() - before;
            }
        }

        private static long Managed(string url, int size, int count, List<long> times)
        {
            ClientWebSocket socket = new ClientWebSocket();
            socket.ConnectAsync(new Uri(url), CancellationToken.None).Wait();
            ArraySegment<byte> order = new ArraySegment<byte>(Encoding.UTF8.GetBytes(Order(size, count + Warmup)));
            socket.SendAsync(order, WebSocketMessageType.Text, true, CancellationToken.None).Wait();
            ArraySegment<byte> buffer = new ArraySegment<byte>(new byte[Math.Max(size, 4096)]);
            long before = 0;
            long bytes = 0;
            long spent = 0;
            // One receive is always under way; the frame loop looks whether it is done, and begins the next one.
            Task<WebSocketReceiveResult> receive = socket.ReceiveAsync(buffer, CancellationToken.None);
            while (times.Count < count + Warmup)
            {
                long began = Measure.CpuNs();
                if (!receive.IsCompleted)
                {
                    Thread.Yield();
                    continue;
                }
                WebSocketReceiveResult result = receive.Result;
                bytes += result.Count;
                receive = socket.ReceiveAsync(buffer, CancellationToken.None);
                spent += Measure.CpuNs() - began;
                if (!result.EndOfMessage)
                {
                    continue;
                }
                times.Add(spent);
                spent = 0;
                if (times.Count == Warmup)
                {
                    before = Measure.Allocated();
                    allocatedHere = -Measure.AllocatedHere();
                }
            }
            allocatedHere += Measure.AllocatedHere();
            Demand(bytes == (long)size * (count + Warmup));
            long allocated = Measure.Allocated() - before;
            socket.Abort();
            return allocated;
        }

        private static void Demand(bool holds)
        {
            if (!holds)
            {
                throw new InvalidOperationException("not all bytes arrived");
            }
        }
    }
}
