using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Framewire.Tests
{
    /// <summary>The generated imports against bindings/abi.txt and the loaded library.</summary>
    public static class LayoutTests
    {
        private static readonly Dictionary<string, string> Names = new Dictionary<string, string>
        {
            { "framewire_str", "NativeText" }, { "framewire_error", "NativeError" }, { "framewire_config", "NativeConfig" },
            { "framewire_event", "NativeEvent" }, { "framewire_json", "NativeJson" }, { "framewire_state", "LinkState" },
            { "framewire_stats", "LinkStats" }, { "framewire_close_report", "CloseReport" },
            { "framewire_open_call", "OpenCall" }, { "framewire_record", "StateRecord" },
        };

        private static IEnumerable<string[]> Items(string kind)
        {
            string path = Environment.GetEnvironmentVariable("FRAMEWIRE_ABI");
            Check.True(!string.IsNullOrEmpty(path), "FRAMEWIRE_ABI names abi.txt");
            foreach (string line in File.ReadAllLines(path))
            {
                if (line.StartsWith(kind + " ", StringComparison.Ordinal))
                {
                    yield return line.Split(' ');
                }
            }
        }

        private static Type Named(string name)
        {
            return typeof(FramewireLink).Assembly.GetType("Framewire." + Names[name], true);
        }

        [Test]
        public static void EveryStructHasTheSizeOfTheList()
        {
            int count = 0;
            foreach (string[] words in Items("struct"))
            {
                Check.Equal(int.Parse(words[3]), Marshal.SizeOf(Named(words[1])), words[1]);
                count++;
            }
            Check.Equal(Names.Count, count, "structs in the list");
        }

        [Test]
        public static void EveryFieldStandsWhereTheListSays()
        {
            int count = 0;
            foreach (string[] words in Items("field"))
            {
                string[] parts = words[1].Split('.');
                Type type = Named(parts[0]);
                string wanted = parts[1] == "ptr" ? "pointer" : parts[1] == "len" ? "length" : parts[1].Replace("_", "");
                FieldInfo field = Array.Find(
                    type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic),
                    candidate => candidate.Name.ToLowerInvariant() == wanted || candidate.Name.ToLowerInvariant() == wanted + "bytes");
                Check.True(field != null, words[1] + " has a field");
                Check.Equal(int.Parse(words[3]), (int)Marshal.OffsetOf(type, field.Name), words[1]);
                count++;
            }
            Check.True(count > 150, "the list has fields");
        }

        [Test]
        public static void EveryConstantHasTheNumberOfTheList()
        {
            Dictionary<string, ulong> found = new Dictionary<string, ulong>();
            foreach (Type type in typeof(FramewireLink).Assembly.GetTypes())
            {
                if (type.IsEnum && type.Namespace == "Framewire")
                {
                    foreach (object value in Enum.GetValues(type))
                    {
                        found.Add(type.Name + "." + value, Convert.ToUInt64(value));
                    }
                }
            }
            int count = 0;
            foreach (string[] words in Items("constant"))
            {
                ulong number = ulong.Parse(words[3]);
                string bare = words[1].Substring("FRAMEWIRE_".Length).Replace("_", "").ToLowerInvariant();
                bool isThere = bare == "abiversion" || bare == "never";
                foreach (KeyValuePair<string, ulong> pair in found)
                {
                    isThere |= pair.Value == number && bare.EndsWith(pair.Key.Split('.')[1].ToLowerInvariant(), StringComparison.Ordinal);
                }
                Check.True(isThere, words[1] + " = " + number + " has a name");
                count++;
            }
            // Two stand alone; every other one is a member of exactly one enumeration.
            Check.Equal(count - 2, found.Count, "members of enumerations");
        }

        [Test]
        public static void EveryFunctionIsImportedAndFound()
        {
            Type native = typeof(FramewireLink).Assembly.GetType("Framewire.Native", true);
            Dictionary<string, MethodInfo> imports = new Dictionary<string, MethodInfo>();
            foreach (MethodInfo method in native.GetMethods(BindingFlags.Static | BindingFlags.NonPublic))
            {
                DllImportAttribute import = (DllImportAttribute)Attribute.GetCustomAttribute(method, typeof(DllImportAttribute));
                if (import != null)
                {
                    Check.Equal(CallingConvention.Cdecl, import.CallingConvention, import.EntryPoint);
                    Check.Equal("framewire", import.Value, import.EntryPoint);
                    imports.Add(import.EntryPoint, method);
                }
            }
            int count = 0;
            foreach (string[] words in Items("function"))
            {
                MethodInfo method;
                Check.True(imports.TryGetValue(words[1].TrimEnd(':'), out method), words[1] + " is imported");
                // Looks the symbol up, and throws if the library has none.
                Marshal.Prelink(method);
                count++;
            }
            Check.Equal(imports.Count, count, "imports");
        }

        [Test]
        public static void NothingThatCrossesNeedsToBeMarshalled()
        {
            foreach (string name in Names.Values)
            {
                foreach (FieldInfo field in typeof(FramewireLink).Assembly.GetType("Framewire." + name, true).GetFields(
                    BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
                {
                    Type type = field.FieldType;
                    bool isPlain = type.IsPointer || type.IsPrimitive || type.IsEnum || type.IsValueType;
                    Check.True(isPlain && type != typeof(bool) && type != typeof(char), name + "." + field.Name + " is blittable");
                }
            }
        }

        [Test]
        public static void AnotherVersionIsRefusedInWordsThatHelp()
        {
            MethodInfo check = typeof(FramewireLibrary).GetMethod("CheckVersion", BindingFlags.Static | BindingFlags.NonPublic);
            // Same, newer minor: served. Older minor, other majors: not.
            foreach (uint loaded in new uint[] { 0x10002, 0x10009 })
            {
                check.Invoke(null, new object[] { loaded, 0x10002u });
            }
            foreach (uint loaded in new uint[] { 0x10001, 0x20002, 0x00002 })
            {
                TargetInvocationException thrown =
                    Check.Throws<TargetInvocationException>(() => check.Invoke(null, new object[] { loaded, 0x10002u }));
                FramewireException error = (FramewireException)thrown.InnerException;
                Check.Equal(LinkStatus.Unsupported, error.Status, "status");
                Check.True(error.Message.Contains("restart the editor"), "the message says what to do: " + error.Message);
            }
            FramewireLibrary.Check();
            Check.True(FramewireLibrary.BuildId.StartsWith(FramewireLibrary.Version + "@", StringComparison.Ordinal), "build id");
            Check.Equal(FramewireLibrary.BuildId, FramewireLibrary.BuildId, "build id");
        }
    }
}
