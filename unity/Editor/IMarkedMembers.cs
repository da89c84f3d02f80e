using System;
using System.Collections.Generic;
using System.Reflection;

namespace Framewire.Editor
{
    /// <summary>Finds what bears the attributes of this package, in all loaded assemblies.</summary>
    internal interface IMarkedMembers
    {
        /// <summary>Methods that declare a link.</summary>
        IEnumerable<MethodInfo> Links { get; }

        /// <summary>Methods that answer calls.</summary>
        IEnumerable<MethodInfo> HandlerMethods { get; }

        /// <summary>Classes that answer calls.</summary>
        IEnumerable<Type> HandlerTypes { get; }
    }
}
