"""The native libraries of a packed tree: where each lies, and the settings by which Unity's editor loads it and no other."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass

from metas import HEAD, guid

IMPORTER = """\
PluginImporter:
  externalObjects: {{}}
  serializedVersion: 2
  iconMap: {{}}
  executionOrder: {{}}
  defineConstraints: []
  isPreloaded: 0
  isOverridable: 0
  isExplicitlyReferenced: 0
  validateReferences: 1
  platformData:
  - first:
      : Any
    second:
      enabled: 0
      settings:
        Exclude Editor: 0
        Exclude Linux64: 1
        Exclude OSXUniversal: 1
        Exclude Win: 1
        Exclude Win64: 1
  - first:
      Any: 
    second:
      enabled: 0
      settings: {{}}
  - first:
      Editor: Editor
    second:
      enabled: 1
      settings:
        CPU: {cpu}
        DefaultValueInitialized: true
        OS: {system}
  - first:
      Standalone: Linux64
    second:
      enabled: 0
      settings:
        CPU: None
  - first:
      Standalone: OSXUniversal
    second:
      enabled: 0
      settings:
        CPU: None
  - first:
      Standalone: Win
    second:
      enabled: 0
      settings:
        CPU: None
  - first:
      Standalone: Win64
    second:
      enabled: 0
      settings:
        CPU: None
  userData: 
  assetBundleName: 
  assetBundleVariant: 
"""


@dataclass(frozen=True)
class Platform:
    """A platform whose editor the package serves."""

    key: str
    system: str
    """As Unity's importer has it."""
    cpu: str
    built: str
    """What cargo calls the library there."""

    @property
    def shipped(self) -> str:
        """Where it lies in the package. The name is the one that the C# asks for; the folders keep the platforms apart."""
        return f"Runtime/Plugins/{self.key}/{self.built}"

    @property
    def meta(self) -> str:
        return HEAD.format(guid=guid(self.shipped)) + IMPORTER.format(cpu=self.cpu, system=self.system)


PLATFORMS = (
    Platform("linux-x86_64", "Linux", "x86_64", "libframewire.so"),
    Platform("macos-arm64", "OSX", "ARM64", "libframewire.dylib"),
    Platform("macos-x86_64", "OSX", "x86_64", "libframewire.dylib"),
    Platform("windows-arm64", "Windows", "ARM64", "framewire.dll"),
    Platform("windows-x86_64", "Windows", "x86_64", "framewire.dll"),
)
MACHINES = {"amd64": "x86_64", "aarch64": "arm64"}
SYSTEMS = {"darwin": "macos", "win32": "windows"}


def by_key(key: str) -> Platform:
    for each in PLATFORMS:
        if each.key == key:
            return each
    raise SystemExit(f"no such platform: {key}; there are {', '.join(each.key for each in PLATFORMS)}")


def host() -> Platform:
    """The platform of this machine."""
    machine = platform.machine().lower()
    return by_key(f"{SYSTEMS.get(sys.platform, sys.platform)}-{MACHINES.get(machine, machine)}")
