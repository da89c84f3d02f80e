#!/usr/bin/env python3
"""Writes `Third Party Notices.md`: what of others is inside a library, and on which terms.

    notices.py [--package NAME] [--features A,B] [--product NAME] [--check] OUTPUT

--package    the package that the library is built from; default framewire-godot
--features   the features that it is built with; default: those of the package
--product    what the library is called in the text
--check      write nothing; end with 1 if OUTPUT is not what would be written
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from crates import Crate, linked
from licences import BY_ADDRESS, LicenceError, chosen, texts

HEAD = """\
# Third Party Notices

{product} contains the work of others, listed here with its terms.
This file is made from `Cargo.lock` and the sources of these packages by `godot/package/notices.py`.

| package | version | terms |
|---|---|---|
"""

STANDARD_LIBRARY = """
The Rust standard library is part of it, too, under MIT or Apache-2.0: <https://github.com/rust-lang/rust>.
"""

BY_ADDRESS_HEAD = """
## Under {licence}

These packages are used unchanged. Their source form is under the {licence}, which can be read at
<{text}>, and can be had at these addresses:

"""


def notices(product: str, crates: list[Crate]) -> str:
    """The whole file."""
    rows = "".join(f"| {crate.name} | {crate.version} | {' and '.join(chosen(crate))} |\n" for crate in crates)
    parts = [HEAD.format(product=product), rows, STANDARD_LIBRARY]
    for licence, text in BY_ADDRESS.items():
        covered = [crate for crate in crates if licence in chosen(crate)]
        if covered:
            parts.append(BY_ADDRESS_HEAD.format(licence=licence, text=text))
            parts += [f"- {crate.title}: <{crate.address}>\n" for crate in covered]
    parts.append("\n## Texts\n")
    for text, users in by_text(crates).items():
        fence = "~~~~"
        parts.append(f"\n### {', '.join(users)}\n\n{fence}text\n{text}\n{fence}\n")
    return "".join(parts)


def by_text(crates: list[Crate]) -> dict[str, list[str]]:
    """Each text once, with all that it stands for."""
    found: dict[str, tuple[str, list[str]]] = {}
    for crate in crates:
        for text in texts(crate):
            # The same words are the same licence, however they are broken into lines.
            _, users = found.setdefault(" ".join(text.split()), (text, []))
            users.append(crate.title)
    return dict(found.values())


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Writes the notices of what others have made.")
    parser.add_argument("output", type=Path)
    parser.add_argument("--package", default="framewire-godot")
    parser.add_argument("--features", type=lambda text: [each for each in text.split(",") if each], default=None)
    parser.add_argument("--product", default="The native library of Framewire for Godot")
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args(arguments)
    try:
        wanted = notices(given.product, linked(given.package, given.features))
    except LicenceError as error:
        print(error, file=sys.stderr)
        return 1
    if given.check:
        is_current = given.output.exists() and given.output.read_text(encoding="utf-8") == wanted
        if not is_current:
            print(f"{given.output} is out of date: run `make godot-notices`", file=sys.stderr)
        return 0 if is_current else 1
    given.output.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
