using System;
using System.Collections.Generic;
using System.Reflection;
using UnityEditor;

namespace Framewire.Editor
{
    /// <summary>Unity's index of attributes, which costs no walk through the assemblies.</summary>
    internal sealed class UnityMarkedMembers : IMarkedMembers
    {
        public IEnumerable<MethodInfo> Links
        {
            get { return TypeCache.GetMethodsWithAttribute<FramewireEditorLinkAttribute>(); }
        }

        public IEnumerable<MethodInfo> HandlerMethods
        {
            get { return TypeCache.GetMethodsWithAttribute<FramewireHandlerAttribute>(); }
        }

        public IEnumerable<Type> HandlerTypes
        {
            get { return TypeCache.GetTypesWithAttribute<FramewireHandlerAttribute>(); }
        }
    }
}
