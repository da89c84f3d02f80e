"""What is done to the wire, fault by fault."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from proxy import Proxy, Toxic

# A link that no fault ought to end must outlast any stall of a busy machine; one that must notice silence may not.
PATIENT = {"heartbeat_interval_ms": 100, "heartbeat_timeout_ms": 60_000}
WATCHFUL = {"heartbeat_interval_ms": 100, "heartbeat_timeout_ms": 400}

Step = Callable[[Proxy, random.Random], None]


@dataclass(frozen=True)
class Fault:
    name: str
    words: str
    # The first step, while the load runs.
    begin: Step
    # It ends the connection; otherwise no connection may end, and nothing may be lost.
    ends: bool = False
    # It is there before the first dial, and heals by itself once that has failed.
    is_first: bool = False
    # How long it lasts, at least, before it is healed.
    seconds: float = 0.0
    options: dict[str, Any] = field(default_factory=lambda: dict(PATIENT))


def delay(proxy: Proxy, chance: random.Random) -> None:
    proxy.apply(Toxic(delay_ms=chance.uniform(10, 60)))


def jitter(proxy: Proxy, chance: random.Random) -> None:
    proxy.apply(Toxic(delay_ms=2, jitter_ms=chance.uniform(20, 80)))


def rate(proxy: Proxy, chance: random.Random) -> None:
    proxy.apply(Toxic(rate=chance.randint(2_000_000, 6_000_000)))


def cut(proxy: Proxy, chance: random.Random) -> None:
    # Few bytes end an idle connection soon, and the next ones in their upgrade or greeting, too.
    proxy.apply(Toxic(cut_after=chance.choice([chance.randint(1, 40), chance.randint(40, 600)])))


def silence(proxy: Proxy, chance: random.Random) -> None:
    proxy.apply(Toxic(silent=True))


def stall(proxy: Proxy, chance: random.Random) -> None:
    proxy.apply(Toxic(stalled=True))


def slow_upgrade(proxy: Proxy, chance: random.Random) -> None:
    proxy.apply(Toxic(upgrade_byte_ms=chance.uniform(10, 30)))


FAULTS = {
    fault.name: fault
    for fault in (
        Fault("none", "no fault, for comparison", lambda proxy, chance: None, seconds=0.05),
        Fault("delay", "10 to 60 ms each way", delay, seconds=0.15),
        Fault("jitter", "up to 80 ms, each piece differently", jitter, seconds=0.15),
        Fault("rate", "2 to 6 MB a second", rate, seconds=0.15),
        Fault("cut", "FIN in the middle of anything, again until healed", cut, ends=True, seconds=0.15),
        Fault("silence", "half open: everything swallowed", silence, ends=True, seconds=0.1, options=dict(WATCHFUL)),
        Fault("reset", "RST", lambda proxy, chance: proxy.reset(), ends=True),
        Fault("finish", "FIN without a close frame", lambda proxy, chance: proxy.finish(), ends=True),
        Fault(
            "slow_upgrade",
            "the upgrade comes byte by byte, past its deadline",
            slow_upgrade,
            ends=True,
            is_first=True,
            options=PATIENT | {"upgrade_timeout_ms": 150},
        ),
        # Longer than a call may sleep unnoticed (meter.py): one that waits for the wire is seen here.
        Fault("stall", "nothing passes for a while", stall, seconds=1.0),
        Fault("close_twice", "two close frames", lambda proxy, chance: proxy.close_twice(), ends=True),
    )
}
