using System;
using System.Collections.Generic;
using System.Threading;

namespace Framewire.Editor
{
    /// <summary>
    /// All links of this domain, from the first frame to the reload. Whatever hook brings a reload or the end, and however
    /// many do, counts once. Nothing is thrown at the editor, whose other extensions would pay for it.
    /// </summary>
    internal sealed class EditorLinks
    {
        private readonly IEditor editor;
        private readonly EditorLink[] links;
        private readonly ReadinessTracker tracker = new ReadinessTracker();
        private readonly FrameHooks hooks;
        private readonly Func<ulong> clock;
        private bool hasBegun;
        private bool isQuitting;
        private volatile bool hasEnded;
        private ulong endedNs;
        private Exception lastFailure;

        /// <summary>`clock`: ns since any moment, monotonic.</summary>
        internal EditorLinks(IEditor editor, List<EditorLink> links, Func<ulong> clock)
        {
            this.editor = editor;
            this.links = links.ToArray();
            this.clock = clock;
            hooks = new FrameHooks(Frame);
        }

        /// <summary>Every link, in no order.</summary>
        internal EditorLink[] All
        {
            get { return links; }
        }

        /// <summary>They were handed over or closed: this domain has nothing to do any more.</summary>
        internal bool HasEnded
        {
            get { return hasEnded; }
        }

        /// <summary>The two ways to a frame.</summary>
        internal FrameHooks Hooks
        {
            get { return hooks; }
        }

        /// <summary>Whether any link waits for a frame. Any thread.</summary>
        internal bool HasWork
        {
            get { return !hasEnded && Array.Exists(links, link => link.HasWork); }
        }

        internal EditorLink Find(string name)
        {
            return Array.Find(links, link => link.Name == name);
        }

        internal void CompilationStarted()
        {
            tracker.CompilationStarted();
            Tell();
        }

        internal void CompilationFinished()
        {
            tracker.CompilationFinished(clock());
            Tell();
        }

        /// <summary>Play mode begins or ends. Without a domain reload that is all that happens.</summary>
        internal void PlayModeChanged()
        {
            Tell();
        }

        /// <summary>The domain ends: the links stay, for the next one.</summary>
        internal void Reload()
        {
            // Newer editors say "unloading" at their own end, too.
            if (isQuitting)
            {
                Quit();
                return;
            }
            End(link => link.Detach());
        }

        /// <summary>
        /// For frames that come after the domain was told of its end: a reload may be called off. True: it is overdue, and
        /// the next frame attaches to the links again.
        /// </summary>
        internal bool TryGoOn()
        {
            if (!hasEnded || isQuitting || clock() - endedNs < ReadinessTracker.ReloadFollowsWithinNs)
            {
                return false;
            }
            hasBegun = false;
            hasEnded = false;
            return true;
        }

        /// <summary>The editor ends.</summary>
        internal void Quit()
        {
            isQuitting = true;
            tracker.Quitting();
            Tell();
            End(link => link.Close());
        }

        private void Frame()
        {
            if (hasEnded)
            {
                return;
            }
            try
            {
                if (!hasBegun)
                {
                    hasBegun = true;
                    Array.ForEach(links, link => link.Open());
                }
                bool hasHappened = false;
                foreach (EditorLink link in links)
                {
                    hasHappened |= link.Frame(clock());
                    if (hasEnded)
                    {
                        return;
                    }
                }
                Tell();
                if (hasHappened && !editor.Facts.IsFocused)
                {
                    editor.QueueFrame();
                }
            }
            catch (ThreadAbortException)
            {
                throw;
            }
            catch (Exception error)
            {
                Failed(error);
            }
        }

        /// <summary>The hooks that lead here are lists of the editor's, as those of the frames are.</summary>
        private void Tell()
        {
            if (hasEnded || !hasBegun)
            {
                return;
            }
            try
            {
                Condition condition = tracker.Judge(editor.Facts, clock());
                foreach (EditorLink link in links)
                {
                    link.Tell(condition);
                }
            }
            catch (Exception error)
            {
                Failed(error);
            }
        }

        private void End(Action<EditorLink> how)
        {
            if (hasEnded)
            {
                return;
            }
            hasEnded = true;
            endedNs = clock();
            foreach (EditorLink link in links)
            {
                try
                {
                    how(link);
                }
                catch (Exception error)
                {
                    Failed(error);
                }
            }
        }

        /// <summary>A failure that comes with each frame is told once.</summary>
        internal void Failed(Exception error)
        {
            if (lastFailure == null || lastFailure.Message != error.Message)
            {
                lastFailure = error;
                editor.Log(LinkLogLevel.Error, "Framewire: " + error);
            }
        }
    }
}
