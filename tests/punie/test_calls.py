"""#4 ids, #6 routing, #14 what a failure tells, #20 calls that a lost connection ends."""

from __future__ import annotations

import json
import time
import uuid

from harness.abi import C


def test_punie_04_id_collisions_ids_are_never_used_twice(peer, open_link):
    link = open_link(reconnect=C.RECONNECT_FOREVER, reconnect_delays_ms=[1], stable_ms=0)
    ours, theirs = set(), set()
    # 16 384 calls in waves, over four connections.
    for generation in range(1, 5):
        connection = peer.accept()
        link.next("OPENED", generation=generation)
        for _ in range(16):
            wave = {link.request("m", "[]") for _ in range(256)}
            calls = [connection.receive() for _ in wave]
            connection.text(json.dumps([{"id": call["id"], "result": n} for n, call in enumerate(calls)]))
            answered = [link.next("RESPONSE") for _ in wave]
            assert {event.id for event in answered} == wave
            assert all(event.reason == "NONE" and event.generation == generation for event in answered)
            ours |= wave
            theirs |= {call["id"] for call in calls}
            link.events.clear()
            link.taken = 0
        connection.reset()
        link.next("CLOSED")
    assert len(ours) == len(theirs) == 4 * 16 * 256
    assert all(str(uuid.UUID(each)) == each and uuid.UUID(each).version == 4 for each in theirs)
    assert all(0 < each < 1 << 63 for each in ours)


def test_punie_04_id_collisions_type_and_value(pair):
    link, connection = pair()
    id_ = link.request("m")
    wire = connection.receive()["id"]
    strangers = [1, "1", True, [wire], {"id": wire}, wire.upper(), wire + " ", wire[:-1], f'"{wire}"', ""]
    for stranger in strangers:
        connection.json(id=stranger, result="wrong")
    connection.text(b'{"id":"%s","result":"right"}' % wire.encode().replace(b"-", b"\\u002d"))
    ended = link.next("RESPONSE")
    assert (ended.id, ended.data) == (id_, b'"right"'), "an escaped id is the same id"
    assert link.stats().late_replies == len(strangers)


def test_punie_04_id_collisions_replay_after_reconnect(peer, open_link):
    link = open_link(reconnect=C.RECONNECT_FOREVER, reconnect_delays_ms=[1])
    connection = peer.accept()
    link.next("OPENED")
    first = link.request("m")
    old = connection.receive()
    connection.reset()
    assert link.next("RESPONSE", id=first).reason == "LOST"
    connection = peer.accept()
    link.next("OPENED", generation=2)
    second = link.request("m")
    call = connection.receive()
    assert call["id"] != old["id"]
    connection.result(old, "old")
    connection.result(call, "new")
    ended = link.next("RESPONSE")
    assert (ended.id, ended.data, ended.generation) == (second, b'"new"', 2)
    assert link.stats().late_replies == 1


def test_punie_06_response_routing_peer_uses_our_id(pair):
    link, connection = pair()
    id_ = link.request("m")
    call = connection.receive()
    connection.json(id=call["id"], method="fs/read_text_file", params={"path": "x"})
    request = link.next("REQUEST")
    assert request.name == b"fs/read_text_file" and not link.all("RESPONSE")
    assert link.respond(request.id, '{"content":""}')[0] == "OK"
    assert connection.receive() == {"jsonrpc": "2.0", "id": call["id"], "result": {"content": ""}}
    connection.result(call, "ours")
    assert link.next("RESPONSE", id=id_).data == b'"ours"'
    # A request that also bears a result is a request.
    connection.json(id="both", method="terminal/create", result=1)
    assert link.next("REQUEST").name == b"terminal/create"


def test_punie_06_response_routing_slow_host(pair):
    # The host takes its time with the peer's request; calls of its own go on and finish meanwhile.
    link, connection = pair()
    prompt = link.request("session/prompt", "{}")
    prompt_call = connection.receive()
    connection.json(id=1, method="session/request_permission", params={"options": []})
    permission = link.next("REQUEST")
    begun = time.monotonic()
    finished = 0
    while time.monotonic() - begun < 2:
        id_ = link.request("other")
        connection.result(connection.receive(), finished)
        assert link.next("RESPONSE", id=id_).data == b"%d" % finished
        finished += 1
    assert finished > 3
    outcome = '{"outcome":{"outcome":"selected","optionId":"yes"}}'
    assert link.respond(permission.id, outcome)[0] == "OK"
    assert connection.receive()["result"] == json.loads(outcome)
    connection.result(prompt_call, {"stopReason": "end_turn"})
    assert link.next("RESPONSE", id=prompt).data == b'{"stopReason": "end_turn"}'


def test_punie_06_response_routing_answers_cross(pair):
    link, connection = pair()
    ids = [link.request("m", json.dumps([n])) for n in range(50)]
    calls = [connection.receive() for _ in ids]
    for call in reversed(calls):
        connection.result(call, call["params"][0])
    ended = [link.next("RESPONSE") for _ in ids]
    assert [(event.id, event.data) for event in ended] == [(ids[n], b"%d" % n) for n in reversed(range(50))]


def test_punie_14_no_id_in_errors(pair):
    # Three calls of one method, told apart by their events alone.
    link, connection = pair()
    ids = [link.request("session/prompt", json.dumps({"n": n}), timeout_ms=t) for n, t in enumerate((0, 300, 0))]
    calls = [connection.receive() for _ in ids]
    connection.json(id=calls[0]["id"], error={"code": -32603, "message": "Internal error", "data": "Access denied"})
    connection.json(id=calls[2]["id"], error="no object")
    told = {event.id: event for event in (link.next("RESPONSE") for _ in ids)}
    assert set(told) == set(ids)
    assert all(event.name == b"session/prompt" and event.generation == 1 and event.age_ns for event in told.values())
    refused, late, bad = (told[id_] for id_ in ids)
    assert (refused.reason, refused.error_code, refused.detail) == ("PEER_ERROR", -32603, "Internal error")
    assert refused.data == b'"Access denied"'
    assert (late.reason, late.error_code, late.data) == ("TIMEOUT", 0, b"") and late.age_ns >= 300_000_000
    assert (bad.reason, bad.error_code) == ("BAD_REPLY", 0) and "code" in bad.detail
    assert len({event.detail for event in told.values()}) == 3


def test_punie_14_no_id_in_errors_cancelled(pair):
    link, connection = pair(hello='{"cancel_method":"$/cancelRequest"}')
    id_ = link.request("session/prompt", "{}")
    call = connection.receive()
    assert link.cancel(id_) == "OK"
    ended = link.next("RESPONSE")
    assert (ended.id, ended.reason, ended.name) == (id_, "CANCELLED", b"session/prompt")
    assert connection.receive() == {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": call["id"]}}
    assert link.cancel(id_) != "OK", "a call ends once"
    connection.result(call, "late")
    link.settle()
    assert len(link.all("RESPONSE")) == 1 and link.stats().late_replies == 1


def test_punie_20_abort_log_says_0(pair):
    link, connection = pair()
    ids = [link.request("session/prompt", json.dumps([n])) for n in range(37)]
    for _ in ids:
        connection.receive()
    connection.reset()
    closed = link.next("CLOSED")
    ended = link.all("RESPONSE")
    assert [event.id for event in ended] == ids, "each once"
    assert all(event.reason == "LOST" for event in ended)
    assert closed.settled == 37
    assert link.events[-1] == closed, "behind all of them"
    assert link.state().calls_open == 0
