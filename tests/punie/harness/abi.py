"""The C interface as ctypes: structs, numbers and functions made from bindings/abi.txt, none written twice."""

from __future__ import annotations

import ctypes
import os
import re
import sys
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parents[3]
SIMPLE = {
    "uint32_t": ctypes.c_uint32,
    "uint64_t": ctypes.c_uint64,
    "int32_t": ctypes.c_int32,
    "int64_t": ctypes.c_int64,
    "double": ctypes.c_double,
}


class Abi:
    """What abi.txt says. `constants` by their names without `FRAMEWIRE_`, `structs` without `framewire_`."""

    def __init__(self, text: str) -> None:
        self.constants: dict[str, int] = {}
        self.structs: dict[str, type[ctypes.Structure]] = {}
        self.types = dict(SIMPLE)
        self.functions: dict[str, tuple[type, list[type]]] = {}
        lines = [line for line in text.splitlines() if line and not line.startswith("#")]
        for line in lines:
            if match := re.fullmatch(r"constant FRAMEWIRE_(\w+) = (-?\d+)", line):
                self.constants[match[1]] = int(match[2])
            elif match := re.fullmatch(r"typedef (\w+) = (\w+)", line):
                self.types[match[1]] = self.types[match[2]]
        self.read_structs(lines)
        for line in lines:
            if match := re.fullmatch(r"function framewire_(\w+): (.+?) ?framewire_\w+\((.*)\)", line):
                arguments = [] if match[3] == "void" else match[3].split(", ")
                # The name of an argument is the last word; a star before it belongs to the type.
                taken = [self.type_of(re.sub(r"\w+$", "", argument).strip()) for argument in arguments]
                self.functions[match[1]] = (self.type_of(match[2]), taken)

    def read_structs(self, lines: list[str]) -> None:
        fields: dict[str, list[tuple[str, str, int]]] = {}
        sizes: dict[str, int] = {}
        for line in lines:
            if match := re.fullmatch(r"struct framewire_(\w+) size (\d+) align \d+", line):
                sizes[match[1]], fields[match[1]] = int(match[2]), []
            elif match := re.fullmatch(r"field framewire_(\w+)\.(\w+) at (\d+) size \d+: (.+)", line):
                fields[match[1]].append((match[2], match[4], int(match[3])))
        for name, members in fields.items():
            described = [(member, self.type_of(kind)) for member, kind, _ in members]
            made = type(name, (ctypes.Structure,), {"_fields_": described})
            self.structs[name] = made
            assert ctypes.sizeof(made) == sizes[name], f"{name} has {ctypes.sizeof(made)} bytes here"
            for member, _, offset in members:
                assert getattr(made, member).offset == offset, f"{name}.{member}"

    def type_of(self, text: str) -> type:
        if text.endswith("*"):
            return ctypes.c_void_p
        if match := re.fullmatch(r"char\[(\d+)\]", text):
            return ctypes.c_char * int(match[1])
        if match := re.fullmatch(r"struct framewire_(\w+)", text):
            return self.structs[match[1]]
        return self.types[text]

    def name_of(self, prefix: str, number: int) -> str:
        """The name of a number among those that begin with `prefix`, without it. Bits are no such number."""
        for name, value in self.constants.items():
            if value == number and name.startswith(prefix) and "_FLAG_" not in name:
                return name.removeprefix(prefix)
        return f"{prefix}{number}"


def library_path() -> Path:
    """FRAMEWIRE_LIBRARY, or what `cargo build` has left in target/debug."""
    if given := os.environ.get("FRAMEWIRE_LIBRARY"):
        return Path(given)
    name = {"darwin": "libframewire.dylib", "win32": "framewire.dll"}.get(sys.platform, "libframewire.so")
    return ROOT / "target" / "debug" / name


def load() -> tuple[Abi, ctypes.CDLL]:
    abi = Abi((ROOT / "bindings" / "abi.txt").read_text(encoding="utf-8"))
    path = library_path()
    if not path.exists():
        raise AssertionError(f"{path} is missing: run `cargo build`, or set FRAMEWIRE_LIBRARY")
    library = ctypes.CDLL(str(path))
    for name, (returned, taken) in abi.functions.items():
        function = getattr(library, f"framewire_{name}")
        function.restype, function.argtypes = returned, taken
    return abi, library


ABI, LIBRARY = load()
C = SimpleNamespace(**ABI.constants)
Str = ABI.structs["str"]


def view(data: bytes | str | None) -> ctypes.Structure:
    """A text that crosses; it keeps its bytes alive. None is absent."""
    if data is None:
        return Str(None, 0)
    held = data.encode() if isinstance(data, str) else data
    pointer = ctypes.cast(ctypes.c_char_p(held), ctypes.c_void_p)
    text = Str(pointer, len(held))
    text.held = held
    return text


def read(text: ctypes.Structure) -> bytes:
    return ctypes.string_at(text.ptr, text.len) if text.len else b""
