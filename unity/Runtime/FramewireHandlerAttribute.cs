using System;

namespace Framewire
{
    /// <summary>
    /// Marks what answers a method. A static method: `void (FramewireRequest, JsonView)`, which answers itself, now or later;
    /// `string (JsonView)`, whose result is the answer; `Task (FramewireRequest, string)`, which answers itself; or
    /// `Task&lt;string&gt; (FramewireRequest, string)`, whose result is the answer. A class with a constructor without
    /// arguments: IRequestHandler or IResumableHandler.
    /// </summary>
    [AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
    public sealed class FramewireHandlerAttribute : Attribute
    {
        /// <summary>Marks the answer to `method`.</summary>
        public FramewireHandlerAttribute(string method)
        {
            Method = method;
        }

        /// <summary>Name of the method, as the peer calls it.</summary>
        public string Method { get; }
    }
}
