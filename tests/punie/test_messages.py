"""#2 bad JSON, #5 casing, #10 unknown messages, #16 bad JSON from the host: what goes through, and what does not."""

from __future__ import annotations

import json

import pytest

from harness.abi import C
from harness.link import json_get
from harness.peer import text_frame

GOOD = b'{"jsonrpc":"2.0","method":"good"}'

# What the peer sends, and whether it is read.
CORPUS = {
    "truncated": (b'{"jsonrpc":"2.0","method":"session/upd', False),
    "nan": (b'{"jsonrpc":"2.0","method":"m","params":[NaN]}', False),
    "infinity": (b'{"jsonrpc":"2.0","method":"m","params":[-Infinity]}', False),
    "deep": (b'{"jsonrpc":"2.0","method":"m","params":%s%s}' % (b"[" * 100_000, b"]" * 100_000), False),
    "byte_order_mark": (b"\xef\xbb\xbf" + GOOD, False),
    "empty": (b"", False),
    "two": (GOOD + GOOD, False),
    "scalar": (b"7", False),
    "null": (b"null", False),
    "surrogate_in_method": (b'{"jsonrpc":"2.0","method":"\\ud800"}', False),
    "surrogate": (b'{"jsonrpc":"2.0","method":"m","params":["\\ud800"]}', True),
    "digits": (b'{"jsonrpc":"2.0","method":"m","params":[%s]}' % (b"7" * 5000), True),
    "duplicate_keys": (b'{"jsonrpc":"2.0","method":"m","method":"n","params":{"a":1,"a":2}}', True),
}


@pytest.mark.parametrize("case", CORPUS)
def test_punie_02_bad_json_kills_client(pair, case):
    message, is_read = CORPUS[case]
    link, connection = pair()
    pending = link.request("pending", "{}")
    call = connection.receive()
    connection.text(message)
    connection.text(GOOD)
    link.next("NOTIFICATION", name=b"good")
    notes = link.all("NOTIFICATION", name=b"m")
    warnings = [event for event in link.all("LOG") if "skipped" in event.detail]
    if is_read:
        params = message[message.index(b'"params":') + 9 : -1]
        assert [note.data for note in notes] == [params], "byte for byte"
        assert link.stats().malformed == 0 and not warnings
    else:
        assert not notes and link.stats().malformed == 1
        assert len(warnings) == 1 and warnings[0].level == C.LOG_WARN
        assert len(warnings[0].detail.encode()) < 300, "the preview is bounded"
    connection.result(call, "untouched")
    ended = link.next("RESPONSE", id=pending)
    assert (ended.reason, ended.data) == ("NONE", b'"untouched"')
    good = link.request("good", "{}")
    connection.result(connection.receive(), 1)
    assert link.next("RESPONSE", id=good).reason == "NONE"
    assert not link.all("CLOSED") and not connection.inbox, "the peer is told nothing"


def test_punie_02_bad_json_kills_client_burst(pair):
    # A flood of garbage is counted whole and told once.
    link, connection = pair()
    for _ in range(500):
        connection.text(b"garbage")
    connection.text(GOOD)
    link.next("NOTIFICATION", name=b"good")
    assert link.stats().malformed == 500
    assert 1 <= len([event for event in link.all("LOG") if "skipped" in event.detail]) < 100


def test_punie_02_bad_json_kills_client_wire_faults(pair):
    # Text that is no UTF-8 breaks WebSocket itself (RFC 6455, 8.1): that does end the connection.
    link, connection = pair()
    pending = link.request("pending", "{}")
    connection.receive()
    connection.raw(text_frame(b'{"a":"\xff"}'))
    connection.until(lambda: connection.close_code, "the close frame")
    assert connection.close_code == 1007
    assert link.next("RESPONSE", id=pending).reason == "LOST"
    assert link.next("CLOSED").reason == "PEER_VIOLATION"


