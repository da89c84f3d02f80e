"""The list of what others have made is that of the lock file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from runner.builds import ADDON, REPOSITORY

NOTICES = ADDON / "Third Party Notices.md"
PROGRAM = REPOSITORY / "godot" / "package" / "notices.py"


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(PROGRAM), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def test_the_notices_are_up_to_date() -> None:
    done = run("--check", NOTICES)
    assert done.returncode == 0, done.stderr


def test_drift_is_found(tmp_path: Path) -> None:
    changed = tmp_path / "notices.md"
    changed.write_text(NOTICES.read_text(encoding="utf-8").replace("| libc |", "| libd |"), encoding="utf-8")
    done = run("--check", changed)
    assert done.returncode == 1 and "make godot-notices" in done.stderr


def test_they_say_where_the_source_of_gdext_is() -> None:
    text = NOTICES.read_text(encoding="utf-8")
    for crate in ("godot", "godot-core", "godot-ffi", "godot-cell"):
        assert f"<https://crates.io/crates/{crate}/" in text
    assert "https://mozilla.org/MPL/2.0/" in text


def test_every_licence_is_there_with_its_text() -> None:
    text = NOTICES.read_text(encoding="utf-8")
    for words in ("Permission is hereby granted, free of charge", "Apache License", "Permission to use, copy, modify"):
        assert words in text


def test_other_packages_can_have_theirs(tmp_path: Path) -> None:
    written = tmp_path / "notices.md"
    done = run("--package", "framewire", "--features", "capi", "--product", "The C library", written)
    assert done.returncode == 0, done.stderr
    text = written.read_text(encoding="utf-8")
    assert text.startswith("# Third Party Notices\n\nThe C library contains")
    assert "| tungstenite |" in text
    assert "| godot |" not in text and "| rustls |" not in text
