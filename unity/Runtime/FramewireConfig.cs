namespace Framewire
{
    /// <summary>
    /// What a link is opened with. `Name` and `Url` must be set; what is null keeps the library's default, which each
    /// property names. It is copied when a link is opened.
    /// </summary>
    public sealed partial class FramewireConfig
    {
        /// <summary>For `HoldMs`: requests wait for the frame loop for ever.</summary>
        public const uint Never = Native.Never;

        /// <summary>An empty configuration.</summary>
        public FramewireConfig()
        {
        }

        /// <summary>A configuration with the two things that every link needs.</summary>
        public FramewireConfig(string name, string url)
        {
            Name = name;
            Url = url;
        }

        /// <summary>Room that the texts and numbers need, in chars.</summary>
        internal long Size
        {
            get
            {
                long size = sizeof(uint);
                size += Length(Name) + Length(Owner) + Length(Url) + Length(Headers) + Length(Subprotocol);
                size += Length(TlsCaFile) + Length(Hello) + Length(Token) + Length(CapabilityFile);
                size += Length(StateFile) + Length(Project) + Length(KeepaliveMessage);
                return size + (ReconnectDelaysMs == null ? 0 : ReconnectDelaysMs.Length * sizeof(uint));
            }
        }

        private static long Length(string text)
        {
            return CallMemory.LengthOf(text);
        }
    }
}
