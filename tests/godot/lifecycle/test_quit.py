"""An editor that is quit in the middle of traffic ends like one that had nothing to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import editors
from runner import builds
from runner.engine import Engine
from runner.project import Project
from runner.server import ServeProcess

COMMANDS = ["echo", "later", "never"]


@pytest.mark.parametrize("keep", ["1", "0"], ids=["kept-alive", "not-kept"])
def test_quit_in_the_middle_of_traffic(
    engine: Engine, new_project: Callable[..., Project], server: ServeProcess, profile: str, keep: str
) -> None:
    project = editors.prepare(new_project(), "traffic")
    project.add_extension(builds.library(profile))
    editor = editors.start(engine, project, server, FRAMEWIRE_TRAFFIC_KEEP=keep)
    server.wait("acknowledged", seconds=60)
    sent = 0
    for number in range(60):
        server.call(COMMANDS[number % 3], {"key": number, "frames": 2}, tag=number)
        sent += 1
        if number % 3 != 2:
            server.wait("answer", tag=number)
    handed_out = [number for number in range(60) if number % 3 == 2]
    last = sent
    server.call("quit", {"key": sent}, tag=sent)
    # Behind its answer the close is near: a flood on top of it may reset the connection before the farewell is read.
    while not editor.is_over() and not server.seen("gone") and not server.seen("answer", tag=last):
        if len(server.reports()) < 2000:
            sent += 1
            server.call("later", {"key": sent, "frames": 3}, tag=sent)
    editor.wait(60).check()

    gone = server.wait("gone")
    assert len(gone) == 1 and gone[0]["clean"] and gone[0]["code"] in (1000, 1001), server.describe()
    answers = {}
    for answer in server.seen("answer"):
        assert answer["tag"] not in answers, f"two answers to {answer['tag']}"
        answers[answer["tag"]] = answer
    # What had been handed out is answered before the close, though by nobody but the link.
    assert {answers[number]["status"] for number in handed_out} == {"error"}, server.describe()
    stats = server.stats()
    assert {name: stats[name] for name in ("connections", "doubled", "late", "unknown", "malformed")} == {
        "connections": 1, "doubled": 0, "late": 0, "unknown": 0, "malformed": 0,
    }


def test_quit_while_nobody_listens(engine: Engine, new_project: Callable[..., Project], new_server: Callable[..., ServeProcess]) -> None:
    server = new_server()
    project = editors.prepare(new_project(), "traffic")
    editor = editors.start(engine, project, server)
    server.wait("acknowledged", seconds=60)
    server.kill()
    editor.process.terminate()
    # The engine takes SIGTERM as the system would have it: no farewell, and nothing to be said about it.
    assert editor.wait(60).status == -15
