using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace Framewire.Tests
{
    /// <summary>What tests demand.</summary>
    public static class Check
    {
        /// <summary>Nothing that works takes so long.</summary>
        public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

        public static void True(bool holds, string what)
        {
            if (!holds)
            {
                throw new InvalidOperationException("not so: " + what);
            }
        }

        public static void Equal<T>(T expected, T found, string what)
        {
            if (!EqualityComparer<T>.Default.Equals(expected, found))
            {
                throw new InvalidOperationException(what + ": expected " + expected + ", found " + found);
            }
        }

        public static T Throws<T>(Action action)
            where T : Exception
        {
            try
            {
                action();
            }
            catch (T error)
            {
                return error;
            }
            throw new InvalidOperationException("did not throw " + typeof(T).Name);
        }

        /// <summary>Turns the frame loop of `link` until `holds`.</summary>
        public static void Until(string what, FramewireLink link, FramewireEventHandler handler, Func<bool> holds)
        {
            Stopwatch clock = Stopwatch.StartNew();
            while (!holds())
            {
                link.Poll(handler);
                Pause(what, clock);
            }
        }

        public static void Until(string what, Func<bool> holds)
        {
            Stopwatch clock = Stopwatch.StartNew();
            while (!holds())
            {
                Pause(what, clock);
            }
        }

        private static void Pause(string what, Stopwatch clock)
        {
            if (clock.Elapsed > Patience)
            {
                throw new TimeoutException("in vain: " + what);
            }
            Thread.Sleep(1);
        }
    }
}
