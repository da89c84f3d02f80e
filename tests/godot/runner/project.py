"""A scratch project: its files, its settings, the extension in it, and a home for the engine that opens it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from . import builds

if TYPE_CHECKING:
    from .running import Running

ADDON = "addons/framewire"
EXTENSION = f"{ADDON}/framewire.gdextension"
USUAL_SETTINGS = {
    "application/config/name": '"framewire test"',
    "application/config/features": 'PackedStringArray("4.6")',
    # What a script prints is read while it runs, and errors name their lines.
    "application/run/flush_stdout_on_print": "true",
    "debug/settings/gdscript/always_track_call_stacks": "true",
}

GDEXTENSION = """\
[configuration]

entry_symbol = "gdext_rust_init"
compatibility_minimum = "4.3"
reloadable = {reloadable}

[libraries]

linux.debug.{arch} = "{library}"
linux.release.{arch} = "{library}"
"""


class Project:
    """A project below `directory`, which also holds the engine's home and logs."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.root = directory / "project"
        self.home = directory / "home"
        self.settings = dict(USUAL_SETTINGS)
        self.plugins: list[str] = []
        self.runs: list[Running] = []
        for each in (self.root, self.home):
            each.mkdir(parents=True, exist_ok=True)
        self.save()

    def write(self, path: str, text: str) -> Path:
        """Writes a file; the path is relative to the project."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return target

    def copy(self, source: Path, path: str = "") -> Path:
        """Copies a file or folder of the repository to `path`, by default under its own name. Python files and
        caches stay behind."""
        target = self.root / (path or source.name)
        if source.is_dir():
            ignored = shutil.ignore_patterns("*.py", "__pycache__", ".godot", "bin", "*.gdextension")
            shutil.copytree(source, target, ignore=ignored, dirs_exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
        return target

    def set(self, name: str, value: str) -> None:
        """Sets a project setting; the value is written as project.godot has it, strings with their quotes."""
        self.settings[name] = value
        self.save()

    def enable_plugin(self, addon: str) -> None:
        """Has the editor switch the plugin in addons/ADDON on."""
        self.plugins.append(f"res://addons/{addon}/plugin.cfg")
        self.save()

    def add_extension(self, library: Path | None = None, reloadable: bool = False, path: str = EXTENSION) -> None:
        """Puts the extension into the project: the library (default: the build under test) as a link to it, the
        description of it, and its name on the engine's list, so that a run without the editor loads it, too."""
        library = library or builds.library()
        arch = "arm64" if os.uname().machine == "aarch64" else os.uname().machine
        place = self.root / Path(path).parent
        link(library, place / "bin" / library.name)
        self.write(path, GDEXTENSION.format(arch=arch, library=f"bin/{library.name}", reloadable=str(reloadable).lower()))
        self.write(".godot/extension_list.cfg", f"res://{path}\n")

    def add_addon(self) -> None:
        """Copies what a user copies, without a library: see `add_extension`."""
        if builds.ADDON.exists():
            self.copy(builds.ADDON, ADDON)

    def save(self) -> None:
        settings = dict(self.settings)
        if self.plugins:
            names = ", ".join(f'"{plugin}"' for plugin in self.plugins)
            settings["editor_plugins/enabled"] = f"PackedStringArray({names})"
        sections: dict[str, list[str]] = {}
        for name, value in settings.items():
            section, _, key = name.partition("/")
            sections.setdefault(section, []).append(f"{key}={value}")
        text = "config_version=5\n"
        for section, lines in sections.items():
            text += "\n".join(["", f"[{section}]", "", *lines, ""])
        (self.root / "project.godot").write_text(text, encoding="utf-8")

    def take_over(self, primed: Project) -> None:
        """Begins with what an editor left in another project of the same kind: its caches, the ids that it put beside
        the scripts, and its home."""
        for source, target in ((primed.root / ".godot", self.root / ".godot"), (primed.home, self.home)):
            if source.exists():
                shutil.copytree(source, target, dirs_exist_ok=True)
        for source in primed.root.rglob("*.uid"):
            target = self.root / source.relative_to(primed.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)

    def environment(self) -> dict[str, str]:
        """What the engine is told of its home."""
        places = {"HOME": "", "XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data", "XDG_CACHE_HOME": "cache"}
        return {name: str(self.home / place) for name, place in places.items()}

    def new_log(self) -> Path:
        """A file for the next run's log."""
        return self.directory / f"engine-{len(self.runs)}.log"

    def close(self) -> None:
        """Ends every run that is still under way."""
        for run in self.runs:
            run.kill()


def link(source: Path, target: Path) -> None:
    """Makes `target` the same file as `source`; a copy where file systems differ."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy(source, target)
