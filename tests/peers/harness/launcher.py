"""Starts editor hosts on a server, each in a directory of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .host import Host

# What every host of a godot-ai server answers unless its test says otherwise. The first rule of a name stands.
USUAL_SCRIPT = """\
get_editor_state reply {"readiness":"ready","godot_version":"4.7.1"}
* echo
"""


@contextlib.contextmanager
def launcher(root: Path) -> Iterator[Callable[..., Host]]:
    """Starts hosts below `root` and ends them: `start(wire, *more_options, script=..., url=..., environment=...)`.
    Without a wire only the options given are used."""
    hosts: list[Host] = []

    def start(
        wire: Any,
        *options: str,
        script: str = "",
        url: str = "",
        environment: dict[str, str] | None = None,
    ) -> Host:
        directory = root / f"host-{len(hosts)}"
        directory.mkdir()
        table = directory / "answers.txt"
        table.write_text(script + (wire.usual_script if wire else USUAL_SCRIPT), encoding="utf-8")
        usual = wire.arguments(url) if wire else []
        started = Host(
            [*usual, "--verbose", "--project", f"{directory}/", "--script", str(table), *options],
            directory,
            environment,
        )
        hosts.append(started)
        return started

    try:
        yield start
    finally:
        for each in hosts:
            each.stop()
