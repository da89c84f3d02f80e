using System;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.InteropServices;
using System.Text;

namespace Framewire.Tests
{
    /// <summary>Each property against the native field of its name, with values that no two of them share.</summary>
    public static unsafe class FieldTests
    {
        private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        private const int Room = 4096;

        [Test]
        public static void EachPropertyOfAConfigGoesToItsOwnField()
        {
            FramewireConfig config = new FramewireConfig("", "");
            PropertyInfo[] properties = typeof(FramewireConfig).GetProperties(BindingFlags.Instance | BindingFlags.Public);
            for (int i = 0; i < properties.Length; i++)
            {
                properties[i].SetValue(config, Value(properties[i].PropertyType, i + 1));
            }
            Type native = Named("NativeConfig");
            byte* raw = stackalloc byte[Room];
            for (int i = 0; i < Room; i++)
            {
                raw[i] = 0;
            }
            Type memoryType = Named("CallMemory");
            object memory = memoryType.GetMethod("For", Any, null, new[] { typeof(long) }, null).Invoke(null, new object[] { (long)Room });
            MethodInfo fill = typeof(FramewireConfig).GetMethod("Fill", Any);
            fill.Invoke(config, new[] { (IntPtr)raw, memory });
            for (int i = 0; i < properties.Length; i++)
            {
                FieldInfo field = native.GetField(properties[i].Name, Any);
                Check.True(field != null, properties[i].Name + " has a field");
                byte* place = raw + (int)Marshal.OffsetOf(native, field.Name);
                Check.Equal(Words(properties[i].GetValue(config)), Words(place, field.FieldType), properties[i].Name);
            }
            Check.True(properties.Length > 40, "there are properties");
        }

        [Test]
        public static void EachMemberOfAnEventComesFromItsOwnField()
        {
            using (Server server = new Server("json-rpc"))
            using (FramewireLink link = FramewireLink.Open(server.Config("fields")))
            {
                object memory = typeof(FramewireLink).GetField("memory", Any).GetValue(link);
                byte* raw = (byte*)Item(memory);
                bool isSeen = false;
                Check.Until("an event", link, item =>
                {
                    if (!isSeen)
                    {
                        isSeen = true;
                        Overwrite(raw);
                        Compare(item);
                    }
                }, () => isSeen);
            }
        }

        /// <summary>Writes its own number into each field of an event, or a text of two bytes that says it.</summary>
        private static void Overwrite(byte* raw)
        {
            FieldInfo[] fields = Named("NativeEvent").GetFields(Any);
            for (int i = 0; i < fields.Length; i++)
            {
                byte* place = raw + (int)Marshal.OffsetOf(fields[i].DeclaringType, fields[i].Name);
                Type type = fields[i].FieldType;
                if (type.Name == "NativeText")
                {
                    *(IntPtr*)place = Marshal.StringToHGlobalAnsi((i + 10).ToString());
                    *(ulong*)(place + sizeof(void*)) = 2;
                }
                else if (Marshal.SizeOf(type.IsEnum ? Enum.GetUnderlyingType(type) : type) == 4)
                {
                    *(uint*)place = (uint)i + 10;
                }
                else
                {
                    *(ulong*)place = (ulong)i + 10;
                }
            }
        }

        private static void Compare(FramewireEvent item)
        {
            string[] found =
            {
                "Kind " + (int)item.Kind, "Level " + (int)item.Level, "Generation " + item.Generation, "TimeNs " + item.TimeNs,
                "Id " + item.Id, "First " + item.First, "Last " + item.Last, "Count " + item.Count, "Settled " + item.Settled,
                "Unconfirmed " + item.Unconfirmed, "Skipped " + item.Skipped, "Code " + item.Code, "Reason " + (int)item.Reason,
                "OsError " + item.OsError, "Flags " + (int)item.Flags, "Attempt " + item.Attempt, "DelayMs " + item.DelayMs,
                "Name " + item.Name.ToString(), "Data " + item.Data.ToString(), "Detail " + item.Detail.ToString(),
                "Note " + item.Note.ToString(), "AgeNs " + item.AgeNs, "ErrorCode " + item.ErrorCode,
            };
            FieldInfo[] fields = Named("NativeEvent").GetFields(Any);
            Check.Equal(fields.Length, found.Length, "members");
            for (int i = 0; i < fields.Length; i++)
            {
                string wanted = fields[i].Name + " " + (i + 10);
                Check.True(Array.IndexOf(found, wanted) >= 0, wanted + " among " + string.Join(", ", found));
            }
        }

        /// <summary>The pointer in that field, by code: Mono's reflection does not bear pointers everywhere.</summary>
        private static IntPtr Item(object memory)
        {
            DynamicMethod read = new DynamicMethod("Item", typeof(IntPtr), new[] { typeof(object) }, memory.GetType(), true);
            ILGenerator code = read.GetILGenerator();
            code.Emit(OpCodes.Ldarg_0);
            code.Emit(OpCodes.Ldfld, memory.GetType().GetField("Item", Any));
            code.Emit(OpCodes.Ret);
            return ((Func<object, IntPtr>)read.CreateDelegate(typeof(Func<object, IntPtr>)))(memory);
        }

        private static Type Named(string name)
        {
            return typeof(FramewireLink).Assembly.GetType("Framewire." + name, true);
        }

        private static object Value(Type type, int number)
        {
            Type bare = Nullable.GetUnderlyingType(type) ?? type;
            if (bare == typeof(string))
            {
                return "text " + number;
            }
            if (bare == typeof(uint[]))
            {
                return new[] { (uint)number, (uint)number + 1000 };
            }
            return bare.IsEnum ? Enum.ToObject(bare, number) : Convert.ChangeType(number, bare);
        }

        private static string Words(object value)
        {
            uint[] numbers = value as uint[];
            if (numbers != null)
            {
                return numbers[0] + " " + numbers[1];
            }
            return value is Enum ? Convert.ToUInt64(value).ToString() : value.ToString();
        }

        /// <summary>The same words for what lies in a field of that type.</summary>
        private static string Words(byte* place, Type type)
        {
            if (type.IsPointer)
            {
                uint* first = *(uint**)place;
                return first[0] + " " + first[1];
            }
            if (type.Name == "NativeText")
            {
                return Encoding.UTF8.GetString(*(byte**)place, (int)*(ulong*)(place + sizeof(void*)));
            }
            switch (Marshal.SizeOf(type.IsEnum ? Enum.GetUnderlyingType(type) : type))
            {
                case 2:
                    return (*(ushort*)place).ToString();
                case 4:
                    return (*(uint*)place).ToString();
                default:
                    return (*(ulong*)place).ToString();
            }
        }
    }
}
