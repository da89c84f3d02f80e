"""The program under test, `editor_host`, as a child process: command words in, JSON lines out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from .wait import USUAL_SECONDS, until

Event = dict[str, Any]


def program() -> list[str]:
    """The host's command line; FRAMEWIRE_EDITOR_HOST names it (a .py file is run by this interpreter)."""
    path = os.environ.get("FRAMEWIRE_EDITOR_HOST", "")
    if not path:
        raise AssertionError("FRAMEWIRE_EDITOR_HOST is not set: run `make test-peers`, which builds editor_host")
    if not Path(path).is_file():
        raise AssertionError(f"FRAMEWIRE_EDITOR_HOST names {path}, which is not there: run `make test-peers`")
    return [sys.executable, path] if path.endswith(".py") else [path]


class Host:
    """A running editor host. Every line it printed is kept in `events`, in order."""

    def __init__(
        self,
        arguments: Iterable[str],
        directory: Path,
        environment: dict[str, str] | None = None,
        command: list[str] | None = None,
    ) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.events: list[Event] = []
        self.stray: list[str] = []
        self._errors = directory / "stderr.log"
        # What the user's own session exports must not reach the library.
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("GODOT_AI_")}
        inherited |= {"HOME": str(directory), "XDG_CONFIG_HOME": str(directory / "config")}
        with open(self._errors, "wb") as errors:
            self.process = subprocess.Popen(
                [*(command or program()), *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                encoding="utf-8",
                bufsize=1,
                env=inherited | (environment or {}),
            )
        self._reader = threading.Thread(target=self._read, name="host-output", daemon=True)
        self._reader.start()

    def say(self, *words: object) -> None:
        """Sends one command line."""
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()

    def seen(self, event: str, since: int = 0, **fields: Any) -> list[Event]:
        """The events of that kind, from index `since` on, whose fields have the values given."""
        return [
            line
            for line in self.events[since:]
            if line.get("event") == event and all(line.get(key) == value for key, value in fields.items())
        ]

    def wait(
        self, event: str, count: int = 1, since: int = 0, seconds: float = USUAL_SECONDS, **fields: Any
    ) -> list[Event]:
        """Waits until at least `count` such events were printed and returns them."""

        def enough() -> list[Event]:
            found = self.seen(event, since, **fields)
            if len(found) >= count:
                return found
            if self.process.poll() is not None and not self._reader.is_alive():
                raise AssertionError(f"editor_host ended with {self.process.returncode}\n{self.describe()}")
            return []

        return until(enough, f"{count} x {event} {fields or ''}", seconds, self.describe)

    def mark(self) -> int:
        """The place in `events` after which a later `since` looks."""
        return len(self.events)

    def ask(self, word: str) -> Event:
        """Sends a word that is answered by an event of the same name (`state`, `stats`)."""
        before = self.mark()
        self.say(word)
        return self.wait(word, since=before)[-1]

    def session_id(self) -> str:
        return self.ask("state")["session_id"]

    def no_more(self, event: str, since: int, condition: Callable[[], Any], what: str) -> None:
        """Waits for `condition` and checks that no such event came meanwhile."""
        until(condition, what, context=self.describe)
        assert not self.seen(event, since), self.describe()

    def describe(self) -> str:
        lines = [json.dumps(event)[:300] for event in self.events[-40:]] + [line[:300] for line in self.stray]
        errors = self._errors.read_text(errors="replace")[-2000:]
        return "editor_host's last lines:\n" + "\n".join(lines) + (f"\nstderr:\n{errors}" if errors else "")

    def stop(self, seconds: float = 5) -> None:
        """Ends it: by its own word first, by its pid if it does not listen for that long."""
        try:
            if self.process.poll() is None:
                self.say("quit")
                self.process.stdin.close()
                self.process.wait(timeout=seconds)
        except (OSError, subprocess.TimeoutExpired):
            pass
        finally:
            if self.process.poll() is None:
                self.process.kill()
            self.process.wait()
            self._reader.join(timeout=10)

    def _read(self) -> None:
        for line in self.process.stdout:
            try:
                event = json.loads(line)
            except ValueError:
                event = None
            if isinstance(event, dict):
                self.events.append(event)
            else:
                self.stray.append(line)
