"""One run of a target's program, and what it says of itself."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from plan import CORPUS, PLACE, WORDS, Target

# An input that takes longer hangs.
HANG_S = 120
MEMORY_MB = 3000
# Beyond the time that it was given: to read the corpus, and to shrink nothing.
PATIENCE_S = 600

FINDS = PLACE / "finds"
SCRATCH = PLACE / "scratch"


@dataclass
class Trial:
    """How a run went. A `find` is the file that holds the input at fault."""

    is_sound: bool
    executions: int = 0
    edges: int = 0
    inputs: int = 0
    find: Path | None = None
    words: str = ""


def run(program: Path, target: Target, arguments: list[str], places: list[Path], seconds: int) -> Trial:
    for place in [FINDS, SCRATCH]:
        place.mkdir(parents=True, exist_ok=True)
    before = set(FINDS.iterdir())
    command = [str(program), f"-artifact_prefix={FINDS}/{target.name}-", "-print_final_stats=1"]
    command += [f"-timeout={HANG_S}", f"-rss_limit_mb={MEMORY_MB}", f"-max_len={target.longest}", *arguments]
    if target.is_text:
        command.append(f"-dict={WORDS}")
    environment = os.environ | {"FRAMEWIRE_FUZZ_SCRATCH": str(SCRATCH), "RUST_BACKTRACE": "1"}
    try:
        done = subprocess.run(
            [*command, *map(str, places)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds + PATIENCE_S,
        )
        said, status = done.stdout.decode(errors="replace"), done.returncode
    except subprocess.TimeoutExpired as late:
        said, status = (late.stdout or b"").decode(errors="replace") + "\nit did not end in its time", -1
    finds = sorted(set(FINDS.iterdir()) - before)
    trial = read(said)
    trial.is_sound = status == 0 and not finds
    trial.find = finds[0] if finds else None
    return trial


def read(said: str) -> Trial:
    """The figures in what libFuzzer printed; the last line of each kind counts."""

    def last(pattern: str) -> int:
        found = re.findall(pattern, said)
        return int(found[-1]) if found else 0

    return Trial(
        is_sound=False,
        executions=last(r"stat::number_of_executed_units:\s+(\d+)") or last(r"#(\d+)\s+DONE"),
        edges=last(r"\bcov: (\d+)"),
        inputs=last(r"\bcorp: (\d+)"),
        words=said,
    )


def replay(program: Path, target: Target) -> Trial:
    """The inputs of the corpus, each once."""
    return run(program, target, ["-runs=0"], [CORPUS / target.name], 0)


def fuzz(program: Path, target: Target, work: Path, seconds: int, seed: int) -> Trial:
    """New inputs for so long; those that came somewhere new are kept in `work`."""
    work.mkdir(parents=True, exist_ok=True)
    arguments = [f"-max_total_time={seconds}", f"-seed={seed}"]
    return run(program, target, arguments, [work, CORPUS / target.name], seconds)
