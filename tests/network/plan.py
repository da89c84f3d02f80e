"""Which scenes there are, and which of them this kernel lets us play."""

import os
import shutil
from dataclasses import dataclass
from typing import Callable

import cases_clock as clock
import cases_link as link
import cases_path as path
import cases_stop as stop
from judge import Verdict
from room import Namespace, run
from scene import DEFAULT, KERNEL, PATIENT_EDITOR, SHORT, Limits, Scene

Play = Callable[[Scene, Verdict], None]
PROFILES = ("godot-ai", "json-rpc", "unity-mcp")


@dataclass(frozen=True)
class Case:
    number: int
    name: str
    group: str
    profile: str
    limits: Limits
    play: Play


# By group: what is played, with which limits, and whether each profile has its turn even in the short form, because its
# own limits matter; else they take turns, and the long form plays every scene with each. Longest first.
TABLE: list[tuple[str, Play, Limits, bool]] = [
    ("link", link.pulled, DEFAULT, True),
    ("link", link.vpn, SHORT, False),
    ("link", link.server_moved, SHORT, False),
    ("link", link.pulled_6, SHORT, False),
    ("clock", clock.wall_clock, SHORT, False),
    ("path", path.storm, SHORT, False),
    ("stop", stop.server_stopped, SHORT, True),
    ("stop", stop.editor_stopped, SHORT, True),
    ("stop", stop.laptop_sleeps, PATIENT_EDITOR, False),
    ("stop", stop.server_restarts_asleep, PATIENT_EDITOR, False),
    ("link", link.server_gives_up, PATIENT_EDITOR, False),
    ("link", link.interface_down, SHORT, False),
    ("link", link.address_gone, SHORT, False),
    ("link", link.address_changed, SHORT, False),
    ("link", link.mute_first_address, DEFAULT, False),
    ("path", path.black_hole, SHORT, False),
    ("path", path.answers_stick, KERNEL, False),
    ("path", path.deaf, SHORT, False),
    ("path", path.mute, SHORT, False),
    ("clock", clock.time_namespace, SHORT, False),
    ("path", path.lossy, DEFAULT, False),
    ("path", path.netem, DEFAULT, False),
    ("link", link.blip, DEFAULT, False),
    ("link", link.blip_6, DEFAULT, False),
    ("stop", stop.server_pauses, DEFAULT, True),
    ("stop", stop.editor_pauses, DEFAULT, True),
]


def cases(rounds: int) -> tuple[list[Case], dict[str, str]]:
    """The scenes to be played, and those that cannot be, with the reason."""
    is_full = os.environ.get("FRAMEWIRE_PROOF") == "full"
    absent = unavailable()
    found: list[Case] = []
    for turn in range(rounds):
        for at, (group, play, limits, has_each) in enumerate(TABLE):
            name = play.__name__
            if name in absent:
                continue
            turns = PROFILES if has_each or is_full else [PROFILES[at % len(PROFILES)]]
            # Only this one has words that nobody asked for.
            for profile in ["json-rpc"] if play is path.answers_stick else turns:
                title = f"{name}-{profile}" + (f"-{turn + 1}" if rounds > 1 else "")
                found.append(Case(len(found), title, group, profile, limits, play))
    return found, absent


def unavailable() -> dict[str, str]:
    """What this machine lacks, by scene. The wire in user space stands in for netem, so that nothing goes unattacked."""
    absent = {}
    if not has_netem():
        absent["netem"] = "the kernel has no such queueing discipline; the wire in user space loses, delays and reorders"
    if not os.path.exists("/dev/net/tun"):
        for name in ("lossy", "storm", "black_hole", "answers_stick", "deaf", "mute"):
            absent[name] = "/dev/net/tun is missing, and so the wire in user space"
    if clock.faketime() is None:
        absent["wall_clock"] = "libfaketime is not installed (Debian: libfaketime)"
    if not os.path.exists("/proc/self/ns/time"):
        absent["time_namespace"] = "the kernel has no time namespaces"
    return absent


def has_netem() -> bool:
    if shutil.which("tc") is None:
        return False
    space = Namespace()
    try:
        run([*space.enter, "tc", "qdisc", "replace", "dev", "lo", "root", "netem", "delay", "1ms"])
        return True
    except RuntimeError:
        return False
    finally:
        space.end()
