#!/usr/bin/env python3
"""A wire in user space: carries frames between two TAP devices and does to them what standard input says.

    wire.py NAME NAMESPACE NAMESPACE

Lines of `name=value` change what happens from then on; `ready` answers each. Its kernel needs no queueing disciplines,
and a seed repeats which frames are lost. At the end of its input it prints what it carried.
"""

import fcntl
import heapq
import os
import random
import select
import struct
import sys
import time
from collections import Counter

TUNSETIFF, IFF_TAP, IFF_NO_PI, CLONE_NEWNET = 0x400454CA, 0x0002, 0x1000, 0x40000000
NAMES = ("up", "down")


def tap(name: str, namespace: str) -> int:
    """A TAP device of that name inside the namespace; this process goes there for it."""
    import ctypes

    with open(namespace) as place:
        if ctypes.CDLL(None, use_errno=True).setns(place.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    return device


class Carrier:
    def __init__(self) -> None:
        self.faults = {"loss": 0.0, "doubled": 0.0, "delay": 0.0, "jitter": 0.0, "up": 1.0, "down": 1.0}
        self.faults |= {"most_up": 0.0, "most_down": 0.0}
        self.chance = random.Random(1)
        # What is under way: when it arrives, a number that keeps equal ones apart, the device, the frame.
        self.under_way: list[tuple[float, int, int, bytes]] = []
        self.figures: Counter[str] = Counter()
        self.newest: dict[int, float] = {}

    def obey(self, line: str) -> None:
        for word in line.split():
            name, _, value = word.partition("=")
            if name == "seed":
                self.chance = random.Random(int(value))
            else:
                self.faults[name] = float(value)

    def take(self, frame: bytes, direction: str, to: int) -> None:
        faults = self.faults
        self.figures["frames"] += 1
        most = faults[f"most_{direction}"]
        is_swallowed = not faults[direction] or (most > 0 and len(frame) > most)
        if is_swallowed or self.chance.random() < faults["loss"]:
            self.figures["swallowed" if is_swallowed else "lost"] += 1
            return
        copies = 1
        if self.chance.random() < faults["doubled"]:
            self.figures["doubled"] += 1
            copies = 2
        for _ in range(copies):
            arrives = time.monotonic() + (faults["delay"] + self.chance.random() * faults["jitter"]) / 1000
            self.figures["overtaken"] += arrives < self.newest.get(to, 0.0)
            self.newest[to] = max(arrives, self.newest.get(to, 0.0))
            heapq.heappush(self.under_way, (arrives, self.figures["frames"], to, frame))

    def give(self) -> float | None:
        """Hands on what has arrived; seconds until the next does."""
        while self.under_way:
            wait = self.under_way[0][0] - time.monotonic()
            if wait > 0:
                return wait
            _, _, to, frame = heapq.heappop(self.under_way)
            try:
                os.write(to, frame)
            except OSError:
                self.figures["refused"] += 1  # The device is down.
        return None


def main() -> None:
    name, *namespaces = sys.argv[1:]
    devices = [tap(name, namespace) for namespace in namespaces]
    carrier = Carrier()
    print("ready", flush=True)
    commands = b""
    while True:
        readable, _, _ = select.select([0, *devices], [], [], carrier.give())
        for at, device in enumerate(devices):
            if device not in readable:
                continue
            try:
                while frame := os.read(device, 65536):
                    carrier.take(frame, NAMES[at], devices[1 - at])
            except BlockingIOError:
                pass
            except OSError:
                time.sleep(0.01)  # The device is down.
        if 0 in readable:
            more = os.read(0, 65536)
            if not more:
                break
            *lines, commands = (commands + more).split(b"\n")
            for line in lines:
                carrier.obey(line.decode())
                print("ready", flush=True)
    print(" ".join(f"{name}={count}" for name, count in sorted(carrier.figures.items())), flush=True)


if __name__ == "__main__":
    main()
