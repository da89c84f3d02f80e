"""#1 time-outs: each wait has an end, whether the host polls or not."""

from __future__ import annotations

import socket
import time

from harness.clock import MS, SLACK_MS, took
from harness.link import now_ns


def test_punie_01_no_timeouts_connect(open_link):
    # A queue of connections that is full lets further ones wait without a word.
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    fillers = []
    for _ in range(8):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(listener.getsockname())
        fillers.append(filler)
    begun = now_ns()
    link = open_link(f"ws://127.0.0.1:{listener.getsockname()[1]}/ws", connect_timeout_ms=300)
    failed = link.next("CONNECT_FAILED")
    assert failed.reason == "TIMEOUT" and 300 <= took(failed, begun) < 300 + SLACK_MS, failed
    for each in [*fillers, listener]:
        each.close()


def test_punie_01_no_timeouts_upgrade(peer, open_link):
    begun = now_ns()
    link = open_link(upgrade_timeout_ms=300)
    connection = peer.accept_mute()
    # The host does not poll: the deadline is kept on the I/O thread.
    connection.drain()
    failed = link.next("CONNECT_FAILED")
    assert failed.reason == "TIMEOUT" and "upgrade" in failed.detail, failed
    assert 300 <= took(failed, begun) < 300 + SLACK_MS
    link.settle()
    assert len(link.all("CONNECT_FAILED")) == 1


def test_punie_01_no_timeouts_mute_peer(pair):
    link, connection = pair()
    begun = now_ns()
    id_ = link.request("session/prompt", "{}", timeout_ms=300)
    call = connection.receive()
    # Nobody polls before the deadline has long passed.
    time.sleep(1)
    ended = link.next("RESPONSE")
    assert (ended.id, ended.reason, ended.name) == (id_, "TIMEOUT", b"session/prompt")
    assert 300 * MS <= ended.age_ns and took(ended, begun) < 300 + SLACK_MS
    assert "300 ms" in ended.detail
    link.settle()
    assert len(link.all("RESPONSE")) == 1 and link.state().calls_open == 0
    connection.result(call, None)


def test_punie_01_no_timeouts_updates_but_no_answer(pair):
    # The quiet limit sees life, the limit of the call does not care.
    link, connection = pair(quiet_timeout_ms=10_000)
    id_ = link.request("session/prompt", "{}", timeout_ms=500)
    connection.receive()
    updates = 0
    while not link.all("RESPONSE"):
        connection.json(method="session/update", params={"number": updates})
        updates += 1
        link.poll()
        time.sleep(0.01)
        assert updates < 2000, "the call never ends"
    ended = link.next("RESPONSE")
    assert (ended.id, ended.reason) == (id_, "TIMEOUT") and ended.age_ns >= 500 * MS
    link.poll_until(lambda: len(link.all("NOTIFICATION")) == updates, "every update")
    assert len(link.all("RESPONSE")) == 1


def test_punie_01_no_timeouts_late_answer(pair):
    link, connection = pair()
    late = link.request("session/prompt", "{}", timeout_ms=200)
    call = connection.receive()
    assert link.next("RESPONSE", id=late).reason == "TIMEOUT"
    connection.result(call, "late")
    good = link.request("initialize", "{}")
    connection.result(connection.receive(), "good")
    ended = link.next("RESPONSE", id=good)
    assert (ended.reason, ended.data) == ("NONE", b'"good"')
    assert len(link.all("RESPONSE")) == 2, "the late answer is no event"
    assert link.stats().late_replies == 1


def test_punie_01_no_timeouts_quiet(pair):
    link, connection = pair(quiet_timeout_ms=4000)
    id_ = link.request("session/prompt", "{}", timeout_ms=60_000)
    connection.receive()
    for number in range(5):
        time.sleep(0.3)
        connection.json(method="session/update", params=[number])
    ended = link.next("RESPONSE")
    assert (ended.id, ended.reason) == (id_, "TIMEOUT"), ended
    assert ended.age_ns >= (4 * 300 + 4000) * MS, "each update put the limit off"
    assert "quiet" in ended.detail
    assert not link.all("CLOSED"), "a quiet call ends, the connection does not"


def test_punie_01_no_timeouts_close(pair):
    link, connection = pair(close_timeout_ms=300)
    connection.answers_close = False
    begun = now_ns()
    assert link.disconnect() == "OK"
    connection.until(lambda: connection.close_code, "the close frame")
    closed = link.next("CLOSED")
    assert not closed.has("CLEAN") and took(closed, begun) < 300 + SLACK_MS
