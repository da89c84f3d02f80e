using System;

namespace NUnit.Framework
{
    [AttributeUsage(AttributeTargets.Method)]
    public class TestAttribute : Attribute
    {
    }

    public class Assert
    {
        public static void IsTrue(bool condition)
        {
            Require(condition);
        }

        public static void IsNotEmpty(string aString)
        {
            Require(!string.IsNullOrEmpty(aString));
        }

        private static void Require(bool holds)
        {
            if (!holds)
            {
                throw new InvalidOperationException("an assertion failed");
            }
        }
    }
}
