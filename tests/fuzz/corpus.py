"""Keeps the corpora small: of all inputs that are there, the fewest and shortest that come everywhere the others do.

Inputs named `seed-...` were written by hand, for what coverage does not see, and stay.
"""

import shutil
import subprocess
from pathlib import Path

from plan import CORPUS, PLACE, TARGETS, Target

# For all corpora together, bytes.
MOST = 300 << 10
EACH = MOST // len(TARGETS)


def minimise(program: Path, target: Target, work: Path) -> None:
    """Replaces the corpus of `target` by what covers it and `work`."""
    place, new = CORPUS / target.name, PLACE / "merged" / target.name
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    place.mkdir(parents=True, exist_ok=True)
    work.mkdir(parents=True, exist_ok=True)
    command = [str(program), "-set_cover_merge=1", "-use_counters=0", f"-max_len={target.longest}"]
    merged = subprocess.run([*command, str(new), str(place), str(work)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    inputs = sorted(new.iterdir(), key=lambda file: (file.stat().st_size, file.name))
    if merged.returncode != 0 or not inputs:
        raise SystemExit(f"{target.name}: the inputs could not be merged:\n{merged.stderr.decode(errors='replace')[-2000:]}")
    seeds = list(place.glob("seed-*"))
    for file in set(place.iterdir()) - set(seeds):
        file.unlink()
    room = EACH - sum(file.stat().st_size for file in seeds)
    for file in inputs:
        room -= file.stat().st_size
        if room < 0:
            break
        shutil.copyfile(file, place / file.name)


def size() -> int:
    """Bytes of all corpora."""
    return sum(file.stat().st_size for file in CORPUS.rglob("*") if file.is_file())
