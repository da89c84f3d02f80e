"""Builds what ThreadSanitizer watches: the tests, and the C storm on the static library of the same build."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from compiler import Compiler
from watched import Outcome, run_watched

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / "target" / "threads" / "build"
SOURCES = [HERE / "storm.c", HERE / "storm_calls.c", ROOT / "tests" / "c" / "platform.c"]
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
# What the standard library is linked with.
SYSTEM = ["-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl", "-lc"]
# Tests that build C of their own, or only read files.
UNWATCHED = {"architecture", "generated", "c_harness"}


class Failed(Exception):
    """What did not build, and how."""


@dataclass(frozen=True)
class Build:
    """Programs by the name of their test."""

    compiler: Compiler
    tests: dict[str, Path]
    storm: Path

    def run_whole_suite(self) -> Outcome:
        cargo = os.environ.get("CARGO", "cargo")
        has_nextest = subprocess.run([cargo, "nextest", "--version"], capture_output=True).returncode == 0
        runner = ["nextest", "run", "--no-fail-fast"] if has_nextest else ["test", "--no-fail-fast"]
        roots = sorted({test.stem for test in (ROOT / "tests").glob("*.rs")} - UNWATCHED)
        tests = [word for root in roots for word in ("--test", root)]
        words = [cargo, *runner, "--locked", *common(self.compiler), "--features", "cli", "--lib", *tests]
        own = environment(self.compiler) | {"CARGO_TARGET_DIR": str(BUILD.with_name("whole"))}
        # Large messages are computed with in time then.
        own["CARGO_PROFILE_DEV_OPT_LEVEL"] = "1"
        return run_watched(words, bound=7200, own=own)


def common(compiler: Compiler) -> list[str]:
    return ["-Zbuild-std=std,panic_unwind,test", "--target", compiler.triple]


def environment(compiler: Compiler) -> dict[str, str]:
    """Sanitizers and build-std are unstable options; the variable lets a stable compiler take them."""
    return {
        "RUSTC": str(compiler.rustc),
        "RUSTC_BOOTSTRAP": "1",
        "RUSTFLAGS": "-Zsanitizer=thread",
        "CARGO_TARGET_DIR": str(BUILD),
        "CARGO_PROFILE_DEV_DEBUG": "line-tables-only",
    }


def build(compiler: Compiler) -> Build:
    # The versions are those of the library's own lock file; cargo only strikes out what is not needed here.
    shutil.copyfile(ROOT / "Cargo.lock", HERE / "Cargo.lock")
    words = [os.environ.get("CARGO", "cargo"), "test", "--quiet", "--no-run", "--message-format=json-render-diagnostics"]
    words += [*common(compiler), "--manifest-path", str(HERE / "Cargo.toml"), "--tests"]
    done = subprocess.run(words, cwd=ROOT, env=os.environ | environment(compiler), capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(done.stderr)
    messages = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    made = [message for message in messages if message.get("reason") == "compiler-artifact"]
    programs = [it for it in made if it.get("executable") and "test" in it["target"]["kind"]]
    tests = {it["target"]["name"]: Path(it["executable"]) for it in programs}
    files = [name for it in made if it["target"]["name"] == "framewire" for name in it["filenames"]]
    libraries = [name for name in files if name.endswith(".a")]
    if not libraries:
        raise Failed("cargo made no static library")
    return Build(compiler, tests, link_storm(compiler, Path(libraries[0])))


def link_storm(compiler: Compiler, library: Path) -> Path:
    storm = BUILD / "storm" / "storm"
    storm.parent.mkdir(parents=True, exist_ok=True)
    gcc = os.environ.get("CC", "cc")
    objects = []
    for source in SOURCES:
        objects.append(str(storm.with_name(source.stem + ".o")))
        includes = ["-I", str(ROOT / "include"), "-I", str(ROOT / "tests" / "c")]
        run([gcc, "-std=c11", "-D_POSIX_C_SOURCE=200809L", *WARNINGS, "-O1", "-g", "-fsanitize=thread", *includes,
             "-c", str(source), "-o", objects[-1]])
    # One runtime for both sides: that of the Rust compiler. The C compiler's own is left out.
    runtime = ["-Wl,--whole-archive", str(compiler.runtime), "-Wl,--no-whole-archive"]
    run([gcc, *objects, str(library), *runtime, *SYSTEM, "-o", str(storm)])
    return storm


def run(words: list[str]) -> None:
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"{' '.join(words)}\n{done.stderr}")
