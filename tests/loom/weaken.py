#!/usr/bin/env python3
"""Shows that the models can fail: each weakening of the library's source below must be found by a model.

    tests/loom/weaken.py            every weakening
    tests/loom/weaken.py WORD...    those with a WORD in their name

A weakening is applied to a copy of the tree under target/weakened, never to the tree itself. One that no longer fits the
source is a failure: change it with the code that it weakens.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COPY = ROOT / "target" / "weakened"
sys.path.insert(0, str(ROOT / "tests" / "proof"))
from record import Row, write  # noqa: E402


@dataclass(frozen=True)
class Weakening:
    """`old` in `file` becomes `new`; the models of `model` must find it."""

    name: str
    file: str
    old: str
    new: str
    model: str


EXCHANGE = "slot.word.compare_exchange_weak(word, next, Ordering::AcqRel, Ordering::Acquire)"
OVERWRITE = "Ok::<u64, u64>(slot.word.swap(next, Ordering::AcqRel))"
PLACE = "src/ffi/entry.rs"

WEAKENINGS = [
    Weakening("a slot is overwritten, not exchanged", "src/session/slots.rs", EXCHANGE, OVERWRITE, "slots"),
    Weakening(
        "a call is settled by look and store",
        "src/session/call_table.rs",
        "word.compare_exchange(head | from as u64, head | to as u64, Ordering::AcqRel, Ordering::Acquire)",
        """if word.load(Ordering::SeqCst) == head | from as u64 {
                word.store(head | to as u64, Ordering::SeqCst);
                Ok(0)
            } else {
                Err(0_u64)
            }""",
        "call_table",
    ),
    Weakening(
        "the readiness is stored behind a look",
        "src/readiness/cell.rs",
        "self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, step).is_ok()",
        "step(self.0.load(Ordering::SeqCst)).map(|new| self.0.store(new, Ordering::SeqCst)).is_some()",
        "readiness_cell",
    ),
    Weakening(
        "a sender looks at the flag without a fence",
        "src/link/sleep_flag.rs",
        "        fence(Ordering::SeqCst);\n        self.0.load(",
        "        self.0.load(",
        "wake",
    ),
    Weakening(
        "a sleeper looks for work without a fence",
        "src/link/sleep_flag.rs",
        "AcqRel);\n        fence(Ordering::SeqCst);",
        "AcqRel);",
        "wake",
    ),
    Weakening(
        "two callers are told of one sleep",
        "src/link/sleep_flag.rs",
        "&& self.0.swap(false, Ordering::AcqRel)",
        "&& {\n            self.0.store(false, Ordering::SeqCst);\n            true\n        }",
        "wake",
    ),
    Weakening(
        "a release asks for a stall without a fence",
        "src/link/stall.rs",
        "        fence(Ordering::SeqCst);\n        self.0.load(Ordering::SeqCst)",
        "        self.0.load(Ordering::Relaxed)",
        "wake",
    ),
    Weakening(
        "a waiter is counted without a fence",
        "src/link/waiters.rs",
        "Relaxed);\n        fence(Ordering::SeqCst);\n        let mut guard",
        "Relaxed);\n        let mut guard",
        "wake",
    ),
    Weakening("a waiter is told without the lock", "src/link/waiters.rs", "drop(self.lock.lock());", "", "wake"),
    Weakening(
        "the gate is asked before the room is taken",
        "src/link/outbox.rs",
        "self.entering.fetch_add(0, Ordering::SeqCst) == 0",
        "self.entering.load(Ordering::Relaxed) == 0",
        "close",
    ),
    Weakening(
        "the queue is asked before those on their way",
        "src/link/outbox.rs",
        "self.entering.fetch_add(0, Ordering::SeqCst) == 0 && self.receiver.is_empty()",
        "self.receiver.is_empty() && self.entering.fetch_add(0, Ordering::SeqCst) == 0",
        "close",
    ),
    Weakening(
        "room is taken by look and store",
        "src/link/outbox.rs",
        "self.room.fetch_update(Ordering::AcqRel, Ordering::Acquire, take)",
        """match take(self.room.load(Ordering::SeqCst)) {
            Some(room) => Ok(self.room.store(room, Ordering::SeqCst)),
            None => Err(self.room.load(Ordering::SeqCst)),
        }""",
        "close",
    ),
    Weakening(
        "a poll checks its handle before it has the side",
        PLACE,
        """        let side = self.poll.try_lock();
        if self.current() != handle {
            return Err(Barred::Stale);
        }
""",
        """        if self.current() != handle {
            return Err(Barred::Stale);
        }
        let side = self.poll.try_lock();
