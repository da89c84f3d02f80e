"""Where the frames of a server begin in its bytes."""

from __future__ import annotations

HEAD_END = b"\r\n\r\n"
# A length that does not fit the second byte of a header follows it, in so many bytes.
LENGTH_BYTES = {126: 2, 127: 8}


class Frames:
    """Goes over the HTTP head, then over frames without a mask."""

    def __init__(self) -> None:
        self.is_head = True
        self._tail = b""
        # Bytes of the present frame that are still to come, and the start of a header that is not whole yet.
        self._rest = 0
        self._header = b""

    @property
    def at_boundary(self) -> bool:
        return not self.is_head and self._rest == 0 and not self._header

    def take(self, data: bytes | memoryview) -> None:
        """Goes over `data`."""
        at = 0
        while at < len(data):
            at = self._step(data, at)

    def before_boundary(self, data: bytes | memoryview) -> int:
        """How many bytes of `data` lie before the next boundary, or its length. Takes nothing."""
        ahead = Frames()
        ahead.__dict__.update(self.__dict__)
        at = 0
        while at < len(data) and not ahead.at_boundary:
            at = ahead._step(data, at)
        return at

    def _step(self, data: bytes | memoryview, at: int) -> int:
        if self.is_head:
            return self._step_in_head(data, at)
        if self._rest:
            used = min(self._rest, len(data) - at)
            self._rest -= used
            return at + used
        # Two bytes, then as many as the second one says.
        missing = 2 - len(self._header)
        if missing <= 0:
            missing = 2 + LENGTH_BYTES.get(self._header[1] & 0x7F, 0) - len(self._header)
        self._header += bytes(data[at : at + missing])
        at += min(missing, len(data) - at)
        if len(self._header) >= 2:
            short = self._header[1] & 0x7F
            more = LENGTH_BYTES.get(short, 0)
            if len(self._header) == 2 + more:
                self._rest = int.from_bytes(self._header[2:], "big") if more else short
                self._header = b""
        return at

    def _step_in_head(self, data: bytes | memoryview, at: int) -> int:
        seen = self._tail + bytes(data[at:])
        found = seen.find(HEAD_END)
        if found < 0:
            self._tail = seen[-3:]
            return len(data)
        self.is_head = False
        return at + found + len(HEAD_END) - len(self._tail)
