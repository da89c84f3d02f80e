using System;
using System.Reflection;
using System.Threading;
using Framewire.Editor;

namespace Framewire.Tests
{
    /// <summary>Two hooks make one frame, and a sleeping editor is woken.</summary>
    public static class FrameTests
    {
        [Test]
        public static void TwoHooksMakeOneFrame()
        {
            int frames = 0;
            FrameHooks hooks = new FrameHooks(() => frames++);
            for (int i = 0; i < 10; i++)
            {
                hooks.First();
                hooks.Second();
            }
            Check.Equal(10, frames, "frames");
        }

        [Test]
        public static void EitherHookAloneIsEnough()
        {
            int frames = 0;
            FrameHooks hooks = new FrameHooks(() => frames++);
            hooks.First();
            hooks.First();
            Check.Equal(2, frames, "frames of the first");
            hooks.Second();
            hooks.Second();
            hooks.Second();
            Check.Equal(4, frames, "frames of the second, once the first is silent");
            hooks.First();
            Check.Equal(5, frames, "frames when the first is back");
        }

        [Test]
        public static void AHookInsideAFrameIsNoFrame()
        {
            int frames = 0;
            FrameHooks hooks = null;
            hooks = new FrameHooks(() =>
            {
                frames++;
                hooks.First();
                hooks.Second();
                hooks.Second();
            });
            hooks.First();
            Check.Equal(1, frames, "frames");
            hooks.First();
            Check.Equal(2, frames, "frames afterwards");
        }

        [Test]
        public static void AFrameThatThrowsIsOver()
        {
            int frames = 0;
            FrameHooks hooks = new FrameHooks(() =>
            {
                frames++;
                throw new InvalidOperationException();
            });
            Check.Throws<InvalidOperationException>(hooks.First);
            Check.Throws<InvalidOperationException>(hooks.First);
            Check.Equal(2, frames, "frames");
        }

        [Test]
        public static void ASilentEditorIsWokenWhileWorkWaits()
        {
            int looks = 0;
            int signals = 0;
            int hasWork = 0;
            Func<bool> look = () =>
            {
                Interlocked.Increment(ref looks);
                return Volatile.Read(ref hasWork) != 0;
            };
            using (Waker waker = new Waker(look, () => Interlocked.Increment(ref signals)))
            {
                Check.Until("looks", () => Volatile.Read(ref looks) >= 3);
                Check.Equal(0, Volatile.Read(ref signals), "signals without work");
                Volatile.Write(ref hasWork, 1);
                Check.Until("signals", () => Volatile.Read(ref signals) >= 3);
            }
            int last = signals;
            Thread.Sleep(5 * Waker.PeriodMs);
            Check.Equal(last, signals, "signals after its end");
        }

        [Test]
        public static void FramesKeepTheWakerFromSignalling()
        {
            const BindingFlags Inner = BindingFlags.Instance | BindingFlags.NonPublic;
            int signals = 0;
            using (Waker waker = new Waker(() => true, () => Interlocked.Increment(ref signals)))
            {
                // The test looks in its place, so that no pause of this machine decides.
                ((Timer)typeof(Waker).GetField("timer", Inner).GetValue(waker)).Dispose();
                Thread.Sleep(2 * Waker.PeriodMs);
                Action look = () => typeof(Waker).GetMethod("Look", Inner).Invoke(waker, new object[] { null });
                look();
                int before = Volatile.Read(ref signals);
                Check.True(before > 0, "a signal without a frame");
                waker.Frame();
                look();
                Check.Equal(before, Volatile.Read(ref signals), "signals after a frame");
                look();
                Check.Equal(before + 1, Volatile.Read(ref signals), "signals when frames are over");
            }
        }

        [Test]
        public static void TheWakerOnlySignalsAndEndsWithItsLook()
        {
            int looks = 0;
            int thread = 0;
            ManualResetEvent isLooking = new ManualResetEvent(false);
            Waker waker = new Waker(
                () =>
                {
                    thread = Thread.CurrentThread.ManagedThreadId;
                    isLooking.Set();
                    Thread.Sleep(300);
                    Interlocked.Increment(ref looks);
                    return false;
                },
                () => throw new InvalidOperationException("a signal without work"));
            isLooking.WaitOne();
            waker.Dispose();
            Check.Equal(1, Volatile.Read(ref looks), "the look that was under way is over");
            Check.True(thread != Thread.CurrentThread.ManagedThreadId, "it has a thread of its own");
            waker.Dispose();
        }
    }
}
