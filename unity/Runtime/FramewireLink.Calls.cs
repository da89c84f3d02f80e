using System.Collections.Generic;
using System.Threading.Tasks;

namespace Framewire
{
    /// <summary>Calls of ours.</summary>
    public sealed unsafe partial class FramewireLink
    {
        /// <summary>Guards the three fields below, for moments in which nothing is called.</summary>
        private readonly object callsGate = new object();
        private readonly Dictionary<ulong, TaskCompletionSource<FramewireReply>> calls =
            new Dictionary<ulong, TaskCompletionSource<FramewireReply>>();

        /// <summary>Replies that were polled before the call that made them had told its id.</summary>
        private readonly Dictionary<ulong, FramewireReply> early = new Dictionary<ulong, FramewireReply>();
        private int callsBeingMade;

        /// <summary>
        /// Calls the peer. The task ends with exactly one reply, in a later Poll on its thread, whatever comes of the call: a
        /// result, an error, a time-out (`timeoutMs`, 0 = the link's own), the end of the connection, of the link, or of this
        /// object's hold on it. It never fails and is never cancelled; the reply says how it went. Await it: the thread that
        /// polls would wait for itself in Wait or Result.
        /// </summary>
        public Task<FramewireReply> Request(string method, string json = null, uint timeoutMs = 0)
        {
            ulong id;
            return Request(method, json, timeoutMs, out id);
        }

        /// <summary>As above. `id` is for Cancel; 0 if the call was not taken.</summary>
        public Task<FramewireReply> Request(string method, string json, uint timeoutMs, out ulong id)
        {
            var completion = new TaskCompletionSource<FramewireReply>();
            // All that can throw comes before the count.
            CallMemory texts = CallMemory.For(CallMemory.LengthOf(method) + (long)CallMemory.LengthOf(json));
            NativeText methodText = texts.Text(method);
            NativeText jsonText = texts.Text(json);
            lock (callsGate)
            {
                callsBeingMade++;
            }
            ulong made = 0;
            LinkStatus status = Native.Request(Handle, methodText, jsonText, timeoutMs, &made);
            texts.Done();
            id = made;
            FramewireReply reply = null;
            lock (callsGate)
            {
                callsBeingMade--;
                if (status != LinkStatus.Ok)
                {
                    reply = new FramewireReply(status, EventReason.None, null, "the call was not taken: " + status, 0, 0);
                }
                else if (early.TryGetValue(made, out reply))
                {
                    early.Remove(made);
                }
                else if (!IsOpen)
                {
                    // Whoever ended the hold meanwhile has looked through the calls already.
                    reply = Ended("the link was closed or detached before the reply came");
                }
                else
                {
                    calls.Add(made, completion);
                }
                if (callsBeingMade == 0)
                {
                    early.Clear();
                }
            }
            if (reply != null)
            {
                End(completion, reply);
            }
            return completion.Task;
        }

        /// <summary>Takes a call of ours back. Ok: its reply has the reason Cancelled; all else: it has another.</summary>
        public LinkStatus Cancel(ulong id)
        {
            return Native.Cancel(Handle, id);
        }

        /// <summary>Keeps the reply to a call of this object from the handler, and has its task end with this poll.</summary>
        private bool TakeReply(NativeEvent* item)
        {
            if (item->Kind != EventKind.Response)
            {
                return false;
            }
            TaskCompletionSource<FramewireReply> completion;
            FramewireReply reply = ReplyOf(item);
            lock (callsGate)
            {
                if (!calls.TryGetValue(item->Id, out completion))
                {
                    // A call of an earlier domain, whose reply is an event like others. Or one that another thread makes this
                    // moment; then it is both.
                    if (callsBeingMade != 0)
                    {
                        early[item->Id] = reply;
                    }
                    return false;
                }
                calls.Remove(item->Id);
            }
            End(completion, reply);
            return true;
        }

        /// <summary>Ends all tasks of this object with the next poll; the calls themselves go on.</summary>
        private void EndCalls(string why)
        {
            lock (callsGate)
            {
                if (calls.Count == 0)
                {
                    return;
                }
                foreach (TaskCompletionSource<FramewireReply> completion in calls.Values)
                {
                    End(completion, Ended(why));
                }
                calls.Clear();
            }
        }

        private void End(TaskCompletionSource<FramewireReply> completion, FramewireReply reply)
        {
            frames.Post(() => completion.TrySetResult(reply));
        }

        private static FramewireReply Ended(string why)
        {
            return new FramewireReply(LinkStatus.Ok, EventReason.Lost, null, why, 0, 0);
        }

        private static FramewireReply ReplyOf(NativeEvent* item)
        {
            string data = Utf8.Read(item->Data.Pointer, (long)item->Data.Length);
            string detail = Utf8.Read(item->Detail.Pointer, (long)item->Detail.Length);
            return new FramewireReply(LinkStatus.Ok, item->Reason, data, detail, item->ErrorCode, item->AgeNs);
        }
    }
}
