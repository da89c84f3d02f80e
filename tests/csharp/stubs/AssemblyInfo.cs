using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Framewire.Editor.Tests")]
[assembly: InternalsVisibleTo("EditorHost")]
