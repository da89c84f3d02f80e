"""Runs a program that ThreadSanitizer watches, and reads what that says."""

from __future__ import annotations

import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

REPORT = "WARNING: ThreadSanitizer:"
FOUND = 66
# A thread that a test leaves to the end of its process is no race. Nothing else is turned off.
OPTIONS = f"exitcode={FOUND} halt_on_error=0 report_thread_leaks=0 second_deadlock_stack=1 history_size=4"


@dataclass(frozen=True)
class Outcome:
    status: int
    output: str
    errors: str

    @property
    def text(self) -> str:
        return self.errors + self.output

    @property
    def reports(self) -> int:
        return self.text.count(REPORT)

    @property
    def is_clean(self) -> bool:
        return self.status == 0 and self.reports == 0


def run_watched(command: list[str | Path], bound: float = 300, own: dict[str, str] | None = None) -> Outcome:
    """Runs it to its end; one that outlives its bound is ended with all it started, and has failed."""
    words = [str(word) for word in command]
    # The caller's own options stand behind, and so win. A panic that a test asks for costs a minute here if its backtrace is told.
    options = {"TSAN_OPTIONS": f"{OPTIONS} {os.environ.get('TSAN_OPTIONS', '')}", "RUST_BACKTRACE": "0"}
    environment = os.environ | options | (own or {})
    with subprocess.Popen(
        words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, errors="replace", start_new_session=True, cwd=Path(__file__).resolve().parents[2],
    ) as process:
        try:
            output, errors = process.communicate(timeout=bound)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, errors = process.communicate()
            errors += f"\nstill running after {bound} s: {' '.join(words)}\n"
            return Outcome(-1, output, errors)
        return Outcome(process.returncode, output, errors)
