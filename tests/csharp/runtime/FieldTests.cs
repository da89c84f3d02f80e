using System;
using System.Reflection;
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
