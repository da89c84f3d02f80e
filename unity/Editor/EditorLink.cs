using System;
using System.Threading;

namespace Framewire.Editor
{
    /// <summary>
    /// A link that the editor keeps for a plugin: opened once its scripts are loaded, polled each frame, handed over to the
    /// next domain by a reload. Main thread only, but for HasWork; what plugins do with it they do through Link.
    /// </summary>
    public sealed class EditorLink
    {
        /// <summary>A link that ended by itself, as one does that nobody polled for ten minutes, is opened anew this often.</summary>
        private const ulong ReopenEveryNs = 5000000000;

        private readonly FramewireConfig config;
        private readonly RequestRouter router;
        private readonly IEditor editor;
        private readonly LinkSettings settings;
        private readonly FramewireEventHandler take;
        private volatile FramewireLink link;
        private Condition told;
        private ulong endedNs;
        private string toldTrouble;

        internal EditorLink(FramewireConfig config, RequestRouter router, IEditor editor, LinkSettings settings)
        {
            this.config = config;
            this.router = router;
            this.editor = editor;
            this.settings = settings;
            take = Take;
            Log = new LinkLog(config.Name, editor, settings);
        }

        /// <summary>Has what is no call: notifications, texts, and what happens to the connection.</summary>
        public event FramewireEventHandler Received;

        /// <summary>Name of the link.</summary>
        public string Name
        {
            get { return config.Name; }
        }

        /// <summary>The link itself; null while it is not open.</summary>
        public FramewireLink Link
        {
            get { return link; }
        }

        /// <summary>Why it is not open; null if nothing is wrong.</summary>
        public string Trouble { get; private set; }

        /// <summary>What was last said of the editor.</summary>
        public Readiness Readiness
        {
            get { return told.Readiness; }
        }

        internal LinkLog Log { get; }

        /// <summary>Where it goes.</summary>
        internal string Url
        {
            get { return config.Url; }
        }

        /// <summary>
        /// Whether the frame loop is waited for: by what can be polled, or by calls that are being answered. Any thread.
        /// </summary>
        internal bool HasWork
        {
            get
            {
                FramewireLink held = link;
                LinkState state;
                return held != null
                    && (held.Wait(0) == LinkStatus.Ok || (held.TryGetState(out state) == LinkStatus.Ok && state.RequestsOpen != 0));
            }
        }

        /// <summary>Opens the link, or attaches to the one that an earlier domain has left.</summary>
        internal void Open()
        {
            if (link != null)
            {
                return;
            }
            Trouble = settings.IsEnabled ? null : "Links are turned off in Project Settings > Framewire.";
            if (Trouble != null && LeftLinks.Recall(editor, Name) == null)
            {
                return;
            }
            try
            {
                if (Trouble != null)
                {
                    CloseLeft();
                    return;
                }
                string build = FramewireLibrary.BuildId;
                Trouble = BuildGuard.Refusal(editor, Name, build);
                if (Trouble == null)
                {
                    FramewireLink opened = OpenOrReplace();
                    BuildGuard.Opened(editor, Name, build);
                    LeftLinks.Opened(editor, config);
                    told = new Condition(
                        opened.IsAttached ? Readiness.Recovering : Readiness.Starting,
                        opened.IsAttached ? "domain-reload-after" : "editor-start");
                    opened.SetReadiness(told.Readiness, told.Reason);
                    link = opened;
                    toldTrouble = null;
                    return;
                }
            }
            catch (FramewireException error)
            {
                Trouble = error.Message;
            }
            catch (Exception error)
            {
                if (error is ThreadAbortException)
                {
                    throw;
                }
                Trouble = "The link could not be opened: " + error;
            }
            // Asked again and again, it says so once.
            if (Trouble != toldTrouble)
            {
                toldTrouble = Trouble;
                Log.Add(LinkLogLevel.Error, Trouble);
            }
        }

