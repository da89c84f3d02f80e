using System;
using System.Collections.Generic;
using System.Globalization;
using System.Reflection;

namespace Framewire.Editor
{
    /// <summary>
    /// What links were opened with, for the domain after: only who declares the same can attach. The token is left out, as
    /// it may differ, and the memory of the session is no place for it.
    /// </summary>
    internal static class LeftLinks
    {
        private const string Key = "Framewire.Opened.";

        /// <summary>A link was opened with `config`, and may be left to the next domain from now on.</summary>
        internal static void Opened(IEditor editor, FramewireConfig config)
        {
            List<string> lines = new List<string>();
            foreach (PropertyInfo property in typeof(FramewireConfig).GetProperties())
            {
                object value = property.Name == "Token" ? null : property.GetValue(config, null);
                if (value != null)
                {
                    lines.Add(property.Name + "=" + Uri.EscapeDataString(Text(value)));
                }
            }
            editor.Remember(Key + config.Name, string.Join("\n", lines.ToArray()));
        }

        /// <summary>The link `name` is closed: nothing is left to anybody.</summary>
        internal static void Closed(IEditor editor, string name)
        {
            editor.Remember(Key + name, "");
        }

        /// <summary>What the link `name` was opened with; null: nobody knows.</summary>
        internal static FramewireConfig Recall(IEditor editor, string name)
        {
            FramewireConfig config = new FramewireConfig();
            try
            {
                foreach (string line in (editor.Recall(Key + name) ?? "").Split('\n'))
                {
                    int at = line.IndexOf('=');
                    PropertyInfo property = at < 0 ? null : typeof(FramewireConfig).GetProperty(line.Substring(0, at));
                    if (property == null)
                    {
                        return null;
                    }
                    property.SetValue(config, Value(Uri.UnescapeDataString(line.Substring(at + 1)), property.PropertyType), null);
                }
            }
            catch (SystemException)
            {
                // Not what was written there.
                return null;
            }
            return config;
        }

        private static string Text(object value)
        {
            uint[] numbers = value as uint[];
            if (numbers != null)
            {
                return string.Join(",", Array.ConvertAll(numbers, number => number.ToString(CultureInfo.InvariantCulture)));
            }
            Type type = value is Enum ? Enum.GetUnderlyingType(value.GetType()) : value.GetType();
            return Convert.ToString(Convert.ChangeType(value, type, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        }

        private static object Value(string text, Type type)
        {
            if (type == typeof(uint[]))
            {
                string[] numbers = text.Length == 0 ? new string[0] : text.Split(',');
                return Array.ConvertAll(numbers, number => uint.Parse(number, CultureInfo.InvariantCulture));
            }
            Type plain = Nullable.GetUnderlyingType(type) ?? type;
            return plain.IsEnum
                ? Enum.ToObject(plain, ulong.Parse(text, CultureInfo.InvariantCulture))
                : Convert.ChangeType(text, plain, CultureInfo.InvariantCulture);
        }
    }
}
