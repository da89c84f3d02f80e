"""One cell: a server, a proxy, an editor, a load, and a fault in the middle of it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dialects import DIALECTS
from editor_handle import EditorHandle
from faults import FAULTS, Fault
from loads import LOADS, Load, Reload
from proxy import Counts, Proxy
from server import Log, Server, until
from table import Cell

# Waits that only a failure uses up.
PATIENCE = 30.0
STEP_SECONDS = 0.002
DELAYS_MS = [10, 20, 50]
LIMITS: dict[str, int] = {
    # The large messages of the loads have a mebibyte and their envelopes.
    "max_message": 5 << 18,
    "inbound_bytes": 1 << 20,
    "outbound_bytes": 3 << 19,
    "inbound_count": 256,
    "outbound_count": 256,
    "ledger_bytes": 1 << 18,
    "request_slots": 48,
}
USUAL = {
    "owner": "tests/faults",
    "reconnect_delays_ms": DELAYS_MS,
    "hold_ms": 60_000,
    "upgrade_timeout_ms": 3_000,
    "hello_timeout_ms": 3_000,
    # Only a server that hangs uses it up: each close must be clean, however late a busy machine lets the answer come.
    "close_timeout_ms": 20_000,
    # Every connection counts as stable, so that the waits between dials stay short.
    "stable_ms": 0,
}


@dataclass
class Outcome:
    cell: Cell
    server: Log = field(default_factory=Log)
    editor: dict[str, Any] = field(default_factory=dict)
    wire: Counts = field(default_factory=Counts)
    complaints: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Play:
    def __init__(self, cell: Cell, seed: int, editor: EditorHandle) -> None:
        self.cell = cell
        self.fault: Fault = FAULTS[cell.fault]
        self.chance = random.Random(f"{seed}/{cell}")
        self.editor = editor
        self.server = Server(DIALECTS[cell.profile])
        self.proxy = Proxy(self.server.port, seed=self.chance.randrange(1 << 32))
        self.load: Load = LOADS[cell.load](self.server, editor, self.chance)
        self.seen: dict[str, Any] = {}

    def run(self) -> Outcome:
        outcome, began = Outcome(self.cell), time.monotonic()
        try:
            self.play()
        except TimeoutError as error:
            outcome.complaints.append(f"{error}; {self.seen}")
        outcome.editor = self.editor.close()
        # The server learns of the end of a connection a moment after the editor.
        log = self.server.log
        until(lambda: len(log.ended) == len(log.opened), 5.0)
        self.proxy.stop()
        self.server.stop()
        outcome.server, outcome.wire = self.server.log, self.proxy.counts
        outcome.seconds = time.monotonic() - began
        return outcome

    def play(self) -> None:
        if self.fault.is_first:
            self.fault.begin(self.proxy, self.chance)
        dialect = self.server.dialect
        config = {"name": f"{self.cell.fault}-{self.chance.randrange(1 << 32)}", "profile": dialect.profile}
        config |= {"url": f"ws://127.0.0.1:{self.proxy.port}/", **USUAL, **LIMITS, **dialect.options}
        self.editor.open(config | self.fault.options)
        if self.fault.is_first:
            self.fail_first()
        self.until(lambda: self.server.current is not None, "the first connection")
        self.until(lambda: self.load.is_under_way, "the load")
        if not self.fault.is_first:
            self.hurt()
        self.proxy.heal()
        self.settle()
        self.again()

    def fail_first(self) -> None:
        """The upgrade comes too slowly, and the editor tries to send meanwhile, or loses its domain."""
        if isinstance(self.load, Reload):
            self.load.hurt()
        self.editor.order("flood", count=3, bytes=10)
        self.until(lambda: self.proxy.counts.connections > 1, "the second dial")
        self.proxy.heal()

    def hurt(self) -> None:
        number = self.server.peers[-1].number
        if isinstance(self.load, Reload):
            self.load.hurt()
        self.fault.begin(self.proxy, self.chance)
        until = time.monotonic() + self.fault.seconds
        self.until(lambda: time.monotonic() >= until, "the fault")
        if self.fault.ends:
            # Half-open connections end by the link's own doing; those that were cut may have been dialled again.
            self.until(lambda: self.proxy.counts.connections > number, "the next dial")

    def settle(self) -> None:
        def is_back() -> bool:
            peer = self.server.current
            return peer is not None and self.proxy.counts.connections == peer.number

        self.until(is_back, "a connection after the fault")

    def again(self) -> None:
        """A part of the load on what is there now, then the last answers."""
        self.load.again()
        self.until(lambda: self.load.is_done, "the rest of the load")
        self.until(lambda: not self.server.open_commands(), "the last answers")
        self.until(self.is_quiet, "the editor to be quiet")

    def is_quiet(self) -> bool:
        self.seen = self.editor.look()
        peer = self.server.current
        told = len(self.server.log.told.get(peer.number, ())) if peer else 0
        is_up = peer is not None and self.seen["dials"] >= self.proxy.counts.connections
        if not is_up or not self.seen["quiet"] or self.seen["told"] < told:
            # It has frames to run.
            time.sleep(0.01)
            return False
        return True

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Lets the load run until that is so."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{PATIENCE:.0f} s went by in vain: {what}")
            peer = self.server.current
            if peer is not None:
                self.load.step(peer)
            time.sleep(STEP_SECONDS)