        /// <summary>
        /// A plugin may declare its link otherwise than it did in the domain before. A new address is dialled at once; where
        /// anything else differs, the link that was left is taken over as it was, closed, and a new one opened.
        /// </summary>
        private FramewireLink OpenOrReplace()
        {
            FramewireConfig before = LeftLinks.Recall(editor, Name);
            try
            {
                FramewireLink opened = FramewireLink.Open(config);
                if (opened.IsAttached && before != null && before.Url != config.Url)
                {
                    Log.Add(LinkLogLevel.Info, "The address has changed: connecting to " + Url);
                    opened.Disconnect();
                    opened.Connect();
                }
                return opened;
            }
            catch (FramewireException error)
            {
                if (error.Status != LinkStatus.ConfigDiffers || before == null)
                {
                    throw;
                }
                Log.Add(LinkLogLevel.Warn, "The link is declared otherwise than before. It is closed, and opened anew: " + error.Message);
                CloseLeft();
                return FramewireLink.Open(config);
            }
        }

        /// <summary>Closes what the domain before has left, which only who declares the same as it did can.</summary>
        private void CloseLeft()
        {
            FramewireConfig before = LeftLinks.Recall(editor, Name);
            if (before != null)
            {
                FramewireLink.Open(before).Close();
                BuildGuard.Closed(editor, Name);
                LeftLinks.Closed(editor, Name);
            }
        }

        /// <summary>One frame: hands out what waits. True: something was.</summary>
        internal bool Frame(ulong nowNs)
        {
            FramewireLink polled = link;
            if (polled == null)
            {
                if (endedNs != 0 && nowNs - endedNs >= ReopenEveryNs)
                {
                    endedNs = nowNs;
                    Open();
                }
                return false;
            }
            LinkStatus status;
            try
            {
                status = polled.Poll(take);
            }
            catch (ThreadAbortException)
            {
                throw;
            }
            catch (Exception error)
            {
                Log.Add(LinkLogLevel.Error, "A handler failed: " + error);
                return true;
            }
            if (status == LinkStatus.Stale && link == polled)
            {
                link = null;
                endedNs = nowNs;
                Trouble = "The link has ended. It is opened anew.";
                Log.Add(LinkLogLevel.Warn, Trouble);
            }
            return status == LinkStatus.Ok;
        }

        /// <summary>Says what the editor can take. Only a change is told.</summary>
        internal void Tell(Condition condition)
        {
            bool isNew = condition.Readiness != told.Readiness || condition.Reason != told.Reason;
            if (link != null && isNew && FramewireLibrary.IsDone(link.SetReadiness(condition.Readiness, condition.Reason)))
            {
                told = condition;
            }
        }

        /// <summary>Leaves the link to the next domain. Never blocks.</summary>
        internal void Detach()
        {
            FramewireLink old = link;
            link = null;
            endedNs = 0;
            if (old != null)
            {
                old.Detach(Readiness.Reloading);
            }
        }

        /// <summary>Closes the link. Blocks, a quarter of a second at most.</summary>
        internal void Close()
        {
            FramewireLink old = link;
            link = null;
            endedNs = 0;
            if (old != null)
            {
                old.Close();
                BuildGuard.Closed(editor, Name);
                LeftLinks.Closed(editor, Name);
            }
        }

        private void Take(FramewireEvent item)
        {
            switch (item.Kind)
            {
                case EventKind.Log:
                    Log.Add(item.Level, item.Detail.ToString());
                    break;
                case EventKind.Opened:
                    Log.Add(LinkLogLevel.Info, "Connected to " + Url);
                    break;
                case EventKind.Closed:
                    Log.Add(LinkLogLevel.Info, "The connection ended, code " + item.Code + ": " + item.Detail.ToString());
                    break;
            }
            if (!router.Route(item))
            {
                FramewireEventHandler received = Received;
                if (received != null)
                {
                    received(item);
                }
            }
        }
    }
}
