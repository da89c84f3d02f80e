using NUnit.Framework;

namespace Framewire.Editor.PackageTests
{
    /// <summary>What only an editor can show: that the package arrived whole.</summary>
    public sealed class InstallTests
    {
        /// <summary>The library of this platform is there, is loaded, and is of this package's version.</summary>
        [Test]
        public void TheLibraryIsLoaded()
        {
            FramewireLibrary.Check();
            Assert.IsNotEmpty(FramewireLibrary.Version);
        }

        /// <summary>A link opens, and closes at once.</summary>
        [Test]
        public void ALinkOpensAndCloses()
        {
            FramewireConfig config = new FramewireConfig("install-test", "ws://127.0.0.1:9") { Flags = ConfigFlags.StartDisconnected };
            using (FramewireLink link = FramewireLink.Open(config))
            {
                Assert.IsTrue(link.IsOpen);
            }
        }
    }
}
