using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Framewire.Editor.Tests")]
