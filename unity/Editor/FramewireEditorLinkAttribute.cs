using System;

namespace Framewire.Editor
{
    /// <summary>
    /// Marks a method that declares a link: static, without arguments, returning a FramewireConfig, or null for no link. The
    /// editor opens it once its scripts are loaded, and the methods and classes of the same assembly that bear
    /// FramewireHandlerAttribute answer its calls.
    /// </summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class FramewireEditorLinkAttribute : Attribute
    {
    }
}
