"""Unity editors that are long away, and what they are asked meanwhile. Begun before the first test, judged last."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from .host import Host
from .unity_mcp import Editor, UnityWire, hello

# Past both deadlines of the server: 20 to 30 s for a JSON ping, 40 s for a WebSocket ping.
IDLE_SECONDS = 50
# Shorter than any wait; as long as most reloads take at worst; longer than the 30 s that the server waits for a call.
RELOAD_SECONDS = (5, 25, 35)
# Half way into the shortest one: its probes then go on for longer than that lasts, and longer.
FAST_AFTER_SECONDS = 2.5
# What the call answers that is in flight when the reload begins.
TAKEN = '{"success":true,"message":"from the domain that took it"}'


class Reload:
    """An editor whose domain is away for `seconds`, with one call taken before, and others that come meanwhile."""

    def __init__(self, editor: Editor, seconds: int) -> None:
        self.editor = editor
        self.seconds = seconds
        self.before = editor.record()
        self.taken = Timed(editor.start("manage_editor", action="play"))
        editor.host.wait("request", name="manage_editor")
        editor.host.say("reload", seconds * 1000)
        editor.host.wait("reloading")
        self.held = Timed(editor.start("execute_menu_item", menu_path="held"))
        # Fast: the server gives it 2 s, after a probe that it repeats for 6 s.
        self._fast: Future[Future[dict[str, Any]]] = Future()
        self._timer = threading.Timer(FAST_AFTER_SECONDS, self._call_fast)
        self._timer.start()

    def fast(self) -> dict[str, Any]:
        """What became of the fast call."""
        return self._fast.result(timeout=60).result(timeout=200)

    def stop(self) -> None:
        self._timer.cancel()

    def _call_fast(self) -> None:
        self._fast.set_result(self.editor.start("read_console", action="get"))

    def wait(self) -> dict[str, Any]:
        """Waits until the new domain is there; how it came back."""
        return self.editor.host.wait("reloaded", seconds=self.seconds + 60)[0]


class UnityBackground:
    """The editors. `launch` starts a host on a wire."""

    def __init__(self, wire: UnityWire, launch: Callable[..., Host], directory: Path) -> None:
        self.mute = Mute(wire.server.url)
        self.idle = wire.editor(launch, directory)
        self.idle_before = self.idle.record()
        self.idle_mark = self.idle.host.mark()
        # Read only after the stall: its answer says that the main thread is back.
        self.idle.host.say(f"stall {IDLE_SECONDS * 1000}\nstate")
        script = 'read_console reply {"success":true,"data":[]}\n'
        self.reloads = {}
        for seconds in RELOAD_SECONDS:
            # Deferred for as long as it takes to be in flight at the reload; `silent` where the answer never comes.
            taken = f"manage_editor defer {seconds * 1000} {TAKEN}\n" if seconds < 30 else "manage_editor silent\n"
            editor = wire.editor(launch, directory, script=taken + script)
            self.reloads[seconds] = Reload(editor, seconds)

    def stop(self) -> None:
        self.mute.stop()
        for reload in self.reloads.values():
            reload.stop()


class Mute:
    """A client that registers and then gives no sign of life but the WebSocket's own: the control."""

    def __init__(self, url: str) -> None:
        self.close_code: int | None = None
        self._socket: ClientConnection | None = None
        self._reader = threading.Thread(target=self._run, args=[url], name="mute", daemon=True)
        self._reader.start()

    def wait(self, seconds: float = 90) -> int | None:
        """The code that the server closed with."""
        self._reader.join(timeout=seconds)
        return self.close_code

    def stop(self) -> None:
        if self._socket:
            self._socket.close()
        self._reader.join(timeout=10)

    def _run(self, url: str) -> None:
        with connect(url, proxy=None) as self._socket:
            try:
                self._socket.recv()
                self._socket.send(hello("f" * 16).replace("{", '{"type":"register",', 1))
                while True:
                    self._socket.recv()
            except ConnectionClosed as end:
                self.close_code = end.rcvd.code if end.rcvd else 1006


class Timed:
    """A call and how long it took."""

    def __init__(self, call: Future[dict[str, Any]]) -> None:
        self._call = call
        self._began = time.monotonic()
        self.seconds = 0.0
        call.add_done_callback(self._note)

    def result(self) -> dict[str, Any]:
        return self._call.result(timeout=200)

    def _note(self, _: Future[dict[str, Any]]) -> None:
        self.seconds = time.monotonic() - self._began



