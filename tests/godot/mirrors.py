"""Which Debian mirrors this machine may use: its own first, by the word of apt, then the public one."""

from __future__ import annotations

import os
import subprocess

PUBLIC = "http://deb.debian.org/debian"
RELEASES = {"bullseye", "bookworm", "trixie", "forky", "sid", "oldstable", "stable", "testing", "unstable"}
# apt reads both forms of its lists, so nothing of them is parsed here.
FORMAT = "$(REPO_URI)\t$(ORIGIN)\t$(LABEL)\t$(RELEASE)"


def mirrors() -> list[str]:
    """Mirrors in the order of trial. FRAMEWIRE_DEBIAN_MIRROR, where set, is the only one."""
    if chosen := os.environ.get("FRAMEWIRE_DEBIAN_MIRROR"):
        return [chosen.rstrip("/")]
    return [*dict.fromkeys([*of_this_machine(), PUBLIC])]


def of_this_machine() -> list[str]:
    """The mirrors of the main archive that apt is configured with."""
    command = ["apt-get", "indextargets", "--format", FORMAT, "Created-By: Packages"]
    listed = subprocess.run(command, capture_output=True, text=True)
    return chosen_from(listed.stdout)


def chosen_from(listed: str) -> list[str]:
    """The mirrors among lines in the above format: those that call themselves Debian; where the lists were never
    fetched and say nothing of themselves, those that look like a mirror of it. Whether a mirror is true is decided
    by its signature."""
    rows = [line.split("\t") for line in listed.splitlines() if line.count("\t") == 3]
    named = [uri for uri, origin, label, _ in rows if (origin, label) == ("Debian", "Debian")]
    unnamed = [
        uri
        for uri, origin, _, release in rows
        if not origin and release in RELEASES and uri.rstrip("/").rpartition("/")[2] == "debian"
    ]
    return [uri.rstrip("/") for uri in dict.fromkeys(named or unnamed)]
