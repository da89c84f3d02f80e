"""What a library is called on each platform, and under which key a .gdextension names it."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Platform:
    """A platform that the addon can be built for."""

    key: str
    """As Godot's feature tags have it."""
    triple: str
    """As Rust has it."""
    built: str
    """What cargo calls the library there."""

    @property
    def shipped(self) -> str:
        """What the library is called in the addon: the platforms lie side by side."""
        return f"bin/libframewire.{self.key}{Path(self.built).suffix}"


PLATFORMS = (
    Platform("linux.x86_64", "x86_64-unknown-linux-gnu", "libframewire_godot.so"),
    Platform("linux.arm64", "aarch64-unknown-linux-gnu", "libframewire_godot.so"),
    Platform("macos.x86_64", "x86_64-apple-darwin", "libframewire_godot.dylib"),
    Platform("macos.arm64", "aarch64-apple-darwin", "libframewire_godot.dylib"),
    Platform("windows.x86_64", "x86_64-pc-windows-msvc", "framewire_godot.dll"),
)

MACHINES = {"amd64": "x86_64", "aarch64": "arm64"}
SYSTEMS = {"darwin": "macos", "win32": "windows"}


def by_key(key: str) -> Platform:
    """The platform of that key."""
    for each in PLATFORMS:
        if each.key == key:
            return each
    raise SystemExit(f"no such platform: {key}; there are {', '.join(each.key for each in PLATFORMS)}")


def host() -> Platform:
    """The platform of this machine."""
    machine = platform.machine().lower()
    return by_key(f"{SYSTEMS.get(sys.platform, sys.platform)}.{MACHINES.get(machine, machine)}")
