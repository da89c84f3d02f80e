using System;
using System.Reflection;
using System.Threading;

namespace Framewire
{
    /// <summary>
    /// Hands each call to the handler of its method. Routing makes no garbage of its own. Not for several threads at once.
    /// </summary>
    public sealed class RequestRouter
    {
        private readonly MethodTable table = new MethodTable();

        /// <summary>Told what a handler threw, after it was answered as error. For a log.</summary>
        public Action<FramewireRequest, Exception> Failed { get; set; }

        /// <summary>Has `handler` answer `method`; the last one added counts.</summary>
        public RequestRouter Add(string method, IRequestHandler handler)
        {
            table.Set(method, handler ?? throw new ArgumentNullException("handler"));
            return this;
        }

        /// <summary>Has a delegate answer `method`, now or later.</summary>
        public RequestRouter Add(string method, RequestHandler handler)
        {
            return Add(method, new DelegateHandler(handler ?? throw new ArgumentNullException("handler")));
        }

        /// <summary>Has the result of a delegate be the answer to `method`.</summary>
        public RequestRouter AddResult(string method, ResultHandler handler)
        {
            return Add(method, new ResultHandlerAdapter(handler ?? throw new ArgumentNullException("handler")));
        }

        /// <summary>Has an asynchronous delegate answer `method`.</summary>
        public RequestRouter AddAsync(string method, AsyncRequestHandler handler)
        {
            return Add(method, new AsyncHandler(handler ?? throw new ArgumentNullException("handler"), this));
        }

        /// <summary>Adds a class that bears FramewireHandlerAttribute.</summary>
        /// <exception cref="ArgumentException">It cannot be a handler; the message says what it lacks.</exception>
        public RequestRouter AddMarked(Type type)
        {
            MarkedHandlers.Add(this, type);
            return this;
        }

        /// <summary>Adds a static method that bears FramewireHandlerAttribute.</summary>
        /// <exception cref="ArgumentException">It cannot be a handler; the message says what it lacks.</exception>
        public RequestRouter AddMarked(MethodInfo method)
        {
            MarkedHandlers.Add(this, method);
            return this;
        }

        /// <summary>Adds all classes and static methods of `assembly` that bear FramewireHandlerAttribute.</summary>
        /// <exception cref="ArgumentException">
        /// Some cannot be handlers; the message says what they lack. The others were added.
        /// </exception>
        public RequestRouter AddMarked(Assembly assembly)
        {
            MarkedHandlers.Add(this, assembly);
            return this;
        }

        /// <summary>
        /// Has a call answered by its handler; one that nobody knows, that failed, or that a reload interrupted, by an error.
        /// False: the event is no call.
        /// </summary>
        public bool Route(FramewireEvent item)
        {
            if (!item.IsRequest)
            {
                return false;
            }
            FramewireRequest request = item.Request;
            IRequestHandler handler = table.Find(item.Name);
            try
            {
                if (item.Kind == EventKind.RequestOrphaned)
                {
                    Resume(handler, request, item);
                }
                else if (handler != null)
                {
                    handler.Handle(request, item.Json);
                }
                else if (item.Link.Profile == LinkProfile.UnityMcp && item.Name.Is("ping"))
                {
                    // The server's question whether the frame loop runs.
                    Answers.Respond(request, "{\"message\":\"pong\"}");
                }
                else
                {
                    Answers.Unknown(request, item.Name.ToString());
                }
            }
            catch (Exception error)
            {
                if (IsAborted)
                {
                    throw;
                }
                Fail(request, error);
            }
            return true;
        }

        /// <summary>
        /// The domain unloads: the request stays open, for the next one. Asked of the thread, for what comes out of a handler
        /// then may be wrapped, as reflection does.
        /// </summary>
        internal static bool IsAborted
        {
            get { return (Thread.CurrentThread.ThreadState & (ThreadState.AbortRequested | ThreadState.Aborted)) != 0; }
        }

        internal void Fail(FramewireRequest request, Exception error)
        {
            Answers.Failed(request, error);
            Failed?.Invoke(request, error);
        }

        private static void Resume(IRequestHandler handler, FramewireRequest request, FramewireEvent orphan)
        {
            IResumableHandler resumable = handler as IResumableHandler;
            if (resumable != null)
            {
                resumable.Resume(request, new ResumeNote(orphan));
            }
            else
            {
                Answers.Interrupted(request);
            }
        }
    }
}
