using System.Threading.Tasks;

namespace Framewire
{
    /// <summary>A handler that is a delegate and answers itself.</summary>
    internal sealed class DelegateHandler : IRequestHandler
    {
        private readonly RequestHandler handler;

        internal DelegateHandler(RequestHandler handler)
        {
            this.handler = handler;
        }

        public void Handle(FramewireRequest request, JsonView parameters)
        {
            handler(request, parameters);
        }
    }

    /// <summary>A handler whose result is the answer.</summary>
    internal sealed class ResultHandlerAdapter : IRequestHandler
    {
        private readonly ResultHandler handler;

        internal ResultHandlerAdapter(ResultHandler handler)
        {
            this.handler = handler;
        }

        public void Handle(FramewireRequest request, JsonView parameters)
        {
            Answers.Respond(request, handler(parameters));
        }
    }

    /// <summary>A handler that takes several frames.</summary>
    internal sealed class AsyncHandler : IRequestHandler
    {
        private readonly AsyncRequestHandler handler;
        private readonly RequestRouter router;

        internal AsyncHandler(AsyncRequestHandler handler, RequestRouter router)
        {
            this.handler = handler;
            this.router = router;
        }

        public void Handle(FramewireRequest request, JsonView parameters)
        {
            string text = parameters.ToString();
            Task<string> task = null;
            FrameQueue frames = request.Link.Frames;
            frames.Within(() => task = handler(request, text));
            if (task == null)
            {
                throw new System.InvalidOperationException("The handler returned no Task: make it async, or return one.");
            }
            if (task.IsCompleted)
            {
                Answer(request, task);
                return;
            }
            task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(() => frames.Post(() => Answer(request, task)));
        }

        private void Answer(FramewireRequest request, Task<string> task)
        {
            try
            {
                string result = task.GetAwaiter().GetResult();
                if (result != null)
                {
                    Answers.Respond(request, result);
                }
            }
            catch (System.Exception error)
            {
                if (RequestRouter.IsAborted)
                {
                    throw;
                }
                router.Fail(request, error);
            }
        }
    }
}
