using System;

namespace Framewire.Editor
{
    /// <summary>
    /// Makes one frame out of two hooks. The editor calls the subscribers of a hook one after another and stops at the first
    /// that throws, so each of the two may fall silent for as long as another extension fails. The second counts only where
    /// the first has not come.
    /// </summary>
    internal sealed class FrameHooks
    {
        private readonly Action frame;
        private bool hasFirstCome;
        private bool isInside;

        internal FrameHooks(Action frame)
        {
            this.frame = frame;
        }

        /// <summary>The usual hook.</summary>
        internal void First()
        {
            hasFirstCome = true;
            Run();
        }

        /// <summary>The other one.</summary>
        internal void Second()
        {
            if (hasFirstCome)
            {
                hasFirstCome = false;
                return;
            }
            Run();
        }

        /// <summary>A handler that opens a dialog has the editor call the hooks inside of it: that is no new frame.</summary>
        private void Run()
        {
            if (isInside)
            {
                return;
            }
            isInside = true;
            try
            {
                frame();
            }
            finally
            {
                isInside = false;
            }
        }
    }
}
