"""The process of the editors, seen from outside: orders go in, its log comes back."""

from __future__ import annotations

import json
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
# Only an editor that hangs takes so long.
PATIENCE = 60.0


class EditorHandle:
    def __init__(self, errors: Path) -> None:
        self.errors = errors
        with errors.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, str(HERE / "editor_process.py")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                bufsize=0,
            )
        self._pending = b""

    def open(self, config: dict[str, Any]) -> None:
        self._ask("open", config=config)

    def order(self, what: str, **more: Any) -> None:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps({"do": what, **more}).encode() + b"\n")
        except BrokenPipeError:
            raise self._end() from None

    def look(self) -> dict[str, Any]:
        return self._ask("look")

    def close(self) -> dict[str, Any]:
        """The log of the link that is closed by this."""
        return self._ask("close")

    def stop(self) -> str:
        """What the process wrote where nothing is to be written."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        return self.errors.read_text(errors="replace")

    def _ask(self, what: str, **more: Any) -> dict[str, Any]:
        self.order(what, **more)
        assert self.process.stdout is not None
        deadline = time.monotonic() + PATIENCE
        while b"\n" not in self._pending:
            if not select.select([self.process.stdout], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise TimeoutError(f"the editor gave no reply to `{what}` for {PATIENCE:.0f} s")
            data = self.process.stdout.read(1 << 16)
            if not data:
                raise self._end()
            self._pending += data
        line, _, self._pending = self._pending.partition(b"\n")
        return json.loads(line)

    def _end(self) -> RuntimeError:
        self.process.wait(10)
        return RuntimeError(f"the editor has ended ({self.process.returncode}): {self.errors.read_text()[-2000:]}")
