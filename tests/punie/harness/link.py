"""A host: one link, polled by the test."""

from __future__ import annotations

import ctypes
import itertools
import time
from dataclasses import dataclass
from types import SimpleNamespace

from .abi import ABI, LIBRARY, C, read, view

# For things that take well under a second on a free machine. A bound only ever turns a hang into a failure.
USUAL_SECONDS = 30.0
CAPACITY = 64
NAMES = itertools.count(1)
TEXTS = ("name", "data", "detail", "note")

Event_ = ABI.structs["event"]


def named(status: int) -> str:
    """The name of a status, without its prefix."""
    return read(LIBRARY.framewire_status_name(status)).decode().removeprefix("FRAMEWIRE_")


@dataclass(frozen=True)
class Event:
    """A copy of an event; kind and reason by their names."""

    kind: str
    reason: str
    level: int
    generation: int
    time_ns: int
    id: int
    first: int
    last: int
    count: int
    settled: int
    unconfirmed: int
    skipped: int
    code: int
    os_error: int
    flags: int
    attempt: int
    delay_ms: int
    age_ns: int
    error_code: int
    name: bytes
    data: bytes
    detail: str
    note: bytes

    @staticmethod
    def copy(raw: ctypes.Structure) -> Event:
        fields = {name: getattr(raw, name) for name, _ in Event_._fields_ if name not in TEXTS}
        fields |= {name: read(getattr(raw, name)) for name in TEXTS}
        fields["kind"] = ABI.name_of("EVENT_", raw.kind)
        fields["reason"] = ABI.name_of("REASON_", raw.reason)
        fields["detail"] = fields["detail"].decode()
        return Event(**fields)

    def has(self, flag: str) -> bool:
        return bool(self.flags & ABI.constants[f"EVENT_FLAG_{flag}"])