VALUES = """{"session_id":"a", "sessionId":"b" ,"big":9007199254740993,"one":1.0,"tiny":1e-7,"huge":1e999,
    "zo\u00eb":"\u65e5\u672c \U0001f600","escaped":"\\u00e9\\/\\ud83d\\ude00","z":1,"a":[ ],"dup":1,"dup":2}""".encode()


def test_punie_05_casing_and_bytes_of_calls(pair):
    link, connection = pair()
    id_ = link.request("echo", VALUES)
    wire = connection.message()
    assert wire.endswith(b'"params":' + VALUES + b"}")
    connection.text(b'{"result":' + VALUES + b',"id":"' + json.loads(wire)["id"].encode() + b'"}')
    assert link.next("RESPONSE", id=id_).data == VALUES


def test_punie_05_casing_and_bytes_of_requests(pair):
    link, connection = pair()
    connection.text(b'{"id":[1.0, "\\u00e9"],"params":' + VALUES + b',"method":"session/request_permission"}')
    request = link.next("REQUEST", name=b"session/request_permission")
    assert request.data == VALUES
    # The host reads whichever casing the peer chose.
    assert json_get(request.data, "/session_id") == ("STRING", b"a")
    assert json_get(request.data, "/sessionId") == ("STRING", b"b")
    assert json_get(request.data, "/session-id")[0] == "MISSING"
    assert link.respond(request.id, VALUES)[0] == "OK"
    assert connection.message() == b'{"jsonrpc":"2.0","id":[1.0, "\\u00e9"],"result":' + VALUES + b"}"
    assert link.notify("session/update", VALUES)[0] == "OK"
    assert connection.message() == b'{"jsonrpc":"2.0","method":"session/update","params":' + VALUES + b"}"


