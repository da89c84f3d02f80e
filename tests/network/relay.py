#!/usr/bin/env python3
"""Lets a server that listens on loopback be reached from the other namespace: bytes go through as they are,
but for the upgrade's Host, which names this machine to a server that is open to no other.

    relay.py PORT [OWN PORT]

Listens on every address of both families, prints its port, and ends with its input. A connection that ends in good
order does so on the other side, too, and one that breaks is broken there. Its keep-alives are the two ends' own.
"""

import re
import socket
import struct
import sys
import threading


HOST = re.compile(rb"(?im)^host:[^\r]*")
MOST_HEAD = 65536


def pump(source: socket.socket, target: socket.socket, has_head: bool) -> None:
    try:
        if has_head:
            target.sendall(HOST.sub(b"Host: 127.0.0.1", head_of(source), count=1))
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, target):
            abort(end)


def head_of(source: socket.socket) -> bytes:
    """The upgrade's head, and what came with it."""
    head = b""
    while b"\r\n\r\n" not in head and len(head) < MOST_HEAD:
        data = source.recv(65536)
        if not data:
            break
        head += data
    return head


def abort(end: socket.socket) -> None:
    try:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # It has ended already.


def carry(editor: socket.socket, port: int) -> None:
    try:
        server = socket.create_connection(("127.0.0.1", port), 10)
    except OSError:
        abort(editor)
        editor.close()
        return
    server.settimeout(None)
    for end in (editor, server):
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with editor, server:
        back = threading.Thread(target=pump, args=(server, editor, False), daemon=True)
        back.start()
        pump(editor, server, True)
        back.join()


def accept(listener: socket.socket, port: int) -> None:
    while True:
        editor, _ = listener.accept()
        threading.Thread(target=carry, args=(editor, port), daemon=True).start()


def main() -> None:
    own = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    listener = socket.create_server(("::", own), family=socket.AF_INET6, dualstack_ipv6=True)
    print(listener.getsockname()[1], flush=True)
    threading.Thread(target=accept, args=(listener, int(sys.argv[1])), daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
