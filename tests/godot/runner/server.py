"""`framewire serve` as a child process; what it reports lies in a file that tests in both languages read."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from harness.wait import USUAL_SECONDS, until

from .builds import command_line

Report = dict[str, Any]


class ServeProcess:
    """A reference server that stays until it is stopped. Listening when the constructor returns."""

    def __init__(self, directory: Path, profile: str = "godot-ai", *options: str, port: int = 0) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        number = len(list(directory.glob("server-*.jsonl")))
        self.path = directory / f"server-{number}.jsonl"
        command = [str(command_line()), "serve", "--profile", profile, "--port", str(port), "--json", "--stay", *options]
        with self.path.open("wb") as output:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=output)
        listening = self.wait("listening")[0]
        self.port: int = listening["port"]
        self.url: str = listening["url"]

    def say(self, line: str) -> None:
        """Tells it one line of its standard input."""
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()

    def call(self, command: str, params: Report | None = None, tag: Any = None, editor: str | None = None) -> None:
        """Sends a command to an editor, by default the first; the tag comes back with the answer."""
        line: Report = {"command": command, "params": params or {}, "tag": tag}
        self.say(json.dumps(line | ({"editor": editor} if editor else {})))

    def reports(self) -> list[Report]:
        """All that it reported so far."""
        whole = self.path.read_text(encoding="utf-8", errors="replace").rpartition("\n")[0]
        return [read(line) for line in whole.splitlines()]

    def seen(self, event: str, since: int = 0, **fields: Any) -> list[Report]:
        """The reports of that kind, from index `since` on, whose fields have the values given."""
        return [
            report
            for report in self.reports()[since:]
            if report["event"] == event and all(report.get(key) == value for key, value in fields.items())
        ]

    def wait(self, event: str, count: int = 1, since: int = 0, seconds: float = USUAL_SECONDS, **fields: Any) -> list[Report]:
        """Waits for at least `count` such reports and returns them."""

        def enough() -> list[Report]:
            found = self.seen(event, since, **fields)
            if len(found) < count and self.process.poll() is not None:
                raise AssertionError(f"the server ended before {count} x {event} {fields or ''}\n{self.describe()}")
            return found if len(found) >= count else []

        return until(enough, f"{count} x {event} {fields or ''} from the server", seconds, self.describe)

    def stats(self) -> Report:
        """Its totals."""
        before = len(self.reports())
        self.say(".stats")
        return self.wait("stats", since=before)[-1]

    def describe(self) -> str:
        return "the server's last reports:\n" + "\n".join(json.dumps(report)[:300] for report in self.reports()[-40:])

    def kill(self) -> None:
        """Ends it without a word to its editors."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Ends it in good order, by its pid if it does not listen."""
        try:
            if self.process.poll() is None:
                self.say(".quit")
                self.process.wait(5)
        except (OSError, subprocess.TimeoutExpired):
            pass
        finally:
            if self.process.poll() is None:
                self.kill()


def read(line: str) -> Report:
    try:
        report = json.loads(line)
    except ValueError:
        report = None
    return report if isinstance(report, dict) and "event" in report else {"event": "stray", "line": line}
