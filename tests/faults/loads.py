"""What goes on while the wire is hurt. A load is asked for its next steps until the cell has seen enough."""

from __future__ import annotations

import random
from typing import Any

from editor_handle import EditorHandle
from server import Peer, Server

FLOOD = 800
FLOOD_BYTES = 2_000
LARGE = "z" * (1 << 20)
HOWS = ["now", "now", "now", "later", "later", "fail", "never"]


class Load:
    """`step` is called every few milliseconds with the server's living connection. Keys are never used twice."""

    def __init__(self, server: Server, editor: EditorHandle, chance: random.Random) -> None:
        self.server = server
        self.editor = editor
        self.chance = chance
        self.count = 0
        self.has_calls = server.dialect.profile != "RAW"
        self.is_json_rpc = server.dialect.profile == "JSON_RPC"

    def step(self, peer: Peer) -> None:
        raise NotImplementedError

    @property
    def is_under_way(self) -> bool:
        """The fault may come."""
        return True

    def again(self) -> None:
        """The connection is healed or another one: a part of the load once more."""

    @property
    def is_done(self) -> bool:
        """All of it was sent."""
        return True

    def key(self) -> str:
        self.count += 1
        return f"c{self.count}"

    def say(self, peer: Peer, **params: Any) -> None:
        """A command, or where there are none a text."""
        if self.has_calls:
            self.server.ask(peer, self.key(), **params)
        else:
            self.server.tell(peer, self.key(), **params)


class Idle(Load):
    """Nothing but the heartbeat; one word at the end shows that the link lives."""

    left = 0

    def step(self, peer: Peer) -> None:
        while self.left:
            self.left -= 1
            self.say(peer)

    def again(self) -> None:
        self.left += 1

    @property
    def is_done(self) -> bool:
        return not self.left


class Steady(Load):
    """Commands, six of them open at a time, each answered in its own way; calls of ours where there are any."""

    left = 30

    def step(self, peer: Peer) -> None:
        if not self.left or (self.has_calls and len(self.server.open_commands()) >= 6):
            return
        self.left -= 1
        if self.has_calls:
            self.say(peer, how=self.chance.choice(HOWS), pad="p" * self.chance.choice([0, 20, 2000]))
        else:
            self.say(peer, pad="p" * self.chance.choice([0, 20, 2000]))
            self.editor.order("flood", count=1, bytes=100)
        if self.is_json_rpc and self.chance.random() < 0.3:
            self.editor.order("calls", count=1)
            self.server.tell(peer, self.key())

    @property
    def is_under_way(self) -> bool:
        return self.count >= 8

    def again(self) -> None:
        self.left += 12

    @property
    def is_done(self) -> bool:
        return not self.left


class FloodIn(Load):
    """More than the slots and the inbox hold, as fast as it goes, while the frame loop stands still."""

    left = FLOOD

    def step(self, peer: Peer) -> None:
        if self.left == FLOOD:
            self.editor.order("stall", seconds=self.chance.uniform(0.1, 0.3))
        for _ in range(min(self.left, 100)):
            self.left -= 1
            self.say(peer, pad="p" * FLOOD_BYTES)
            if self.is_json_rpc and self.left % 2:
                self.server.tell(peer, self.key(), pad="p" * FLOOD_BYTES)

    @property
    def is_under_way(self) -> bool:
        return self.count > FLOOD // 3

    def again(self) -> None:
        self.left += 50

    @property
    def is_done(self) -> bool:
        return not self.left


class FloodOut(Load):
    """The editor sends as fast as it is let; where it has nothing to say unasked, it is asked for much at a time."""

    left = FLOOD

    def step(self, peer: Peer) -> None:
        if self.server.dialect.profile != "UNITY_MCP":
            if self.left:
                self.editor.order("flood", count=self.left, bytes=FLOOD_BYTES)
                self.count += self.left
            self.left = 0
            return
        while self.left and len(self.server.open_commands()) < 40:
            self.left -= 20
            self.say(peer, how="large" if self.left % 400 == 0 else "now")

    @property
    def is_under_way(self) -> bool:
        return self.count > 10

    def again(self) -> None:
        self.left += 60

    @property
    def is_done(self) -> bool:
        return self.left <= 0


class Large(Load):
    """Messages of a mebibyte, both ways."""

    left = 4

    def step(self, peer: Peer) -> None:
        if not self.left:
            return
        self.left -= 1
        self.say(peer, how="large", pad=LARGE)
        if not self.has_calls:
            self.editor.order("flood", count=1, bytes=1 << 20)

    @property
    def is_under_way(self) -> bool:
        return self.count >= 2

    def again(self) -> None:
        self.left += 1

    @property
    def is_done(self) -> bool:
        return not self.left


class Reload(Steady):
    """As steady, and the editor loses its domain twice: in the midst of the fault, and when it is over."""

    def hurt(self) -> None:
        kind = self.chance.choice(["detach", "die"])
        self.editor.order("reload", kind=kind, seconds=self.chance.uniform(0.0, 0.25))

    def again(self) -> None:
        super().again()
        self.hurt()


LOADS: dict[str, type[Load]] = {
    "idle": Idle,
    "steady": Steady,
    "flood_in": FloodIn,
    "flood_out": FloodOut,
    "large": Large,
    "reload": Reload,
}
