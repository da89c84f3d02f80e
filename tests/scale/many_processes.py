"""Many editors, a process each, against one server."""

import time
from dataclasses import dataclass
from pathlib import Path

from stage import Stage
from weigh import share_of, weigh


@dataclass
class Crowd:
    editors: int
    # Of one editor's process; what processes share is parted among them.
    share_kib: float
    threads: float
    server_kib: float
    server_threads: int
    # From the first start to the last acknowledgement, starting the processes included; back after a restart.
    connected_ms: float
    recovered_ms: float
    answers_ms: float
    wrong: list[str]
    ended_well: bool


def measure(place: Path, serve: str, host: str, count: int) -> Crowd:
    stage = Stage(place, f"{count}-editors")
    try:
        crowd = _measure(stage, serve, host, count)
    finally:
        statuses = stage.end()
    # The server that was killed is one of them.
    crowd.ended_well = sum(status != 0 for status in statuses) == 1
    return crowd


def _measure(stage: Stage, serve: str, host: str, count: int) -> Crowd:
    server, listening = stage.serve(serve)
    bare_server = weigh(server.process.pid)
    started = time.monotonic()
    options = ["--url", listening["url"], "--profile", "godot_ai", "--protocol", "1", "--hz", "4"]
    editors = [
        stage.start(f"editor{n}", [host, *options, "--name", f"e{n}", "--project", f"/projects/{n}/"])
        for n in range(count)
    ]
    sessions = _sessions(stage, server, count)
    connected_ms = (time.monotonic() - started) * 1e3
    stage.rest(1.0)
    wrong, answers_ms = _ask_all(stage, server, sessions)
    shares = [share_of(editor.process.pid) for editor in editors]
    threads = [weigh(editor.process.pid).threads for editor in editors]
    served = weigh(server.process.pid)

    server.process.kill()
    stage.rest(1.5)
    server, _ = stage.serve(serve, listening["port"])
    started = time.monotonic()
    sessions = _sessions(stage, server, count)
    recovered_ms = (time.monotonic() - started) * 1e3
    wrong += _ask_all(stage, server, sessions)[0]
    return Crowd(
        editors=count,
        share_kib=sum(shares) / count / 1024,
        threads=sum(threads) / count,
        server_kib=(served.rss - bare_server.rss) / count / 1024,
        server_threads=served.threads,
        connected_ms=connected_ms,
        recovered_ms=recovered_ms,
        answers_ms=answers_ms,
        wrong=wrong,
        ended_well=False,
    )


def _sessions(stage: Stage, server, count: int) -> dict[str, str]:
    """The session of each project, once all are there."""
    sessions: dict[str, str] = {}
    while len(sessions) < count:
        told = stage.hear(server, "acknowledged")
        sessions[told["project_path"]] = told["session_id"]
    return sessions


def _ask_all(stage: Stage, server, sessions: dict[str, str]) -> tuple[list[str], float]:
    started = time.monotonic()
    for path, session in sessions.items():
        server.say(f'{{"editor":"{session}","command":"echo","params":{{"to":"{path}"}},"tag":"{path}"}}')
    left, wrong = set(sessions), []
    while left:
        answer = stage.hear(server, "answer")
        left.discard(answer["tag"])
        is_right = answer["status"] == "ok" and answer["data"] == {"echo": {"to": answer["tag"]}}
        if not is_right or answer["session_id"] != sessions[answer["tag"]]:
            wrong.append(str(answer)[:300])
    return wrong, (time.monotonic() - started) * 1e3
