"""Looks for the secrets of the tests in what a run of them left: logs, state files, records.

Every secret of a test bears a mark. The mark found outside of what a test was told in confidence is a leak. Searched are
the bytes as they are and in the usual disguises: base64, hex, UTF-16, percent-encoding.

    python3 tests/leaks.py            checks itself
    python3 tests/leaks.py PATH...    searches files and directories
"""

import base64
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

# The marks: of new secrets (tests/support/secret.rs), and the capability with which known answers were computed.
MARKS = ("5ec2e75ec2e7", "0123456789abcdef" * 3)
LARGEST = 256 << 20
# What tests write, as opposed to what they are built of. State files have sidecars and locks.
WRITTEN = re.compile(r"\.(log|txt|json|jsonl|out|err|xml|html|svg|skips|tmp|write|bak|lock)$")
# A server's own record of its capabilities is where they belong.
CONFIDENTIAL = re.compile(r"^http-\d+\.json$")
BUILT = {"debug", "release", "build", "deps", "incremental", "doc", "tools", "node_modules", "__pycache__"}


@dataclass(frozen=True)
class Leak:
    path: Path
    offset: int
    form: str

    def __str__(self) -> str:
        return f"{self.path}: a secret at byte {self.offset} ({self.form})"


def forms(mark: str) -> Iterator[tuple[str, bytes]]:
    """The disguises in which a mark is searched for, by name."""
    plain = mark.encode()
    yield "as it is", plain
    yield "in upper case", mark.upper().encode()
    yield "UTF-16", mark.encode("utf-16-le")
    yield "hex", plain.hex().encode()
    yield "bytes that the digits spell", bytes.fromhex(mark)
    yield "percent-encoded", "".join(f"%{byte:02X}" for byte in plain).encode()
    # Where the mark begins in a group of three bytes decides its letters; those at its ends depend on its neighbours.
    for lead in range(3):
        encoded = base64.b64encode(b"\0" * lead + plain + b"\0" * ((-lead - len(plain)) % 3))
        first = -(-lead * 8 // 6) + (1 if lead else 0)
        last = (lead + len(plain)) * 8 // 6
        yield f"base64, {lead}", encoded[first:last]


def patterns(marks: Iterable[str]) -> list[tuple[str, bytes]]:
    return [form for mark in marks for form in forms(mark)]


def search_file(path: Path, wanted: list[tuple[str, bytes]]) -> Leak | None:
    """The first leak in a file, if there is one."""
    try:
        if not path.is_file() or path.is_symlink() or path.stat().st_size > LARGEST:
            return None
        content = path.read_bytes()
    except OSError:
        # Gone meanwhile, or of another user.
        return None
    for form, pattern in wanted:
        offset = content.find(pattern)
        if offset >= 0:
            return Leak(path, offset, form)
    return None


def written_files(root: Path) -> Iterator[Path]:
    """What tests wrote below `root`: neither what a compiler or pip made, nor records of capabilities."""
    if root.is_file():
        yield root
        return
    for directory, names, files in os.walk(root):
        here = Path(directory)
        names[:] = [name for name in names if name not in BUILT and not (here / name / "pyvenv.cfg").exists()]
        for file in files:
            if WRITTEN.search(file) and not CONFIDENTIAL.match(file):
                yield here / file


def search(roots: Iterable[Path], marks: Iterable[str] = MARKS) -> tuple[int, list[Leak]]:
    """How many files were searched, and the leaks."""
    wanted = patterns(marks)
    files = sorted({file for root in roots for file in written_files(root)})
    return len(files), [leak for file in files if (leak := search_file(file, wanted))]


def search_run(target: Path) -> tuple[int, list[Leak]]:
    """Searches what a run left below `target`. A leak that is put there first must be found, or nothing is proved."""
    (target / "logs").mkdir(parents=True, exist_ok=True)
    planted = target / "logs" / "planted.log"
    planted.write_text(f"a line\nAuthorization: Bearer {MARKS[0]}-planted\n")
    try:
        count, leaks = search([target])
    finally:
        planted.unlink()
    if planted not in [leak.path for leak in leaks]:
        return count, [Leak(planted, 0, "planted, and not found: the search is broken"), *leaks]
    return count - 1, [leak for leak in leaks if leak.path != planted]


def check_itself() -> None:
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        for number, mark in enumerate(MARKS):
            secret = f"{mark}-token".encode()
            told = [
                ("plain.log", b"x" * 9 + secret),
                ("state.json", b'{"lastError":"' + secret + b'"}'),
                ("state.json.tmp.write", secret),
                ("sixteen.txt", secret.decode().encode("utf-16-le")),
                ("hex.out", secret.hex().encode()),
                ("upper.err", secret.upper()),
                ("spelled.log", b"\1\2" + bytes.fromhex(mark)),
                ("percent.xml", "".join(f"%{byte:02X}" for byte in secret).encode()),
            ]
            # Whatever stands before it and behind it.
            told += [(f"base64-{lead}.jsonl", base64.b64encode(b"user:pass"[:lead] + secret)) for lead in range(9)]
            for name, content in told:
                file = root / str(number) / name
                file.parent.mkdir(exist_ok=True)
                file.write_bytes(content)
                found = search([root])[1]
                assert [leak.path for leak in found] == [file], f"{name}: {found}"
                file.unlink()
        (root / "good.log").write_text("a token of another kind: 5ec2e7, 0123456789abcdef0123456789abcdef")
        (root / "http-8000.json").write_text(MARKS[0])
        (root / "program.rs").write_text(MARKS[0])
        assert search([root]) == (1, []), search([root])
        assert search_run(root) == (1, []), search_run(root)


def main(paths: list[str]) -> int:
    if not paths:
        check_itself()
        print("leaks: good")
        return 0
    count, leaks = search([Path(path) for path in paths])
    print(*leaks, f"{count} files searched", sep="\n")
    return 1 if leaks else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