""",
        "attach",
    ),
    Weakening(
        "a call checks its handle before it has the link",
        PLACE,
        """        let link = self.link.try_read()?;
        if self.current() != handle {
            return None;
        }
        link.as_ref().map(call)""",
        """        if self.current() != handle {
            return None;
        }
        let link = self.link.try_read()?;
        Some(call(link.as_ref().unwrap()))""",
        "close",
    ),
    Weakening(
        "a close frees what is lent",
        PLACE,
        "side.inbox.as_ref().is_some_and(Lender::loan_open)",
        "false",
        "loan",
    ),
    Weakening("a release frees the place unasked", PLACE, "if side.closed {", "if !lives {", "loan"),
    Weakening("a release never frees the place", PLACE, "if side.closed {", "if false {", "loan"),
    Weakening(
        "two closers both begin",
        PLACE,
        "self.current.compare_exchange(current, NONE, Ordering::AcqRel, Ordering::Acquire).ok()?;",
        """if self.current() != current {
            return None;
        }
        self.current.store(NONE, Ordering::SeqCst);""",
        "close",
    ),
    Weakening(
        "a detach tells behind the polling side",
        PLACE,
        "let _side = self.polling_side();",
        "drop(self.polling_side());",
        "attach",
    ),
    Weakening(
        "an attach overlooks a close",
        PLACE,
        "(current != NONE).then_some(handle)",
        "Some(handle).filter(|_| current != u64::MAX)",
        "attach",
    ),
    Weakening(
        "the end looks for an heir without the lock",
        "src/link/succession.rs",
        """        let mut heir = self.heir.lock();
        heir.is_over = closing.load(Ordering::SeqCst) || self.attaches.load(Ordering::SeqCst) == seen;
        heir.is_over""",
        """        let is_over = closing.load(Ordering::SeqCst) || self.attaches.load(Ordering::SeqCst) == seen;
        self.heir.lock().is_over = is_over;
        is_over""",
        "attach",
    ),
    Weakening(
        "an owner is counted before it has left what it brought",
        "src/link/succession.rs",
        """        let mut heir = self.heir.lock();
        if heir.is_over || !take_over(&mut heir.handover) {
            return false;
        }
        self.attaches.fetch_add(1, Ordering::SeqCst);
        true""",
        """        self.attaches.fetch_add(1, Ordering::SeqCst);
        let mut heir = self.heir.lock();
        !heir.is_over && take_over(&mut heir.handover)""",
        "attach",
    ),
]


def copy_tree() -> None:
    shutil.rmtree(COPY, ignore_errors=True)
    shutil.copytree(ROOT / "src", COPY / "src")
    shutil.copytree(ROOT / "tests" / "loom", COPY / "tests" / "loom", ignore=shutil.ignore_patterns("target"))


def test(model: str) -> subprocess.CompletedProcess[str]:
    command = [os.environ.get("CARGO", "cargo"), "test", "--quiet", "--locked", "--test", model]
    environment = os.environ | {"CARGO_TARGET_DIR": str(ROOT / "target" / "loom"), "RUST_BACKTRACE": "0"}
    return subprocess.run(
        command, cwd=COPY / "tests" / "loom", env=environment, capture_output=True, text=True, timeout=600
    )


def is_found(weakening: Weakening) -> str | None:
    """Applies it, runs the models, takes it back; says what is wrong, if the models did not find it."""
    place = COPY / weakening.file
    whole = place.read_text()
    if weakening.old not in whole:
        return f"{weakening.file} has no longer what it changes"
    place.write_text(whole.replace(weakening.old, weakening.new))
    try:
        done = test(weakening.model)
    finally:
        place.write_text(whole)
    if "could not compile" in done.stderr:
        return "it does not compile:\n" + done.stderr
    # A model that fails within a destructor aborts.
    return None if done.returncode != 0 else "no model found it"


OUTCOMES = "P2, P3, rules 2, 3, 7: every race over a shared word has one outcome, and no wake-up is lost"
EVERY = "every interleaving of two or three threads (loom)"


def main(words: list[str]) -> int:
    chosen = [it for it in WEAKENINGS if not words or any(word in it.name for word in words)]
    copy_tree()
    failed = 0
    for model in sorted({it.model for it in chosen}):
        done = test(model)
        if done.returncode != 0:
            print(f"the models of {model} fail before anything is weakened:\n{done.stdout}{done.stderr}")
            write("models", [Row(OUTCOMES, EVERY, "", f"the models of {model} fail", False)])
            return 1
    for weakening in chosen:
        wrong = is_found(weakening)
        failed += wrong is not None
        print(f"{'FAILED' if wrong else 'found':6} {weakening.name}{': ' + wrong if wrong else ''}", flush=True)
    if not words:
        amount = f"{len(chosen)} weakenings of orders and steps"
        result = f"{len(chosen) - failed} found by a model"
        promise = "The models of the words that threads race over can fail"
        tests = sum(path.read_text().count("#[test]") for path in (COPY / "tests" / "loom" / "tests").glob("*.rs"))
        rows = [
            Row(OUTCOMES, EVERY, f"{tests} models", "all held", True),
            Row(promise, "one order weakened or two steps swapped", amount, result, failed == 0),
        ]
        write("models", rows)
    print(f"weakenings: {len(chosen) - failed} of {len(chosen)} found")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
