"""A compiler that has the source of its own standard library: ThreadSanitizer must see into std's locks, too.

Three ways, in this order; each pairs a compiler with the source of its very version:

FRAMEWIRE_THREADS_RUSTC    such a compiler
the one in use             if it came with the source (`rustup component add rust-src`)
Debian's, of testing       compiler and source are packages of one version there, fetched under target/threads/compiler
                           with apt and unpacked without installing anything; it runs on a C library of its own, and
                           what it compiles is linked against the system's

    python3 tests/threads/compiler.py    makes it, and prints how it is called
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "target" / "threads" / "compiler"
sys.path.insert(0, str(ROOT / "tests" / "godot"))

import engine_root  # noqa: E402
from engine_root import RootError  # noqa: E402

PACKAGES = ["rustc", "libstd-rust-dev", "rust-src"]
# What they depend on as a compiler of C; the system has one.
UNNEEDED = ("gcc-", "gcc_", "cpp", "binutils", "libbinutils", "libc6-dev", "libc-dev", "linux-libc-dev", "libgcc-1", "libc-gconv")
# Of the source, only the library is compiled.
LEFT_OUT = ["./usr/share", "./usr/src/*/compiler", "./usr/src/*/src", "./usr/src/*/tests"]
STAMP = "stamp.sha256"


class Unavailable(Exception):
    """There is no such compiler; the text says why and what to do."""


@dataclass(frozen=True)
class Compiler:
    """`rustc` is its path; `runtime` the library that every watched program is linked with."""

    rustc: Path
    origin: str
    triple: str
    runtime: Path


def compiler() -> Compiler:
    if named := os.environ.get("FRAMEWIRE_THREADS_RUSTC"):
        return described(Path(shutil.which(named) or named), "FRAMEWIRE_THREADS_RUSTC")
    used = Path(shutil.which(os.environ.get("RUSTC", "rustc")) or "rustc")
    if has_source(used):
        return described(used, "the compiler in use")
    return described(debian(runtime_of(used)), "Debian's compiler")


def ask(rustc: Path, *words: str) -> str:
    try:
        done = subprocess.run([rustc, *words], capture_output=True, text=True, cwd=ROOT)
    except OSError as error:
        raise Unavailable(f"{rustc} does not run: {error}") from error
    if done.returncode != 0:
        raise Unavailable(f"{rustc} says: {done.stderr.strip()}")
    return done.stdout.strip()


def described(rustc: Path, what: str) -> Compiler:
    if not has_source(rustc):
        raise Unavailable(f"{rustc} has no source of its standard library: rustup component add rust-src")
    about = dict(line.split(": ", 1) for line in ask(rustc, "-vV").splitlines() if ": " in line)
    return Compiler(rustc, f"{what}, {about['release']}", about["host"], runtime_of(rustc))


def has_source(rustc: Path) -> bool:
    return (Path(ask(rustc, "--print", "sysroot")) / "lib/rustlib/src/rust/library/std/Cargo.toml").exists()


def runtime_of(rustc: Path) -> Path:
    libraries = Path(ask(rustc, "--print", "target-libdir"))
    for library in sorted(libraries.glob("librustc*_rt.tsan.a")):
        return library
    raise Unavailable(f"there is no runtime of ThreadSanitizer in {libraries}: it comes with Rust's own builds for Linux")


def debian(runtime: Path) -> Path:
    """Debian's compiler, which comes without runtimes of sanitizers: it takes `runtime`."""
    if missing := [tool for tool in ("apt-get", "dpkg-deb", "tar") if shutil.which(tool) is None]:
        raise Unavailable(f"no source of the standard library, and no {missing[0]} to fetch one: rustup component add rust-src")
    if not engine_root.KEYRING.exists():
        raise Unavailable("no source of the standard library: rustup component add rust-src, or install debian-archive-keyring")
    PLACE.parent.mkdir(parents=True, exist_ok=True)
    wanted = hashlib.sha256(" ".join([engine_root.SUITE, *PACKAGES, *LEFT_OUT]).encode()).hexdigest()
    with engine_root.locked(PLACE.with_suffix(".lock")):
        stamp = PLACE / STAMP
        if not stamp.exists() or stamp.read_text() != wanted:
            try:
                make(wanted)
            except RootError as error:
                what = "no source of the standard library (rustup component add rust-src brings it)"
                raise Unavailable(f"{what}: {error}") from error
        return wrapper(runtime)


def make(wanted: str) -> None:
    work = PLACE.with_name("compiler.new")
    engine_root.prepare(work)
    engine_root.fetch(work, PACKAGES, what="compiler")
    whole = work / "root"
    for archive in sorted((work / "cache/archives").glob("*.deb")):
        if not archive.name.startswith(UNNEEDED):
            unpack(archive, whole)
    (whole / STAMP).write_text(wanted)
    shutil.rmtree(PLACE, ignore_errors=True)
    whole.rename(PLACE)
    shutil.rmtree(work, ignore_errors=True)


def unpack(archive: Path, into: Path) -> None:
    left_out = ["--anchored", "--no-wildcards-match-slash", *(f"--exclude={pattern}" for pattern in LEFT_OUT)]
    words = ["tar", "-x", "-C", into, "--no-same-owner", *left_out]
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive], stdout=subprocess.PIPE) as packed:
        done = subprocess.run(words, stdin=packed.stdout, capture_output=True, text=True)
    if done.returncode != 0 or packed.returncode != 0:
        raise RootError(f"{archive.name} cannot be unpacked: {done.stderr.strip()}")


def wrapper(runtime: Path) -> Path:
    """A script that runs the compiler with the loader and the libraries that it was built for."""
    loader = next(PLACE.glob("usr/lib/*/ld-linux*"), None)
    if loader is None:
        raise Unavailable(f"{PLACE} lacks the loader of its C library: remove it and try again")
    script = PLACE / "rustc"
    call = f'exec "{loader}" --library-path "{loader.parent}" "{PLACE}/usr/bin/rustc" --sysroot "{PLACE}/usr" "$@"'
    text = f"#!/bin/sh\n{call}\n"
    if not script.exists() or script.read_text() != text:
        script.write_text(text)
        script.chmod(0o755)
    libraries = Path(ask(script, "--print", "target-libdir"))
    # The name tells of its channel; Debian's is the stable one.
    place = libraries / "librustc-stable_rt.tsan.a"
    if not place.exists() or not place.samefile(runtime):
        place.unlink(missing_ok=True)
        place.symlink_to(runtime)
    return script


if __name__ == "__main__":
    try:
        print(compiler())
    except Unavailable as reason:
        sys.exit(str(reason))
