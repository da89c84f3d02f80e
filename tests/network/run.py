#!/usr/bin/env python3
"""Takes the network, the time and whole processes away from a link, and judges by the logs what it made of that.

Each scene has a server, an editor and steady traffic in two network namespaces of its own (room.py); outage.py says how
most of them go, judge.py what must hold after each. All scenes run side by side, since they mostly wait. Logs are kept
under target/network.

    make network                    the long form: every scene for each profile, ROUNDS= times
    make network SCENE=black_hole   one of them; SEED= repeats a run's chances
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import plan
import proof
from judge import Verdict, judge
from plan import Case
from scene import Complaint, Figures, Scene, Tools

PLACE = Path(__file__).resolve().parents[2] / "target" / "network"
# More at a time would make each other late on two cores.
SIDE_BY_SIDE = 12


@dataclass
class Played:
    case: Case
    verdict: Verdict
    figures: Figures
    seconds: float


def play(case: Case, tools: Tools, seed: int) -> Played:
    began = time.monotonic()
    verdict, figures = Verdict(), Figures()
    try:
        scene = Scene(tools, case.name, case.profile, case.limits, seed)
        figures = scene.figures
        act(scene, case, verdict)
    except Exception:
        verdict.failures.append(traceback.format_exc())
    played = Played(case, verdict, figures, time.monotonic() - began)
    tell(played, seed)
    return played


def act(scene: Scene, case: Case, verdict: Verdict) -> None:
    statuses: tuple[int | None, int | None] = (None, None)
    is_over = False
    try:
        case.play(scene, verdict)
        scene.finish()
        is_over = True
    except Complaint as complaint:
        verdict.failures.append(str(complaint))
    finally:
        statuses = scene.end()
        scene.figures.samples = len(scene.watch.samples) if scene.watch else 0
    if is_over:
        judge(scene, statuses, verdict)


def tell(played: Played, seed: int) -> None:
    """Says at once what became of a scene: one line, and what was not so."""
    figures, case = played.figures, played.case
    story = (
        f"{figures.commands} commands: {figures.ok} ok, {figures.refused} refused, {figures.lost} lost; "
        f"{figures.connections} connections"
    )
    if figures.noticed or figures.back:
        story += f"; noticed {figures.noticed:.1f} s, back {figures.back:.1f} s"
    lines = [f"  {case.name:36}{'FAILED' if played.verdict.failures else 'held':7}{story}; {played.seconds:.0f} s"]
    lines += [f"      {line}" for failure in played.verdict.failures for line in failure.splitlines()]
    if played.verdict.failures:
        lines.append(f"      seed {seed}; logs in {PLACE / case.name}")
    print("\n".join(lines), flush=True)


def missing() -> str | None:
    """Why nothing of this can run here."""
    if not sys.platform.startswith("linux"):
        return "network namespaces are of Linux"
    for program in ("ip", "unshare", "nsenter", "mount"):
        if shutil.which(program) is None:
            return f"`{program}` is not installed (Debian: iproute2, util-linux, mount)"
    if os.geteuid() != 0:
        return "network namespaces need root rights"
    probe = subprocess.run(["unshare", "--net", "true"], capture_output=True, text=True)
    return f"no network namespace can be made: {probe.stderr.strip()}" if probe.returncode != 0 else None


def skip(test: str, reason: str) -> None:
    print(f"skipped: {test}: {reason}")
    if place := os.environ.get("FRAMEWIRE_SKIPS"):
        with open(place, "a", encoding="utf-8") as skips:
            skips.write(f"{test}: {reason}\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--serve", required=True, help="the `framewire` program")
    parser.add_argument("--host", required=True, help="the editor of tests/c")
    parser.add_argument("--scene", help="only scenes whose name begins so")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=None, help="repeats the chances of a run; by default each has its own")
    arguments = parser.parse_args()
    if reason := missing():
        skip("network", reason)
        print(f"0 passed, {int(os.environ.get('FRAMEWIRE_REQUIRE_ALL') == '1')} failed, 1 skipped")
        return int(os.environ.get("FRAMEWIRE_REQUIRE_ALL") == "1")
    seed = random.randrange(1 << 32) if arguments.seed is None else arguments.seed
    shutil.rmtree(PLACE, ignore_errors=True)
    tools = Tools(str(Path(arguments.serve).resolve()), str(Path(arguments.host).resolve()), PLACE)
    cases, absent = plan.cases(arguments.rounds)
    cases = [case for case in cases if case.name.startswith(arguments.scene or "")]
    print(f"{len(cases)} scenes, {SIDE_BY_SIDE} at a time, seed {seed}", flush=True)
    began = time.monotonic()
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        played = list(pool.map(lambda case: play(case, tools, seed + case.number), cases))
    for name, reason in absent.items():
        # What the wire in user space does instead is no gap; all else is one.
        if name == "netem":
            print(f"  {name}: not here: {reason}")
        elif name.startswith(arguments.scene or ""):
            skip(name, reason)
    passed = sum(one.verdict.passed for one in played)
    failed = sum(len(one.verdict.failures) for one in played)
    used = os.times()
    cpu = used.user + used.system + used.children_user + used.children_system
    print(f"{time.monotonic() - began:.0f} s, {cpu:.0f} s of CPU time")
    if not arguments.scene:
        proof.write_record([(one.case.group, one.figures, not one.verdict.failures) for one in played], absent)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not played else 0


if __name__ == "__main__":
    sys.exit(main())