class Link:
    """A json_rpc link. All events it was ever given are in `events`, in their order."""

    def __init__(self, url: str, **options: object) -> None:
        config = ABI.structs["config"]()
        size = ctypes.sizeof(config)
        LIBRARY.framewire_config_init(ctypes.byref(config), size, C.ABI_VERSION)
        usual = {
            "name": f"punie-{next(NAMES)}",
            "url": url,
            "profile": C.PROFILE_JSON_RPC,
            "reconnect": C.RECONNECT_NONE,
        }
        held = []
        for name, value in (usual | options).items():
            if name == "reconnect_delays_ms":
                value = (ctypes.c_uint32 * len(value))(*value)
                config.reconnect_delay_count = len(value)
                held.append(value)
                value = ctypes.cast(value, ctypes.c_void_p)
            elif isinstance(value, (str, bytes)):
                value = view(value)
                held.append(value)
            setattr(config, name, value)
        handle, error = ctypes.c_uint64(), ABI.structs["error"]()
        status = LIBRARY.framewire_open(ctypes.byref(config), ctypes.byref(handle), ctypes.byref(error))
        assert named(status) == "OK", error.text.decode()
        self.handle = handle.value
        self.room = (Event_ * CAPACITY)()
        self.events: list[Event] = []
        self.taken = 0

    # What is polled

    def poll(self) -> list[Event]:
        """What has come since the last poll, at most CAPACITY events."""
        count = ctypes.c_uint64()
        size = ctypes.sizeof(Event_)
        room = ctypes.byref(self.room)
        status = named(LIBRARY.framewire_poll(self.handle, room, size, CAPACITY, ctypes.byref(count)))
        assert status in ("OK", "EMPTY"), status
        polled = [Event.copy(self.room[at]) for at in range(count.value)]
        if status == "OK":
            assert named(LIBRARY.framewire_release(self.handle)) == "OK"
        self.events += polled
        return polled

    def poll_until(self, condition, what: str, seconds: float = USUAL_SECONDS):
        """Polls until `condition()` is true, and gives what it gave."""
        deadline = time.monotonic() + seconds
        while not (value := condition()):
            if not self.poll():
                LIBRARY.framewire_wait(self.handle, 20)
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {seconds:g} s for {what}; events: {self.story()}")
        return value

    def next(self, kind: str, seconds: float = USUAL_SECONDS, **fields: object) -> Event:
        """The first event of that kind, and with these fields, behind the one that this gave last."""

        def found() -> Event | None:
            for at in range(self.taken, len(self.events)):
                event = self.events[at]
                if event.kind == kind and all(getattr(event, name) == value for name, value in fields.items()):
                    self.taken = at + 1
                    return event
            return None

        return self.poll_until(found, f"{kind} {fields}", seconds)

    def all(self, kind: str, **fields: object) -> list[Event]:
        """Every event of that kind, and with these fields, so far."""
        return [
            event
            for event in self.events
            if event.kind == kind and all(getattr(event, name) == value for name, value in fields.items())
        ]

    def settle(self, seconds: float = 0.2) -> None:
        """Polls until nothing more has come for a while: for tests that an event does *not* come."""
        quiet_since = time.monotonic()
        while time.monotonic() - quiet_since < seconds:
            if self.poll():
                quiet_since = time.monotonic()
            time.sleep(0.01)

    def story(self) -> str:
        told = [f"{e.kind}({e.reason} {e.code} id={e.id} {e.name[:40]!r} {e.detail[:80]})" for e in self.events[-40:]]
        return "\n  ".join(["", *told])

    # What is sent: each gives the name of the status first

    def request(self, method: str, params: bytes | str | None = None, timeout_ms: int = 0) -> int:
        """A call that must be taken; its id."""
        status, id_ = self.try_request(method, params, timeout_ms)
        assert status == "OK", status
        return id_

    def try_request(self, method: str, params: bytes | str | None = None, timeout_ms: int = 0) -> tuple[str, int]:
        made = ctypes.c_uint64()
        status = LIBRARY.framewire_request(self.handle, view(method), view(params), timeout_ms, ctypes.byref(made))
        return named(status), made.value

    def notify(self, name: str, params: bytes | str | None = None) -> tuple[str, int]:
        number = ctypes.c_uint64()
        status = LIBRARY.framewire_notify(self.handle, view(name), view(params), ctypes.byref(number))
        return named(status), number.value

    def respond(self, id_: int, json: bytes | str) -> tuple[str, int]:
        number = ctypes.c_uint64()
        status = LIBRARY.framewire_respond(self.handle, id_, view(json), ctypes.byref(number))
        return named(status), number.value

    def respond_error(self, id_: int, code: str, message: str, data: str | None = None) -> str:
        status = LIBRARY.framewire_respond_error(self.handle, id_, view(code), view(message), view(data), None)
        return named(status)

    def cancel(self, id_: int) -> str:
        return named(LIBRARY.framewire_cancel(self.handle, id_))

    def connect(self) -> str:
        return named(LIBRARY.framewire_connect(self.handle))

    def disconnect(self) -> str:
        return named(LIBRARY.framewire_disconnect(self.handle))

    def close(self, linger_ms: int = 2000) -> tuple[str, SimpleNamespace]:
        report = ABI.structs["close_report"]()
        status = LIBRARY.framewire_close(self.handle, linger_ms, ctypes.byref(report), ctypes.sizeof(report))
        return named(status), plain(report)

    # What is known

    def state(self) -> SimpleNamespace:
        state = ABI.structs["state"]()
        status = LIBRARY.framewire_get_state(self.handle, ctypes.byref(state), ctypes.sizeof(state))
        assert named(status) == "OK", named(status)
        known = plain(state)
        known.phase = ABI.name_of("PHASE_", state.phase)
        return known

    def stats(self) -> SimpleNamespace:
        stats = ABI.structs["stats"]()
        status = LIBRARY.framewire_get_stats(self.handle, ctypes.byref(stats), ctypes.sizeof(stats))
        assert named(status) == "OK", named(status)
        return plain(stats)


def plain(struct: ctypes.Structure) -> SimpleNamespace:
    return SimpleNamespace(**{name: getattr(struct, name) for name, _ in struct._fields_})


def now_ns() -> int:
    return LIBRARY.framewire_now_ns()


def default_config() -> SimpleNamespace:
    config = ABI.structs["config"]()
    LIBRARY.framewire_config_init(ctypes.byref(config), ctypes.sizeof(config), C.ABI_VERSION)
    return plain(config)


def json_get(json: bytes, pointer: str) -> tuple[str, bytes]:
    """Kind and text of a value by JSON Pointer."""
    value = ABI.structs["json"]()
    size = ctypes.sizeof(value)
    assert named(LIBRARY.framewire_json_get(view(json), view(pointer), ctypes.byref(value), size)) == "OK"
    return ABI.name_of("JSON_", value.kind), read(value.text)
