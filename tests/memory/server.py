"""`framewire serve` as the other end, in a process of its own, so that what it holds is not counted."""

import json
import subprocess
import threading
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "target" / "release" / "framewire"


class Server:
    """Listens on a free port of loopback until the `with` block is left."""

    def __init__(self, profile: str):
        command = [str(PROGRAM), "serve", "--profile", profile, "--port", "0", "--json", "--stay"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout and self.process.stdin
        self.url: str = json.loads(self.process.stdout.readline())["url"]
        # It tells of each connection, and would wait for a reader.
        self.drain = threading.Thread(target=self._read_on, daemon=True)
        self.drain.start()

    def _read_on(self) -> None:
        assert self.process.stdout
        while self.process.stdout.read1(1 << 16):
            pass

    def say(self, line: str) -> None:
        """A line of its language: a command for the editor that is connected."""
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()
        self.drain.join()
