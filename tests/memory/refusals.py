"""The system refuses threads, stacks, descriptors, memory and room: see refusals.c."""

import collections
import json
import subprocess
import tempfile
import threading

from server import Server
from tools import PATIENCE, Flavour, build, clean_environment

SCENES = [
    "open-without-keys",
    "open-without-threads",
    "open-without-stack",
    "open-without-descriptors",
    "dial-without-descriptors",
    "dial-without-record",
    "dial-without-certificates",
    "dial-without-helper",
    "file-without-descriptors",
    "file-without-helper",
    "file-without-room",
    "read-without-descriptors",
    "send-without-memory",
    "answer-without-memory",
    "every-call-once",
]
# A sanitizer needs address space without end, and a heap of its own.
UNSANITIZED = {"open-without-stack", "send-without-memory", "answer-without-memory"}


def play(scene: str, flavour: Flavour = Flavour.PLAIN) -> str:
    """One scene; what was told, in its own words."""
    program = build("refusals", flavour)
    with Server("json-rpc") as server, tempfile.TemporaryDirectory(prefix="framewire-") as directory:
        process = subprocess.Popen(
            [str(program), scene, server.url, directory],
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        watch = threading.Timer(PATIENCE, process.kill)
        watch.start()
        assert process.stdout
        lines = []
        for line in process.stdout:
            lines.append(line.rstrip("\n").replace(directory, "DIRECTORY"))
            if lines[-1] == "ask":
                server.say("answer {}")
        code = process.wait()
        watch.cancel()
    output = "\n".join(lines)
    assert code == 0 and lines and lines[-1].endswith(" passed, 0 failed"), f"{scene}: exit status {code}\n{output}"
    told = [line.removeprefix("  told: ") for line in lines if line.startswith("  told: ")]
    return sweep(lines) if scene == "every-call-once" else "; ".join(dict.fromkeys(told)) or lines[-1]


def sweep(lines: list[str]) -> str:
    """How many calls of each kind were refused."""
    calls = [json.loads(line)["call"] for line in lines if line.startswith("{")]
    counts = collections.Counter(calls)
    return f"{len(calls)} calls refused, one a turn: " + ", ".join(f"{name} {count}" for name, count in counts.items())
