using System;
using System.Reflection;
using System.Reflection.Emit;
using System.Threading.Tasks;

namespace Framewire.Tests
{
    /// <summary>Marked handlers of an assembly in which some are wrong.</summary>
    public static class MarkTests
    {
        [Test]
        public static void AWrongMarkTakesNoOtherHandlerWithIt()
        {
            RequestRouter router = new RequestRouter();
            ArgumentException error = Check.Throws<ArgumentException>(() => router.AddMarked(Marked()));
            Check.True(error.Message.Contains("Lost") && error.Message.Contains("Task<string>"), "a result nobody sees: " + error.Message);
            Check.True(error.Message.Contains("Wrong"), "a wrong form: " + error.Message);
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("marks")))
            {
                server.Await("acknowledged");
                server.Call("Good", "{}", "good");
                Check.Until("the answer", link, item => router.Route(item), () => server.HasAnswer("good"));
                Check.Equal("null", Server.Field(server.Answer("good"), "/data"), "the good one answers");
            }
        }

        [Test]
        public static void AConstructorThatFailsIsToldInItsWords()
        {
            ArgumentException error = Check.Throws<ArgumentException>(() => new RequestRouter().AddMarked(typeof(Breaks)));
            Check.True(error.Message.Contains("Breaks") && error.Message.Contains("no disk"), error.Message);
        }

        /// <summary>An assembly with three handlers, each named like the method that it answers: one good, two wrong.</summary>
        private static Assembly Marked()
        {
            AssemblyBuilder assembly =
                AppDomain.CurrentDomain.DefineDynamicAssembly(new AssemblyName("Framewire.Tests.Marked"), AssemblyBuilderAccess.Run);
            TypeBuilder type = assembly.DefineDynamicModule("marked").DefineType("Handlers", TypeAttributes.Public);
            Define(type, "Wrong", typeof(object), typeof(int)).Emit(OpCodes.Ldnull);
            Define(type, "Lost", typeof(Task<int>), typeof(FramewireRequest), typeof(string)).Emit(OpCodes.Ldnull);
            Define(type, "Good", typeof(string), typeof(JsonView)).Emit(OpCodes.Ldstr, "null");
            foreach (ILGenerator code in bodies)
            {
                code.Emit(OpCodes.Ret);
            }
            bodies.Clear();
            return type.CreateType().Assembly;
        }

        private static readonly System.Collections.Generic.List<ILGenerator> bodies = new System.Collections.Generic.List<ILGenerator>();

        private static ILGenerator Define(TypeBuilder type, string name, Type result, params Type[] parameters)
        {
            MethodBuilder method = type.DefineMethod(name, MethodAttributes.Public | MethodAttributes.Static, result, parameters);
            ConstructorInfo mark = typeof(FramewireHandlerAttribute).GetConstructor(new[] { typeof(string) });
            method.SetCustomAttribute(new CustomAttributeBuilder(mark, new object[] { name }));
            bodies.Add(method.GetILGenerator());
            return bodies[bodies.Count - 1];
        }

        private sealed class Breaks : IRequestHandler
        {
            public Breaks()
            {
                throw new InvalidOperationException("no disk");
            }

            public void Handle(FramewireRequest request, JsonView parameters)
            {
            }
        }
    }
}
