"""#7 half-made connections, #8 sends in every state, #9 reconnects: how connections begin, and begin again."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable

import pytest

from harness.abi import C
from harness.leaks import needs_proc, open_things, settles_to
from harness.link import Link
from harness.peer import Connection, Peer
from harness.steps import STEPS, steps


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


@needs_proc
@pytest.mark.parametrize("step", FAILURES)
def test_punie_07_registration_leak(peer, step):
    count, kind, reasons = FAILURES[step]
    stop, threads = threading.Event(), []
    url, options = peer.url, {}
    before = open_things()
    if step == "resolve":
        url = "ws://no-such-host.invalid:1/ws"
        options = {"flags": C.CONFIG_ALLOW_REMOTE | C.CONFIG_ALLOW_INSECURE_REMOTE, "resolve_timeout_ms": 2000}
    elif step == "connect":
        # Bound and not listening: nobody else gets this port.
        closed = socket.socket()
        closed.bind(("127.0.0.1", 0))
        url = f"ws://127.0.0.1:{closed.getsockname()[1]}/ws"
    else:
        threads.append(refuse_all(peer, stop, find_nothing if step == "upgrade" else refuse_registration))
    failed = 0
    # Half of them as redials of one link, half by links that are given up after five dials each.
    for links, dials in ((1, count // 2), (count // 10, 5)):
        for _ in range(links):
            options |= {"reconnect": C.RECONNECT_LIMITED, "reconnect_limit": dials - 1, "reconnect_delays_ms": [1]}
            link = Link(url, **options)
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
    hello = json.dumps({"messages": [resume]})
    link = open_link(reconnect=C.RECONNECT_FOREVER, reconnect_delays_ms=[1], stable_ms=0, hello=hello)
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


@needs_proc
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
