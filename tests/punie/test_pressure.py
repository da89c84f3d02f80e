"""#12 backpressure, #15 the slow side: more than one side can take, and sides that do not read at all."""

from __future__ import annotations

import json
import os
import threading
import time

import pytest

from harness.link import Link, default_config
from harness.peer import text_frame

MIB = 1 << 20
# The row asks for 10^6; a tenth of it takes every path as often as it can be told apart, in a bounded time.
FLOOD = 100_000
BODY = b'{"jsonrpc":"2.0","method":"session/update","params":"%s"}'


def resident_bytes() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="there is no /proc to read the memory from")
def test_punie_12_backpressure_flood(pair):
    link, connection = pair()
    inbound = default_config().inbound_bytes
    ids = [link.request("session/prompt", "[]") for _ in range(10)]
    calls = [connection.receive() for _ in ids]
    frames = text_frame(BODY % (b"x" * (1024 - len(BODY) + 2))) * 1000
    before = resident_bytes()
    largest = 0
    # The host is silent all the while. The replies lie in the middle of the flood.
    for block in range(FLOOD // 1000):
        connection.raw(frames)
        if block % 10 == 5:
            connection.result(calls.pop(), block)
            connection.ping(b"%d" % block)
            connection.until(lambda: b"%d" % block in connection.pongs, "a pong")
        largest = max(largest, resident_bytes() - before)
        assert link.state().inbound_bytes <= inbound
    link.poll_until(lambda: link.stats().messages_in == FLOOD + 10, "the flood to be read")
    stats = link.stats()
    assert stats.dropped_full > FLOOD // 2
    # Twice what the queues may hold: an allocator keeps more than is in use.
    assert largest < 2 * inbound + 16 * MIB, f"{largest} bytes"
    replies = [link.next("RESPONSE") for _ in ids]
    assert {event.id for event in replies} == set(ids) and all(event.reason == "NONE" for event in replies)
    link.settle()
    connection.json(method="after")
    link.next("NOTIFICATION", name=b"after")
    told = len(link.all("NOTIFICATION", name=b"session/update"))
    dropped = sum(event.count for event in link.all("DROPPED", reason="OVERFLOW"))
    assert told + dropped == FLOOD and dropped == link.stats().dropped_full


def test_punie_12_backpressure_requests_are_refused_not_kept(pair):
    # Requests beyond the slots are answered busy at once, though nobody polls.
    link, connection = pair(request_slots=16)
    for number in range(100):
        connection.json(id=number, method="fs/read_text_file", params={})
    refused = [connection.receive() for _ in range(84)]
    assert [answer["id"] for answer in refused] == list(range(16, 100))
    assert all(answer["error"]["data"]["retryable"] is True for answer in refused)
    assert all(-32099 <= answer["error"]["code"] <= -32000 for answer in refused)
    for number in range(16):
        assert link.respond(link.next("REQUEST").id, "[]")[0] == "OK"
        assert connection.receive() == {"jsonrpc": "2.0", "id": number, "result": []}
    assert link.stats().refused_busy == 84


def test_punie_12_backpressure_calls_in_flight(pair):
    link, connection = pair(max_calls=8)
    ids = [link.request("m") for _ in range(8)]
    assert link.try_request("m")[0] == "WOULD_BLOCK"
    calls = [connection.receive() for _ in ids]
    connection.result(calls[0], 1)
    assert link.next("RESPONSE").id == ids[0]
    assert link.try_request("m")[0] == "OK", "its place is free again"


def fill(link: Link, payload: str) -> int:
    """Sends until nothing more is taken, for good; the number of sends that were."""
    accepted, refused_since = 0, None
    while refused_since is None or time.monotonic() - refused_since < 2:
        status = link.notify("m", payload)[0]
        if status == "OK":
            accepted, refused_since = accepted + 1, None
        else:
            assert status == "WOULD_BLOCK", status
            refused_since = refused_since or time.monotonic()
            link.poll()
            time.sleep(0.01)
    return accepted


def test_punie_12_backpressure_outbound(pair):
    link, connection = pair(outbound_bytes=MIB, outbound_count=4096)
    accepted = fill(link, json.dumps(["x" * 1000]))
    assert link.state().outbound_bytes <= MIB
    assert link.try_request("m", "[]")[0] in ("OK", "WOULD_BLOCK")
    # What was taken arrives, whole and in order, once the peer reads.
    connection.until(lambda: len(connection.inbox) >= accepted, "every message")
    link.notify("last")
    connection.until(lambda: b'"last"' in connection.inbox[-1], "the last message")
    assert sum(b'"m"' in message and b"xxx" in message for message in connection.inbox) == accepted
    assert not link.all("SEND_DROPPED")


def test_punie_15_stdio_backpressure_peer_stops_reading(pair):
    link, connection = pair(outbound_bytes=MIB)
    # The loop in `fill` ends: no call ever waits for the peer.
    accepted = fill(link, json.dumps(["x" * 60_000]))
    assert accepted > 0
    # The other direction goes on.
    for number in range(100):
        connection.json(method="session/update", params=[number])
    told = [link.next("NOTIFICATION") for _ in range(100)]
    assert [json.loads(event.data) for event in told] == [[number] for number in range(100)]
    # The close ends in its deadline and says what was not sent.
    begun = time.monotonic()
    status, report = link.close(500)
    assert status == "OK" and time.monotonic() - begun < 10
    assert report.unsent > 0 and not report.clean
    assert report.unsent + report.unconfirmed == accepted
    connection.drain()
    received = sum(b'"m"' in message for message in connection.inbox)
    assert received + report.unsent >= accepted, "what is missing was reported"


def test_punie_15_stdio_backpressure_calls_do_not_wait(pair):
    # On the clock of the thread, which stands still while the thread is not run: a call costs a copy, no more.
    link, _connection = pair(outbound_bytes=8 * MIB)
    payload = json.dumps(["x" * 1000])
    costs = []
    for _ in range(2000):
        begun = time.thread_time_ns()
        link.notify("m", payload)
        costs.append(time.thread_time_ns() - begun)
    costs.sort()
    # The median, so that one interruption of a busy machine decides nothing.
    assert costs[len(costs) // 2] < 1_000_000


@pytest.mark.parametrize("size", [64 << 10, (64 << 10) + 1, MIB, MIB + 1, 17 * MIB])
def test_punie_15_stdio_backpressure_no_surprising_sizes(pair, size):
    link, connection = pair()
    payload = b'["%s"]' % (b"x" * size)
    id_ = link.request("big", payload)
    wire = connection.message()
    assert wire.endswith(payload + b"}")
    call = wire[wire.index(b'"id":') + 5 : wire.index(b',"method"')]
    connection.text(b'{"jsonrpc":"2.0","id":%s,"result":%s}' % (call, payload))
    assert link.next("RESPONSE", id=id_).data == payload


def test_punie_15_stdio_backpressure_both_at_once(pair):
    # Both sides send at once more than every buffer between them holds, and read only when they cannot send.
    link, connection = pair()
    count, payload = 64, json.dumps(["x" * MIB])
    sender = threading.Thread(target=lambda: [connection.raw(text_frame(BODY % (b"y" * MIB))) for _ in range(count)])
    sender.start()
    sent = 0
    while sent < count:
        if link.notify("m", payload)[0] == "OK":
            sent += 1
        else:
            link.poll()
    link.poll_until(lambda: not sender.is_alive(), "the peer's messages to be taken")
    sender.join()
    connection.until(lambda: len(connection.inbox) == count, "every message of the host")
    connection.json(method="after")
    link.next("NOTIFICATION", name=b"after")
    told = len(link.all("NOTIFICATION", name=b"session/update"))
    assert told + sum(event.count for event in link.all("DROPPED")) == count
