"""#3 disconnects, #7 half-made connections, #8 sends while closing, #9 reconnects, #13 closing twice, #17 clean-up."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Callable

import pytest

from harness.abi import C
from harness.link import Link
from harness.peer import Connection, Peer

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


def open_things() -> tuple[int, int]:
    """Descriptors and threads of this process."""
    return len(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task"))


def settles_to(before: tuple[int, int]) -> None:
    # A look-up in the system's resolver cannot be ended; its thread goes when the resolver gives up.
    deadline = time.monotonic() + 90
    while any(more > was for more, was in zip(open_things(), before)):
        assert time.monotonic() < deadline, f"{open_things()} descriptors and threads, {before} before"
        time.sleep(0.02)


def refuse_all(peer: Peer, stop: threading.Event, answer: Callable[[Connection], None]) -> threading.Thread:
    def work() -> None:
        while not stop.is_set():
            try:
                connection = peer.accept_mute(0.2)
            except (TimeoutError, OSError):
                continue
            try:
                answer(connection)
            except (OSError, AssertionError):
                pass
            connection.socket.close()
            peer.connections.remove(connection)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def find_nothing(connection: Connection) -> None:
    connection.read()
    connection.raw(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    connection.drain(5)


def refuse_registration(connection: Connection) -> None:
    connection.upgrade()
    connection.send_close(1011, "Registration failed")
    connection.drain(5)


# Where it fails, how often, and what the host is told each time. A name costs a round trip to a name server.
FAILURES = {
    "resolve": (20, "CONNECT_FAILED", ("RESOLVE", "TIMEOUT")),
    "connect": (1000, "CONNECT_FAILED", ("REFUSED",)),
    "upgrade": (1000, "CONNECT_FAILED", ("NOT_WEBSOCKET",)),
    "first_message": (1000, "CLOSED", ("CLOSED_BY_PEER",)),
}


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="there is no /proc to count descriptors in")
@pytest.mark.parametrize("step", FAILURES)
def test_punie_07_registration_leak(peer, step):
    count, kind, reasons = FAILURES[step]
    stop, threads = threading.Event(), []
    url, options = peer.url, {}
    before = open_things()
    if step == "resolve":
        url, options = "ws://no-such-host.invalid:1/ws", {"flags": C.CONFIG_ALLOW_REMOTE | C.CONFIG_ALLOW_INSECURE_REMOTE, "resolve_timeout_ms": 2000}
    elif step == "connect":
        # Bound and not listening: nobody else gets this port.
        closed = socket.socket()
        closed.bind(("127.0.0.1", 0))
        url = f"ws://127.0.0.1:{closed.getsockname()[1]}/ws"
    else:
        threads.append(refuse_all(peer, stop, find_nothing if step == "upgrade" else refuse_registration))
    failed = 0
    # Half of them as redials of one link, half each with a link of its own.
    for links, dials in ((1, count // 2), (count // 10, 5)):
        for _ in range(links):
            link = Link(url, reconnect=C.RECONNECT_LIMITED, reconnect_limit=dials - 1, reconnect_delays_ms=[1], **options)
            dialled = 0
            while dialled < dials:
                told = link.next(kind)
                assert told.reason in reasons and told.detail, told
                # What was folded because nobody polled fast enough is counted in the event.
                dialled += 1 + (told.skipped if kind == "CLOSED" else told.count)
            failed += dialled
            assert link.close(1000)[0] == "OK"
            assert link.close(1000)[0] == "STALE"
    assert failed == count
    stop.set()
    for thread in threads:
        thread.join(10)
    if step == "connect":
        closed.close()
    settles_to(before)


def test_punie_08_no_state_check_before_send_every_phase(peer, open_link):
    link = open_link(flags=C.CONFIG_START_DISCONNECTED)
    assert (link.try_request("m")[0], link.notify("m")[0]) == ("NOT_OPEN", "NOT_OPEN")
    link.connect()
    connection = peer.accept_mute()
    link.poll_until(lambda: link.state().phase == "UPGRADING", "the upgrade")
    assert (link.try_request("m")[0], link.notify("m")[0]) == ("NOT_OPEN", "NOT_OPEN")
    connection.upgrade()
    link.next("OPENED")
    connection.json(id=1, method="m")
    request = link.next("REQUEST")
    connection.reset()
    link.next("CLOSED")
    assert (link.try_request("m")[0], link.notify("m")[0]) == ("NOT_OPEN", "NOT_OPEN")
    assert link.respond(request.id, "{}")[0] == "LOST", "an answer to a request of a lost connection"
    link.close()
    assert (link.try_request("m")[0], link.notify("m")[0]) == ("STALE", "STALE")
    assert link.respond(request.id, "{}")[0] == "STALE"


def test_punie_08_no_state_check_before_send_while_the_peer_closes(peer, open_link):
    link = open_link(reconnect=C.RECONNECT_FOREVER, reconnect_delays_ms=[1], stable_ms=0)
    rounds, accepted, received = 1000, 0, 0
    for generation in range(1, rounds + 1):
        connection = peer.accept()
        link.next("OPENED", generation=generation)
        sent, begun = 0, time.monotonic()
        while (status := link.notify("m", f"[{generation},{sent}]")[0]) == "OK":
            accepted += 1
            sent += 1
            if sent == generation % 7 + 1:
                connection.send_close(1000)
            assert time.monotonic() - begun < 30, "the link never learns of the close"
        assert status in ("NOT_OPEN", "WOULD_BLOCK"), status
        connection.drain()
        received += len(connection.inbox)
        # In order, and none left out but at the end.
        expected = [[generation, number] for number in range(len(connection.inbox))]
        assert [json.loads(message)["params"] for message in connection.inbox] == expected
        closed = link.next("CLOSED", generation=generation)
        assert closed.has("CLEAN") and closed.unconfirmed == 0, closed
        connection.socket.close()
        peer.connections.remove(connection)
    reported = sum(event.last - event.first + 1 for event in link.all("SEND_DROPPED"))
    assert accepted == received + reported and received >= rounds
    assert link.stats().send_dropped == reported


def test_punie_09_resume_races_clean_up_hello_goes_first(peer, open_link):
    # What resumes the session is the link's hello: it goes out before any call, at each connection.
    resume = {"jsonrpc": "2.0", "id": "resume", "method": "session/resume", "params": {"resume_token": "t"}}
    link = open_link(reconnect=C.RECONNECT_FOREVER, reconnect_delays_ms=[1], stable_ms=0, hello=json.dumps({"messages": [resume]}))
    for generation in range(1, 21):
        connection = peer.accept()
        # As early as the link lets the host call.
        link.poll_until(lambda: link.try_request("session/prompt", "{}")[0] == "OK", "an open link")
        assert connection.receive() == resume
        assert connection.receive()["method"] == "session/prompt"
        connection.reset()
        closed = link.next("CLOSED")
        assert closed.generation == generation
    for event in link.all("RESPONSE"):
        assert event.reason == "LOST" and event.generation <= 20
    assert all(a.generation <= b.generation for a, b in zip(link.events, link.events[1:])), "one machine, one order"


def test_punie_09_resume_races_clean_up_refusals_reach_the_host(pair):
    # "Still connected" and "not found" are the peer's words; the host tells them apart and goes on on the same link.
    link, connection = pair()
    for data, answer in (("still connected", None), ("still connected", None), ("", {})):
        id_ = link.request("session/resume", '{"sessionId":"s"}')
        call = connection.receive()
        if answer is None:
            connection.json(id=call["id"], error={"code": -32603, "message": "Internal error", "data": data})
        else:
            connection.result(call, answer)
        ended = link.next("RESPONSE", id=id_)
        expected = ("PEER_ERROR", -32603, b'"still connected"') if answer is None else ("NONE", 0, b"{}")
        assert (ended.reason, ended.error_code, ended.data) == expected


def steps(peer: Peer) -> dict[str, Callable[[Link], None]]:
    """How to bring a link into each of its phases."""

    def reach(phase: str) -> Callable[[Link], None]:
        return lambda link: link.poll_until(lambda: link.state().phase == phase, phase)

    def upgrading(link: Link) -> None:
        peer.accept_mute()
        reach("UPGRADING")(link)

    def active(link: Link) -> None:
        peer.accept()
        link.next("OPENED")

    def waiting(link: Link) -> None:
        peer.accept().reset()
        link.next("CLOSED")
        reach("WAITING")(link)

    def closing(link: Link) -> None:
        connection = peer.accept()
        connection.answers_close = False
        link.next("OPENED")
        link.disconnect()
        reach("CLOSING")(link)

    def disconnected(link: Link) -> None:
        peer.accept()
        link.next("OPENED")
        link.disconnect()
        peer.connections[-1].drain()
        reach("DISCONNECTED")(link)

    return {
        "at_once": lambda link: None,
        "upgrading": upgrading,
        "active": active,
        "waiting": waiting,
        "closing": closing,
        "disconnected": disconnected,
    }


STEPS = ("at_once", "upgrading", "active", "waiting", "closing", "disconnected")


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="there is no /proc to count descriptors in")
@pytest.mark.parametrize("step", STEPS)
def test_punie_09_resume_races_clean_up_close_at_each_step(step):
    before = open_things()
    peer = Peer()
    link = Link(peer.url, reconnect=C.RECONNECT_FOREVER, reconnect_delays_ms=[60_000], close_timeout_ms=60_000)
    steps(peer)[step](link)
    begun = time.monotonic()
    assert link.close(500)[0] == "OK"
    assert time.monotonic() - begun < 30, "the time that the host gives bounds it"
    assert link.close(500)[0] == "STALE"
    peer.close()
    settles_to(before)


@pytest.mark.parametrize("step", STEPS)
def test_punie_13_close_of_a_closed_socket_from_8_threads(peer, open_link, step):
    link = open_link(reconnect=C.RECONNECT_FOREVER, reconnect_delays_ms=[60_000], close_timeout_ms=300)
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


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="there is no /proc to count descriptors in")
@pytest.mark.parametrize("fault", FAULTS)
def test_punie_17_clean_up_exceptions(fault):
    # Whatever fails at the end, what follows is the same: calls and requests settled, sends accounted for, CLOSED last,
    # and nothing left behind. Panics inside the library have tests/c/panic.c.
    before = open_things()
    peer = Peer()
    link = Link(peer.url, close_timeout_ms=300)
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
    assert closed.settled == 4 and closed.has("CLEAN") == (fault in ("no_fault", "bad_close_code")), closed
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
