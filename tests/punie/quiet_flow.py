"""A process that does all that a link can do, with secrets everywhere, and prints nothing itself.

    python quiet_flow.py LOG_LEVEL RECORDS

Writes what the library told (LOG and `detail` of all events, errors) to the file RECORDS. `test_quiet.py` checks that
descriptors 1 and 2 stay empty, and what is in the records.
"""

from __future__ import annotations

import json
import sys

from harness.abi import C
from harness.link import Link
from harness.peer import Peer

SECRETS = {
    "header": "5ec2e75ec2e7-header",
    "token": "5ec2e75ec2e7-token",
    "query": "5ec2e75ec2e7-query",
    "resume_token": "5ec2e75ec2e7-resume-of-43-characters-issued",
    "prompt": "PROMPT-SECRET-4711",
    "answer": "ANSWER-SECRET-4711",
}


def flow(level: int) -> list[str]:
    peer = Peer()
    params = {"resume_token": SECRETS["resume_token"]}
    resume = {"jsonrpc": "2.0", "id": 0, "method": "session/resume", "params": params}
    link = Link(
        f"{peer.url}?key={SECRETS['query']}",
        headers=f"Authorization: Bearer {SECRETS['header']}",
        token=SECRETS["token"],
        hello=json.dumps({"messages": [resume], "methods": ["known"]}),
        log_level=level,
        reconnect=C.RECONNECT_FOREVER,
        reconnect_delays_ms=[1],
        stable_ms=0,
        heartbeat_interval_ms=50,
    )
    connection = peer.accept()
    assert SECRETS["header"] in connection.request.headers["Authorization"]
    assert SECRETS["query"] in connection.request.path
    assert connection.receive() == resume
    link.next("OPENED")
    answered(link, connection)
    misused(link, connection)
    # Every way to end a connection, and a peer that is no server.
    for end in (connection.reset, lambda: peer.accept().finish(), lambda: peer.accept().send_close(1011, "go away")):
        end()
        link.next("CLOSED")
    nobody = peer.accept_mute()
    nobody.read()
    nobody.raw(b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n")
    nobody.socket.close()
    link.next("CONNECT_FAILED")
    peer.accept()
    link.next("OPENED")
    link.close(200)
    peer.close()
    return [f"{event.kind} {event.level} {event.detail}" for event in link.events]


def answered(link: Link, connection) -> None:
    id_ = link.request("session/prompt", json.dumps({"prompt": SECRETS["prompt"] * 40}))
    connection.result(connection.receive(), {"_meta": {"resume_token": SECRETS["resume_token"] * 40}})
    assert link.next("RESPONSE", id=id_).reason == "NONE"
    connection.json(id=1, method="known", params={"resume_token": SECRETS["resume_token"]})
    link.respond(link.next("REQUEST").id, json.dumps([SECRETS["answer"]]))
    connection.receive()
    connection.json(id=2, method="unknown")
    connection.receive()
    connection.serve(0.2)


def misused(link: Link, connection) -> None:
    bad = '{"prompt":"' + SECRETS["prompt"] + '",'
    link.request("bad", bad)
    link.notify("bad", bad)
    link.next("RESPONSE")
    link.next("SEND_DROPPED")
    # What cannot be read is shown in part, and it begins with a secret.
    connection.text('{"resume_token":"' + SECRETS["resume_token"])
    link.next("LOG")


if __name__ == "__main__":
    told = flow(int(sys.argv[1]))
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write("\n".join(told) + "\n")