def test_punie_10_unknown_notification_between_call_and_reply(pair):
    link, connection = pair()
    id_ = link.request("session/prompt", "{}")
    call = connection.receive()
    sent = 10_000
    frame = text_frame(b'{"jsonrpc":"2.0","method":"session/no_such_update","params":{"x":1}}')
    for _ in range(sent // 100):
        connection.raw(frame * 100)
        link.poll()
    connection.result(call, 1)
    assert link.next("RESPONSE", id=id_).reason == "NONE"
    # A gap is told before the first message that goes through again.
    link.settle()
    connection.text(GOOD)
    link.next("NOTIFICATION", name=b"good")
    told = len(link.all("NOTIFICATION", name=b"session/no_such_update"))
    dropped = sum(event.count for event in link.all("DROPPED"))
    assert told + dropped == sent and dropped == link.stats().dropped_full


def test_punie_10_unknown_request(pair):
    # Where nobody handles it, the peer hears so at once: nobody polls here.
    link, connection = pair(hello='{"methods":["known"]}')
    connection.text('{"jsonrpc":"2.0","id":1.0,"method":"unknown","params":[]}')
    answer = connection.message()
    assert b'"id":1.0' in answer and json.loads(answer)["error"]["code"] == -32601
    connection.json(id="k", method="known")
    request = link.next("REQUEST")
    assert request.name == b"known"
    assert link.respond_error(request.id, "-32601", "Method not found") == "OK", "and the host may say so, too"
    error = {"code": -32601, "message": "Method not found"}
    assert connection.receive() == {"jsonrpc": "2.0", "id": "k", "error": error}


def test_punie_10_objects_with_no_meaning(pair):
    link, connection = pair()
    for message in ({}, {"jsonrpc": "2.0"}, {"params": []}, {"id": None, "result": 1}):
        connection.text(json.dumps(message))
    connection.text(json.dumps({"id": "nobody", "result": 1}))
    connection.text(GOOD)
    link.next("NOTIFICATION", name=b"good")
    stats = link.stats()
    assert (stats.malformed, stats.late_replies) == (4, 1), "everything is counted"
    assert [event.kind for event in link.events] == ["OPENED", "LOG", "NOTIFICATION"]


def test_punie_10_batches_are_read_and_never_sent(pair):
    link, connection = pair()
    id_ = link.request("m")
    call = connection.receive()
    batch = [
        {"jsonrpc": "2.0", "id": 1, "method": "first"},
        {"jsonrpc": "2.0", "method": "news", "params": {"x": 1}},
        7,
        {"jsonrpc": "2.0", "id": call["id"], "result": [1]},
        {"jsonrpc": "2.0", "id": 2, "method": "second", "params": [2]},
    ]
    connection.text(json.dumps(batch))
    first, news = link.next("REQUEST"), link.next("NOTIFICATION")
    ended, second = link.next("RESPONSE"), link.next("REQUEST")
    assert (first.name, news.data, ended.id, ended.data) == (b"first", b'{"x": 1}', id_, b"[1]")
    assert (second.name, second.data) == (b"second", b"[2]")
    assert link.stats().malformed == 1, "one member is no message; the others are not touched"
    for request in (second, first):
        assert link.respond(request.id, "null")[0] == "OK"
    assert [connection.receive()["id"] for _ in range(2)] == [2, 1], "each answer is a message of its own"
    connection.text(b"[]")
    assert connection.receive()["error"]["code"] == -32600


BAD = {
    "cut": (b'{"a":[1,2', 9),
    "trailing": (b"{} {}", 3),
    "nan": (b'{"a":NaN}', 5),
    "scalar": (b"7", 0),
    "blank": (b"  ", 2),
}


@pytest.mark.parametrize("case", BAD)
def test_punie_16_bad_json_from_host(pair, case):
    params, offset = BAD[case]
    link, connection = pair()
    status, number = link.notify("bad", params)
    assert status == "OK", "it is checked on the I/O thread"
    dropped = link.next("SEND_DROPPED")
    assert (dropped.first, dropped.last, dropped.reason) == (number, number, "BAD_JSON")
    assert dropped.code == offset and dropped.detail

    id_ = link.request("bad", params)
    ended = link.next("RESPONSE", id=id_)
    assert (ended.reason, ended.name, ended.data) == ("BAD_JSON", b"bad", b"")
    assert (ended.code, ended.detail) == (offset, dropped.detail)

    link.notify("good")
    assert connection.receive()["method"] == "good", "the peer saw nothing of the others"
    assert link.state().calls_open == 0


def test_punie_16_bad_utf8_from_host(pair):
    link, connection = pair()
    _, number = link.notify("bad", b'{"a":"\xff"}')
    dropped = link.next("SEND_DROPPED")
    assert (dropped.first, dropped.reason, dropped.code) == (number, "BAD_UTF8", 6)
    assert link.next("RESPONSE", id=link.request("bad", b'{"a":"\xff"}')).reason == "BAD_UTF8"
    link.notify("good")
    assert connection.receive()["method"] == "good"


def test_punie_16_bad_answer_from_host(pair):
    # The peer waits for an answer: it gets the profile's internal error, and nothing of what was malformed.
    link, connection = pair()
    connection.json(id=7, method="fs/read_text_file", params={})
    request = link.next("REQUEST")
    status, number = link.respond(request.id, '{"secret":')
    assert status == "OK"
    answer = connection.message()
    assert b"secret" not in answer
    answer = json.loads(answer)
    assert (answer["id"], answer["error"]["code"]) == (7, -32603)
    dropped = link.next("SEND_DROPPED")
    assert (dropped.first, dropped.reason, dropped.code) == (number, "BAD_JSON", 10)
    assert link.respond(request.id, "{}")[0] == "ALREADY_ANSWERED"


def test_punie_16_parse_error_of_the_peer(pair):
    # An error without an id belongs to the connection: an event names it, and no call is touched.
    link, connection = pair()
    id_ = link.request("session/prompt", "{}")
    call = connection.receive()
    connection.json(id=None, error={"code": -32700, "message": "Parse error", "data": "line 1"})
    warning = link.next("LOG")
    assert warning.level == C.LOG_WARN and "-32700" in warning.detail and "Parse error" in warning.detail
    assert not link.all("RESPONSE") and link.state().calls_open == 1
    connection.result(call, 1)
    assert link.next("RESPONSE", id=id_).reason == "NONE"
