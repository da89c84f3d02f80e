"""Under which licence a crate is taken, and the text that has to travel with it."""

from __future__ import annotations

import re
from pathlib import Path

from crates import Crate

# Where a crate offers several, the first of these is taken.
PREFERENCE = ("MIT", "ISC", "BSD-3-Clause", "Apache-2.0", "MPL-2.0")

# Texts of these need not travel along: a place where they can be read is enough.
BY_ADDRESS = {"MPL-2.0": "https://mozilla.org/MPL/2.0/"}

# How files are called that hold the text of a licence, beside `LICENSE` for a crate with only one.
MARKS = {
    "MIT": ("mit",),
    "ISC": ("isc",),
    "BSD-3-Clause": ("bsd",),
    "Apache-2.0": ("apache",),
}
FILE = re.compile(r"^(licen[cs]e|copying)([-_.].*)?$", re.IGNORECASE)
# Lists of what a crate itself has taken over are part of its notice, whatever licence is chosen.
EXTRA = re.compile(r"^(notice|licen[cs]e-third-party|licen[cs]e-boringssl|licen[cs]e-other-bits)(\..*)?$", re.IGNORECASE)


class LicenceError(Exception):
    """A crate whose terms cannot be told; the text says what to do."""


def chosen(crate: Crate) -> list[str]:
    """The licences that hold together: one out of each choice that the crate leaves."""
    names = []
    for part in re.split(r"\s+AND\s+", crate.licence):
        offered = re.split(r"\s+OR\s+|/", part.strip("() "))
        names.append(next((name for name in PREFERENCE if name in offered), None))
    if None in names or not names:
        raise LicenceError(f"{crate.title} is offered under {crate.licence!r}: none of it is in PREFERENCE of {__file__}")
    return names


def texts(crate: Crate) -> list[str]:
    """The texts of the crate's chosen licences, and its notices of others' work."""
    wanted = [name for name in chosen(crate) if name not in BY_ADDRESS]
    files = sorted(path for path in crate.source.iterdir() if FILE.match(path.name) and not EXTRA.match(path.name))
    found = dict.fromkeys(text_file(crate, name, files) for name in wanted)
    found |= dict.fromkeys(sorted(path for path in crate.source.iterdir() if EXTRA.match(path.name)))
    return [clean(path.read_text(encoding="utf-8", errors="replace")) for path in found]


def text_file(crate: Crate, licence: str, files: list[Path]) -> Path:
    marked = [path for path in files if any(mark in path.name.lower() for mark in MARKS[licence])]
    plain = [path for path in files if re.fullmatch(r"(licen[cs]e|copying)(\.(md|txt))?", path.name, re.IGNORECASE)]
    if not marked and not plain:
        raise LicenceError(f"{crate.title} is under {licence}, and its source holds no text of it")
    return (marked or plain)[0]


def clean(text: str) -> str:
    """Without carriage returns, blanks at line ends, and empty lines around it."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").splitlines()).strip("\n")
