"""The text of framewire.gdextension: it names the libraries that are in the tree, and no other."""

from __future__ import annotations

from pathlib import Path

from platforms import PLATFORMS

NAME = "framewire.gdextension"
ADDON = "res://addons/framewire"

HEAD = """\
[configuration]

entry_symbol = "gdext_rust_init"
compatibility_minimum = "4.3"
reloadable = {reloadable}

[libraries]

"""

# Each class with an icon of its own.
ICONS = {
    "FramewireLink": "framewire_link",
    "FramewireEditorLink": "framewire_editor_link",
    "FramewireRequest": "framewire_request",
    "FramewireReply": "framewire_reply",
}


def write(addon: Path, reloadable: bool) -> Path:
    """Writes the file into the addon for the libraries that lie there.

    `reloadable` lets the engine load a library that has changed into a running editor. It is for those who build the
    library; a Rust library that is given away stays loaded until the editor ends.
    """
    target = addon / NAME
    target.write_text(text(addon, reloadable), encoding="utf-8")
    return target


def text(addon: Path, reloadable: bool) -> str:
    libraries = "".join(
        f'{platform.key} = "{ADDON}/{platform.shipped}"\n'
        for platform in PLATFORMS
        if (addon / platform.shipped).exists()
    )
    if not libraries:
        raise SystemExit(f"{addon / 'bin'} holds no library: build one first")
    icons = "".join(
        f'{name} = "{ADDON}/icons/{icon}.svg"\n'
        for name, icon in ICONS.items()
        if (addon / "icons" / f"{icon}.svg").exists()
    )
    return HEAD.format(reloadable=str(reloadable).lower()) + libraries + "\n[icons]\n\n" + icons
