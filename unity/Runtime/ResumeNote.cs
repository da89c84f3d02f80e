namespace Framewire
{
    /// <summary>What is known of a request that an earlier domain left behind. Lent for the call that it is given to.</summary>
    public readonly ref struct ResumeNote
    {
        internal ResumeNote(FramewireEvent orphan)
        {
            Text = orphan.Note;
            Parameters = orphan.Json;
            AreParametersGone = (orphan.Flags & EventFlags.PayloadGone) != 0;
            Deliveries = orphan.Count;
            AgeNs = orphan.AgeNs;
        }

        /// <summary>What the earlier domain left by Defer; empty if nothing.</summary>
        public Utf8Text Text { get; }

        /// <summary>The parameters of the request.</summary>
        public JsonView Parameters { get; }

        /// <summary>The parameters were too large to be kept.</summary>
        public bool AreParametersGone { get; }

        /// <summary>Times that the request was handed out, this one included.</summary>
        public ulong Deliveries { get; }

        /// <summary>Time since its arrival, ns.</summary>
        public ulong AgeNs { get; }

        /// <summary>The text as string.</summary>
        public override string ToString()
        {
            return Text.ToString();
        }
    }
}
