"""Plays cells in worker processes, each with an editor process of its own, and adds up the verdicts."""

from __future__ import annotations

import json
import multiprocessing
import multiprocessing.util
import resource
import shutil
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "proof"))

from cell import Play  # noqa: E402
from editor_handle import EditorHandle  # noqa: E402
from judge import Verdict, judge  # noqa: E402
from summary import record, tell  # noqa: E402
from table import LEFT_OUT, Cell, cells  # noqa: E402
from tampering import TAMPERINGS, unseen  # noqa: E402

LOGS = HERE.parents[1] / "target" / "faults"


@dataclass(frozen=True)
class Task:
    cell: Cell
    seed: int


@dataclass
class Result:
    task: Task
    verdict: Verdict
    seconds: float = 0.0
    # The faults that the judge was shown, in copies of what happened.
    spoilt: list[str] = field(default_factory=list)


EDITOR: EditorHandle | None = None


def editor() -> EditorHandle:
    """This worker's; another one after it has failed."""
    global EDITOR
    if EDITOR is None or EDITOR.process.poll() is not None:
        number = multiprocessing.current_process().name.rpartition("-")[2]
        EDITOR = EditorHandle(LOGS / f"editor-{number}-{time.monotonic_ns()}.err")
        # It ends with its worker, which thus also accounts for its time.
        multiprocessing.util.Finalize(None, EDITOR.stop, exitpriority=10)
    return EDITOR


def play(task: Task) -> Result:
    global EDITOR
    try:
        outcome = Play(task.cell, task.seed, editor()).run()
        result = Result(task, judge(outcome), outcome.seconds)
        words = editor().errors.read_text(errors="replace")[:500]
        result.verdict.check("the library wrote nothing", not words, words)
        if not result.verdict.failures:
            result.spoilt, passed = unseen(outcome)
            result.verdict.check("the judge sees a planted fault", not passed, passed)
        if result.verdict.failures:
            name = f"{str(task.cell).replace('/', '-')}-{task.seed}.json"
            kept = {"server": asdict(outcome.server), "editor": outcome.editor, "wire": asdict(outcome.wire)}
            (LOGS / name).write_text(json.dumps(kept | {"failures": result.verdict.failures}, indent=1))
        return result
    except Exception:  # noqa: BLE001: one cell must not end the others
        if EDITOR is not None:
            EDITOR.process.kill()
            EDITOR = None
        return Result(task, Verdict(failures=[traceback.format_exc()]))


def run(tasks: list[Task], workers: int) -> Iterable[Result]:
    with multiprocessing.Pool(min(workers, len(tasks))) as pool:
        yield from pool.imap_unordered(play, tasks)
        pool.close()
        pool.join()


def main(seed: int, only: str, rounds: int, workers: int) -> int:
    try:
        chosen = cells(only)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    shutil.rmtree(LOGS, ignore_errors=True)
    LOGS.mkdir(parents=True)
    tasks = [Task(cell, seed + number) for number in range(rounds) for cell in chosen]
    print(f"{len(chosen)} cells, {rounds} round{'s' * (rounds > 1)}, seed {seed}", flush=True)
    for (load, profile), why in LEFT_OUT.items():
        print(f"  left out: {load} of {profile}: {why}")
    began = time.monotonic()
    results = []
    for result in run(tasks, workers):
        results.append(result)
        if result.verdict.failures:
            print(f"  FAILED {result.task.cell}, seed {result.task.seed}, after {result.seconds:.1f} s")
            for failure in result.verdict.failures:
                print(f"    {failure}")
            print(f"    again: make faults SEED={result.task.seed} CELL={result.task.cell}", flush=True)
        elif len(results) % 50 == 0:
            print(f"  {len(results)} cells held, {time.monotonic() - began:.0f} s", flush=True)
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    processor = sum(one.ru_utime + one.ru_stime for one in usage)
    verdicts = [result.verdict for result in results]
    tell(verdicts, time.monotonic() - began, processor, max(results, key=lambda result: result.seconds))
    failed = sum(bool(verdict.failures) for verdict in verdicts)
    spoilt = Counter(name for result in results for name in result.spoilt)
    if not only:
        record(verdicts, len(chosen), rounds, seed, sum(spoilt.values()))
    print(f"  {sum(spoilt.values())} planted faults of {len(spoilt)} kinds shown to the judge")
    if not only and (never := [planted.broken for planted in TAMPERINGS if not spoilt[planted.broken]]):
        print(f"  FAILED: no cell had the matter to show the judge: {', '.join(never)}")
        failed += 1
    print(f"{sum(not verdict.failures for verdict in verdicts)} passed, {failed} failed")
    return 1 if failed or not verdicts else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
