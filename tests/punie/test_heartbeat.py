"""#11 long work, #18 heartbeat: who counts as alive, and who does not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from harness.clock import SLACK_MS, took
from harness.link import default_config, now_ns
from harness.peer import Peer


def serve_idle_limit(peer: Peer, limit: int, stop: threading.Event, outcome: dict[str, object]) -> None:
    """A peer that ends a connection when no *data* message came in `limit` reads that found nothing, of 20 ms each; it
    answers one call, late."""
    connection = peer.accept()
    # Not by the clock: it goes on while the whole process stands still, and data may lie in the socket by then.
    quiet, call, answered_at = 0, None, None
    while not connection.ended and not stop.is_set():
        quiet += not connection.read(0.02)
        now = time.monotonic()
        for message in connection.inbox:
            quiet = 0
            outcome["data"] = outcome.get("data", 0) + 1
            if b"session/prompt" in message:
                call, answered_at = message, now + outcome["work"]
        connection.inbox.clear()
        if call and now >= answered_at:
            connection.result(json.loads(call), "done")
            call = None
        if quiet > limit:
            connection.finish()
            outcome["cut"] = True
            return


@pytest.mark.parametrize("keepalive", [True, False])
def test_punie_11_idle_limit_for_long_work(peer, open_link, keepalive):
    # The server's 1800 s scaled to 3 s, and 10 minutes of work to 5 s. Pings do not count there. Without the message
    # the work is to be cut, however slowly the server counts.
    outcome: dict[str, object] = {"work": 5.0 if keepalive else 25.0}
    stop = threading.Event()
    server = threading.Thread(target=serve_idle_limit, args=(peer, 150, stop, outcome), daemon=True)
    server.start()
    options = {"heartbeat_interval_ms": 100, "heartbeat_timeout_ms": 60_000}
    if keepalive:
        beat = '{"jsonrpc":"2.0","method":"$/keepalive"}'
        options |= {"keepalive_message": beat, "keepalive_interval_ms": 100}
    link = open_link(**options)
    link.next("OPENED")
    id_ = link.request("session/prompt", "{}")
    ended = link.next("RESPONSE")
    stop.set()
    server.join(10)
    assert ended.id == id_
    if keepalive:
        assert (ended.reason, ended.data) == ("NONE", b'"done"'), ended
        assert "cut" not in outcome and outcome["data"] > 5
    else:
        # It is the message that made the difference.
        assert ended.reason == "LOST" and outcome["cut"]
        assert link.next("CLOSED").code == 1006


def test_punie_11_pongs_are_life(pair):
    link, connection = pair(heartbeat_interval_ms=100, heartbeat_timeout_ms=5000)
    id_ = link.request("session/prompt", "{}")
    call = connection.receive()
    # Nothing but pongs for longer than the time-out.
    connection.serve(7)
    assert connection.pings > 5
    connection.result(call, 1)
    assert link.next("RESPONSE", id=id_).reason == "NONE"
    assert not link.all("CLOSED")


def test_punie_18_no_heartbeat_defaults():
    config = default_config()
    # Two silent intervals: a loss is seen within 45 s.
    assert (config.heartbeat_interval_ms, config.heartbeat_timeout_ms) == (20_000, 40_000)


def test_punie_18_no_heartbeat_silent_peer(pair):
    link, connection = pair(heartbeat_interval_ms=100, heartbeat_timeout_ms=500)
    begun = now_ns()
    id_ = link.request("session/prompt", "{}")
    # The peer does not read, so it does not answer pings; the host does not poll.
    time.sleep(1.5)
    assert link.next("RESPONSE").reason == "LOST"
    closed = link.next("CLOSED")
    assert (closed.reason, closed.code, closed.settled) == ("HEARTBEAT", 1006, 1), closed
    assert took(closed, begun) < 500 + SLACK_MS
    assert link.all("RESPONSE")[0].id == id_
    assert not connection.ended


STOPPED_SERVER = """
import sys
from websockets.sync.server import serve

with serve(lambda connection: [None for _ in connection], "127.0.0.1", 0) as server:
    print(server.socket.getsockname()[1], flush=True)
    server.serve_forever()
"""


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="the system stops no processes")
def test_punie_18_no_heartbeat_stopped_process(open_link):
    with subprocess.Popen([sys.executable, "-c", STOPPED_SERVER], stdout=subprocess.PIPE, text=True) as server:
        try:
            port = int(server.stdout.readline())
            link = open_link(f"ws://127.0.0.1:{port}", heartbeat_interval_ms=100, heartbeat_timeout_ms=5000)
            link.next("OPENED")
            # It lives on pongs for longer than the time-out, then only its kernel is left.
            time.sleep(7)
            assert not link.poll() and link.state().phase == "ACTIVE"
            os.kill(server.pid, signal.SIGSTOP)
            stopped = now_ns()
            closed = link.next("CLOSED")
            assert closed.reason == "HEARTBEAT" and took(closed, stopped) < 5000 + SLACK_MS
        finally:
            server.kill()


def test_punie_18_no_heartbeat_pings_of_the_peer(pair):
    link, connection = pair()
    # The host does not poll at all meanwhile.
    for number in range(20):
        connection.ping(b"%d" % number)
        connection.until(lambda: b"%d" % number in connection.pongs, "the pong", seconds=SLACK_MS / 1000)
    assert link.poll() == []
