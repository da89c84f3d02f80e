using System.Threading.Tasks;

namespace Framewire
{
    /// <summary>Answers a method.</summary>
    public interface IRequestHandler
    {
        /// <summary>
        /// Answers `request` now, or keeps it and answers in a later frame. `parameters` are lent for this call. What it throws
        /// is answered as error.
        /// </summary>
        void Handle(FramewireRequest request, JsonView parameters);
    }

    /// <summary>Answers a method whose work may outlast a domain reload, such as a compilation.</summary>
    public interface IResumableHandler : IRequestHandler
    {
        /// <summary>
        /// An earlier domain took `request` and never answered it: it may have run, in part or wholly. Answers it, now or later,
        /// without doing the work twice. `note`, what that domain left by Defer, is lent for this call.
        /// </summary>
        void Resume(FramewireRequest request, ResumeNote note);
    }

    /// <summary>Answers `request` itself, now or later; `parameters` are lent for this call.</summary>
    public delegate void RequestHandler(FramewireRequest request, JsonView parameters);

    /// <summary>Gives the answer to `parameters` as JSON.</summary>
    public delegate string ResultHandler(JsonView parameters);

    /// <summary>
    /// Answers `request` over several frames. Its awaits continue on the frame loop. Its result, unless null, is the answer,
    /// and what it throws is answered as error.
    /// </summary>
    public delegate Task<string> AsyncRequestHandler(FramewireRequest request, string parameters);
}
