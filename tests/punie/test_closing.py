"""#3 disconnects, #13 closing twice, #17 clean-up: how connections end, and what is told and left then."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from harness.abi import C
from harness.leaks import needs_proc, open_things, settles_to
from harness.link import Link
from harness.peer import Connection, Peer
from harness.steps import STEPS, steps

ENDS: dict[str, tuple[Callable[[Connection], None], int, bool, str]] = {
    # How the peer ends it; the code, whether that is clean, and the reason that the host is told.
    "normal": (lambda c: c.send_close(1000), 1000, True, "CLOSED_BY_PEER"),
    "refused": (lambda c: c.send_close(1011, "Registration failed"), 1011, True, "CLOSED_BY_PEER"),
    "restart": (lambda c: c.send_close(1012), 1012, True, "CLOSED_BY_PEER"),
    "reset": (lambda c: c.reset(), 1006, False, "CONNECTION_LOST"),
    "fin": (lambda c: c.finish(), 1006, False, "CONNECTION_LOST"),
    "vanished": (lambda c: c.socket.close(), 1006, False, "CONNECTION_LOST"),
}


@pytest.mark.parametrize("how", ENDS)
@pytest.mark.parametrize("at_once", [False, True], ids=["in_a_call", "at_once"])
def test_punie_03_disconnect_not_handled(pair, how, at_once):
    end, code, clean, reason = ENDS[how]
    link, connection = pair()
    ids = [] if at_once else [link.request("session/prompt", "{}"), link.request("session/prompt", "{}")]
    for _ in ids:
        connection.receive()
    end(connection)
    if not connection.socket._closed:
        connection.drain()
    closed = link.next("CLOSED")
    assert [(event.id, event.reason) for event in link.all("RESPONSE")] == [(id_, "LOST") for id_ in ids]
    assert (closed.code, closed.has("CLEAN"), closed.reason) == (code, clean, reason), closed
    assert closed.settled == len(ids) and not closed.has("BY_US")
    if how == "refused":
        assert "Registration failed" in closed.detail
    link.settle()
    assert link.events[-1] == closed, "the last event of its connection, and the only one of its kind"
    assert link.state().phase == "DISCONNECTED"
    assert link.try_request("m")[0] == "NOT_OPEN"


def test_punie_03_disconnect_not_handled_what_came_before_is_delivered(pair):
    link, connection = pair()
    done, lost = link.request("m"), link.request("m")
    call = connection.receive()
    for number in range(100):
        connection.json(method="session/update", params=[number])
    connection.result(call, 1)
    connection.send_close(1012)
    connection.drain()
    link.next("CLOSED", code=1012)
    kinds = [event.kind for event in link.events]
    assert kinds == ["OPENED"] + ["NOTIFICATION"] * 100 + ["RESPONSE"] * 2 + ["CLOSED"]
    assert [(e.id, e.reason) for e in link.all("RESPONSE")] == [(done, "NONE"), (lost, "LOST")]


@pytest.mark.parametrize("step", STEPS)
def test_punie_13_close_of_a_closed_socket_from_8_threads(peer, open_link, step):
    link = open_link(reconnect=C.RECONNECT_FOREVER, reconnect_delays_ms=[60_000], close_timeout_ms=10_000)
    steps(peer)[step](link)
    start, outcomes = threading.Barrier(8), []

    def close() -> None:
        start.wait()
        outcomes.append(link.close(200)[0])

    threads = [threading.Thread(target=close) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["OK"] + ["STALE"] * 7
    assert link.close()[0] == "STALE" and link.disconnect() == "STALE" and link.connect() == "STALE"


@pytest.mark.parametrize("by_peer", [False, True], ids=["by_host", "by_peer"])
def test_punie_13_close_of_a_closed_socket_one_event(pair, by_peer):
    link, connection = pair()
    if by_peer:
        connection.send_close(1000)
    start = threading.Barrier(8)

    def disconnect() -> None:
        start.wait()
        for _ in range(4):
            assert link.disconnect() in ("OK", "WOULD_BLOCK")

    threads = [threading.Thread(target=disconnect) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    connection.drain()
    assert link.next("CLOSED").has("CLEAN")
    for _ in range(3):
        assert link.disconnect() == "OK"
    link.settle()
    assert len(link.all("CLOSED")) == 1


# What goes wrong while a connection ends, and how the peer does it. A code that may not be sent is a close frame still.
FAULTS: dict[str, Callable[[Connection], None]] = {
    "no_fault": lambda c: c.drain(),
    "reset_instead_of_close": lambda c: c.reset(),
    "fin_instead_of_close": lambda c: c.finish(),
    "bad_close_code": lambda c: (c.raw(b"\x88\x02\x03\xed"), c.drain()),
    "bad_close_reason": lambda c: c.raw(b"\x88\x03\x03\xe8\xff"),
    "half_a_close_frame": lambda c: (c.raw(b"\x88\x02\x03"), c.finish()),
    "bad_frame": lambda c: c.raw(b"\xff\xff\xff\xff"),
    "half_a_message": lambda c: (c.raw(b"\x81\x7f\x00\x00\x00\x00\x00\x10\x00\x00{"), c.finish()),
    "mute": lambda c: None,
}


@needs_proc
@pytest.mark.parametrize("fault", FAULTS)
def test_punie_17_clean_up_exceptions(fault):
    # Whatever fails at the end, what follows is the same: calls and requests settled, sends accounted for, CLOSED last,
    # and nothing left behind. Panics inside the library have tests/c/panic.c.
    before = open_things()
    peer = Peer()
    # Only these two end by the deadline; the others have the time to do what they do.
    link = Link(peer.url, close_timeout_ms=2000 if fault in ("mute", "bad_frame") else 10_000)
    connection = peer.accept()
    link.next("OPENED")
    calls = [link.request("session/prompt", "{}") for _ in range(3)]
    for _ in calls:
        connection.receive()
    connection.json(id=1, method="fs/read_text_file")
    request = link.next("REQUEST")
    connection.answers_close = fault == "no_fault"
    assert link.disconnect() == "OK"
    connection.until(lambda: connection.close_code, "the close frame")
    FAULTS[fault](connection)
    closed = link.next("CLOSED")
    assert [(event.id, event.reason) for event in link.all("RESPONSE")] == [(id_, "LOST") for id_ in calls]
    assert [event.id for event in link.all("REQUEST_ENDED")] == [request.id]
    assert closed.settled == 4 and closed.has("CLEAN") == (fault == "no_fault"), closed
    assert link.respond(request.id, "{}")[0] == "LOST"
    link.settle()
    assert link.events[-1] == closed
    # The host lives, and the link too: it dials again when asked.
    assert link.connect() == "OK"
    again = peer.accept()
    link.next("OPENED", generation=2)
    id_ = link.request("m")
    again.result(again.receive(), 1)
    assert link.next("RESPONSE", id=id_).reason == "NONE"
    assert link.close(200)[0] == "OK"
    peer.close()
    settles_to(before)
