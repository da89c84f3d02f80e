"""An editor on the C interface: a frame loop that polls, runs commands, answers, sends news, and loses its domain.

What a handler does stands in the params of a command: `how` is `now`, `later` (some frames), `fail`, `large` or
`never` (it is deferred, and nobody answers). Each answer has the command's key in it.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import re
import time
from collections import deque
from pathlib import Path
from typing import Any

from editor_log import EditorLog, Send
from harness.abi import ABI, LIBRARY, C, read, view
from meter import Calls, descriptors, heap_meter

KEY = re.compile(rb'"key":"([^"]+)"')
HOW = re.compile(rb'"how":"([^"]+)"')
SENT = ("OK", "REPLACED")
LARGE = b"y" * (1 << 20)
NEVER_MS = 80
# What only a link that hangs uses up.
LINGER_MS = 20_000
# A flag of a thread that runs no code of the process any more.
PF_EXITING = 0x4

Event = ABI.structs["event"]


def named(status: int) -> str:
    return read(LIBRARY.framewire_status_name(status)).decode()


def start_of(text: ctypes.Structure) -> bytes:
    """As much as may hold the key; no copy of a large payload."""
    return ctypes.string_at(text.ptr, min(text.len, 256)) if text.len else b""


class Editor:
    def __init__(self, config: dict[str, Any]) -> None:
        self.log = EditorLog()
        self.calls = Calls()
        self.link = ctypes.c_uint64()
        # Everything below ends with the domain.
        self.later: list[tuple[int, int, str]] = []
        self.unsent: deque[tuple[Any, tuple[Any, ...], str, str, int]] = deque()
        self.frame = 0
        # What is still to be sent by itself.
        self.flood = 0
        self.flood_bytes = 0
        self.calls_wanted = 0
        self.count = 0
        self.is_dying = False
        self.reload: tuple[str, float] | None = None
        self._measure = heap_meter()
        self._descriptors = descriptors()
        self._config = self._configure(config)
        self._events = (Event * 64)()
        self._handed = ctypes.c_uint64()
        self._number = ctypes.c_uint64()
        self._base = self._measure() if self._measure else 0
        status = self._open()
        assert status == "OK", status

    def _configure(self, config: dict[str, Any]) -> ctypes.Structure:
        made = ABI.structs["config"]()
        LIBRARY.framewire_config_init(ctypes.byref(made), ctypes.sizeof(made), C.ABI_VERSION)
        made.held = []
        for name, value in config.items():
            if name == "reconnect_delays_ms":
                delays = (ctypes.c_uint32 * len(value))(*value)
                made.held.append(delays)
                made.reconnect_delays_ms = ctypes.cast(delays, ctypes.c_void_p)
                made.reconnect_delay_count = len(value)
                continue
            if name == "profile":
                value = ABI.constants[f"PROFILE_{value}"]
            if isinstance(value, str):
                value = view(value)
                made.held.append(value)
            setattr(made, name, value)
        return made

    def _open(self) -> str:
        error = ABI.structs["error"]()
        status = named(LIBRARY.framewire_open(ctypes.byref(self._config), ctypes.byref(self.link), ctypes.byref(error)))
        if status in ("OK", "ATTACHED"):
            LIBRARY.framewire_set_readiness(self.link, C.READINESS_READY, view(None))
        else:
            self.log.warnings.append(error.text.decode())
        return status

    # A frame

    def run_frame(self) -> None:
        self.frame += 1
        self.log.polls += 1
        status = self.calls.time(
            LIBRARY.framewire_poll, self.link, self._events, ctypes.sizeof(Event), 64, ctypes.byref(self._handed)
        )
        if status == C.OK:
            self._take(self._handed.value)
        elif status != C.EMPTY:
            self.log.warnings.append(f"poll: {named(status)}")
        if self._measure:
            self.log.heap_peak = max(self.log.heap_peak or 0, self._measure() - self._base)
        if self.reload is not None:
            self._lose_domain(*self.reload)
            return
        self._answer_due()
        self._send_more()

    def _take(self, count: int) -> None:
        is_dying = self.reload is not None and self.reload[0] == "die"
        for at in range(count):
            # A domain that dies in this frame has looked at half of what it was handed out.
            self._event(self._events[at], is_alive=not is_dying or at < count // 2)
        if not is_dying:
            self.calls.time(LIBRARY.framewire_release, self.link)

    def _event(self, event: ctypes.Structure, is_alive: bool) -> None:
        log = self.log
        log.events += 1
        kind = ABI.name_of("EVENT_", event.kind)
        reason = ABI.name_of("REASON_", event.reason)
        if kind == "LOG":
            if event.level <= C.LOG_ERROR:
                log.warnings.append(f"LOG: {read(event.detail).decode()}")
            return
        if not log.order or log.order[-1] != (kind, event.generation):
            log.order.append((kind, event.generation))
        if kind == "REQUEST":
            key = self._key(event)
            if event.id in log.requests:
                log.warnings.append(f"REQUEST {key} was handed out twice")
            log.requests[event.id] = key
            if is_alive:
                self._run(event.id, key, start_of(event.data))
        elif kind == "REQUEST_ORPHANED":
            log.orphans.append(event.id)
            if is_alive:
                self._finish(event)
        elif kind == "REQUEST_ENDED":
            log.end(event.id, reason)
            self.later = [entry for entry in self.later if entry[1] != event.id]
        elif kind in ("TEXT", "BINARY", "NOTIFICATION"):
            log.told.setdefault(event.generation, []).append(self._key(event))
        elif kind == "DROPPED":
            log.told_dropped += event.count
        elif kind == "SEND_DROPPED":
            log.dropped.append((event.first, event.last, reason))
        elif kind == "RESPONSE":
            key = self._key(event) if event.data.len else ""
            log.responses.setdefault(event.id, []).append((reason, key))
        else:
            names = ("generation", "time_ns", "count", "settled", "unconfirmed", "skipped", "code", "flags", "attempt")
            told = {name: getattr(event, name) for name in names}
            log.life.append(told | {"kind": kind, "reason": reason, "delay_ms": event.delay_ms})

    def _key(self, event: ctypes.Structure) -> str:
        found = KEY.search(start_of(event.data))
        return found[1].decode() if found else "?"

    # Handlers

    def _run(self, request: int, key: str, params: bytes) -> None:
        self.log.ran.append(key)
        found = HOW.search(params)
        how = found[1].decode() if found else "now"
        if how == "later":
            # The note is the answer, for the domain after this one.
            self._defer(request, 60_000, written(key))
            self.later.append((self.frame + 1 + self.count % 7, request, key))
            self.count += 1
        elif how == "never":
            self._defer(request, NEVER_MS, None)
        elif how == "fail":
            arguments = (view("-32000"), view("asked to fail"), view(written(key)))
            self._respond(LIBRARY.framewire_respond_error, request, arguments, key)
        else:
            body = written(key, LARGE) if how == "large" else written(key)
            self._respond(LIBRARY.framewire_respond, request, (view(body),), key)

    def _finish(self, event: ctypes.Structure) -> None:
        key = self.log.requests.get(event.id, "?")
        if event.note.len:
            self._respond(LIBRARY.framewire_respond, event.id, (view(read(event.note)),), key)
        elif key in self.log.ran:
            arguments = (view("-32001"), view("the scripts were reloaded while this ran"), view(written(key)))
            self._respond(LIBRARY.framewire_respond_error, event.id, arguments, key)
        else:
            self._run(event.id, key, start_of(event.data))

    def _defer(self, request: int, ms: int, note: bytes | None) -> None:
        status = named(self.calls.time(LIBRARY.framewire_defer, self.link, request, ms, view(note)))
        if status != "OK":
            self.log.refuse(f"defer {status}")

    def _respond(self, call: Any, request: int, arguments: tuple[Any, ...], key: str) -> None:
        self._send(call, (request, *arguments), "answer", key, request)

    # What goes out

    def _send(self, call: Any, arguments: tuple[Any, ...], kind: str, key: str, request: int = 0) -> bool:
        before = self.state().generation
        status = named(self.calls.time(call, self.link, *arguments, ctypes.byref(self._number)))
        if status in SENT:
            generation = before if before == self.state().generation else 0
            self.log.sends.append(Send(self._number.value, key, kind, generation))
        else:
            self.log.refuse(f"{kind} {status}")
        if request and status == "WOULD_BLOCK":
            self.unsent.append((call, arguments, kind, key, request))
        elif request and status in SENT:
            self.log.end(request, "ANSWERED")
        elif request and status in ("EXPIRED", "LOST"):
            # REQUEST_ENDED says so, too; a request that has ended twice would be seen there.
            pass
        elif request:
            self.log.warnings.append(f"answer to {key}: {status}")
        return status in SENT

    def _answer_due(self) -> None:
        for _ in range(len(self.unsent)):
            self._send(*self.unsent.popleft())
        due = [entry for entry in self.later if entry[0] <= self.frame]
        self.later = [entry for entry in self.later if entry[0] > self.frame]
        for _, request, key in due:
            self._respond(LIBRARY.framewire_respond, request, (view(written(key)),), key)

    def _send_more(self) -> None:
        for _ in range(min(self.flood, 100)):
            self.count += 1
            key = f"news-{self.count}"
            body = written(key, LARGE[: self.flood_bytes])
            if self._config.profile == C.PROFILE_RAW:
                is_sent = self._send(LIBRARY.framewire_send_text, (view(body),), "news", key)
            else:
                is_sent = self._send(LIBRARY.framewire_notify, (view("test_news"), view(body)), "news", key)
            if not is_sent:
                self.flood = 0 if "news UNSUPPORTED" in self.log.refused else self.flood
                break
            self.flood -= 1
        if self.calls_wanted:
            self.count += 1
            key = f"call-{self.count}"
            arguments = (view("test/call"), view(written(key)), 0, ctypes.byref(self._number))
            status = named(self.calls.time(LIBRARY.framewire_request, self.link, *arguments))
            if status == "OK":
                self.log.calls[self._number.value] = key
                self.calls_wanted -= 1
            else:
                self.log.refuse(f"call {status}")

    # Its life

    def _lose_domain(self, kind: str, seconds: float) -> None:
        self.reload = None
        told: dict[str, Any] = {"kind": kind}
        if kind == "detach":
            told["detach"] = named(LIBRARY.framewire_detach(self.link, C.READINESS_RELOADING))
        self.later, self.unsent = [], deque()
        old = self.link.value
        time.sleep(seconds)
        told["status"] = self._open()
        told["old_handle"] = named(LIBRARY.framewire_close(old, 0, None, 0))
        self.log.reloads.append(told)

    @property
    def is_quiet(self) -> bool:
        """Nothing is open, and nothing waits to be sent."""
        state = self.state()
        is_idle = not (self.later or self.unsent or self.flood or self.calls_wanted or self.reload)
        waiting = ("requests_open", "requests_waiting", "requests_orphaned", "calls_open", "outbound_bytes")
        return is_idle and not any(getattr(state, name) for name in waiting) and self._has_seen_all

    @property
    def _has_seen_all(self) -> bool:
        """What the library counted has been polled: it counts before it hands out."""
        if self._handed.value:
            return False
        stats, log = self.stats(), self.log
        ends = [end for how in log.ends.values() for end in how]
        seen = {
            "connections": log.count("OPENED") + log.skipped,
            "expired": ends.count("EXPIRED"),
            "lost": ends.count("LOST"),
            "dropped_full": log.told_dropped,
            "send_dropped": sum(last - first + 1 for first, last, _ in log.dropped),
        }
        return all(getattr(stats, name) == count for name, count in seen.items())

    def state(self) -> ctypes.Structure:
        state = ABI.structs["state"]()
        LIBRARY.framewire_get_state(self.link, ctypes.byref(state), ctypes.sizeof(state))
        return state

    def stats(self) -> ctypes.Structure:
        stats = ABI.structs["stats"]()
        LIBRARY.framewire_get_stats(self.link, ctypes.byref(stats), ctypes.sizeof(stats))
        return stats

    def close(self) -> EditorLog:
        stats = self.stats()
        self.log.stats = {name: getattr(stats, name) for name, _ in stats._fields_}
        report = ABI.structs["close_report"]()
        size = ctypes.sizeof(report)
        self.log.close_status = named(LIBRARY.framewire_close(self.link, LINGER_MS, ctypes.byref(report), size))
        self.log.close_report = {name: getattr(report, name) for name, _ in report._fields_}
        LIBRARY.framewire_release(self.link)
        if self._measure:
            self.log.heap_left = self._measure() - self._base
        self.log.descriptors_left = descriptors() - self._descriptors
        self.log.threads_left = threads_of_links()
        calls = self.calls
        self.log.calls_timed = {
            "count": calls.count,
            "longest_ns": calls.longest_ns,
            "longest_busy_ns": calls.longest_busy_ns,
            "sleeps": calls.sleeps,
            "blocked": calls.blocked,
        }
        return self.log


def written(key: str, fill: bytes = b"") -> bytes:
    """JSON with the key first."""
    return b'{"key":%b,"fill":"%b"}' % (json.dumps(key).encode(), fill)


def threads_of_links() -> list[str]:
    """I/O threads that live on, by name; the helper outlives links. One that was joined may be listed for a moment more."""
    names = []
    tasks = Path("/proc/self/task")
    for task in tasks.iterdir() if tasks.exists() else []:
        # It may end while it is looked at.
        with contextlib.suppress(OSError):
            head, _, fields = (task / "stat").read_text().rpartition(")")
            if not int(fields.split()[6]) & PF_EXITING:
                names.append(head.partition("(")[2])
    return [name for name in names if name.startswith("fw:") and name != "fw:helper"]
