#!/usr/bin/env python3
"""Reloads the example editor again and again under steady traffic: nothing may be lost, run twice or left unanswered.

`framewire serve` sends commands, `editor_host` answers them, and its domain is reloaded meanwhile: for a few
milliseconds each, some in good order (`framewire_detach`), some by a death in the midst of a frame. judge.py says what
must hold. The logs of both programs and the file of executed ids are kept under target/reload.

    make reloads N=1000 PROFILE=godot-ai SEED=7

Without a profile each of them has its turn, the first one with all the reloads, the others with a tenth.
"""

import argparse
import queue
import random
import shutil
import sys
import time
from collections import Counter
from pathlib import Path

from judge import Outcome, Verdict, judge, read_executed, rows
from program import Program, Report
from record import write
from traffic import Traffic

PLACE = Path(__file__).resolve().parents[2] / "target" / "reload"

# How long nothing at all may happen. Only failures take so long.
PATIENCE = 60.0
# Requests wait out every reload here; no machine is slow enough to make this end one.
HOLD_MS = 120_000

# What the editor is told for each profile of the server.
PROFILES = {
    "godot-ai": ["--profile", "godot_ai", "--protocol", "1"],
    "json-rpc": ["--profile", "json_rpc"],
    "unity-mcp": ["--profile", "unity_mcp", "--hello", '{"project_hash": "0a1b2c3d4e5f6071", "project_name": "reloads"}'],
}


class Run:
    def __init__(self, serve: str, host: str, profile: str, reloads: int, chance: random.Random):
        self.place = PLACE / profile
        shutil.rmtree(self.place, ignore_errors=True)
        self.place.mkdir(parents=True)
        self.executed = self.place / "executed.txt"
        self.state_file = self.place / "state.json"
        self.chance = chance
        self.reports: queue.Queue[tuple[Program, Report | None]] = queue.Queue()
        self.outcome = Outcome(Traffic(chance), reloads)
        self.profile = PROFILES[profile]
        command = [serve, "serve", "--json", "--profile", profile, "--port", "0", "--command-timeout", "600", "--stay"]
        self.server = Program("server", command, self.reports, self.place / "server.log")
        self.host: Program | None = None
        self.ending = False
        # How many reports have been looked through for an event of a program.
        self.looked: Counter[tuple[str, str]] = Counter()
        self.host_program = host

    def play(self) -> Outcome:
        try:
            self.connect()
            for number in range(self.outcome.reloads):
                self.reload(number)
            self.settle()
            self.finish()
        except TimeoutError as error:
            self.outcome.complaints.append(str(error))
        finally:
            self.end()
        return self.outcome

    def connect(self) -> None:
        url = self.await_report(self.server, "listening")["url"]
        options = [*self.profile, "--name", "reloads", "--owner", "tests/reload", "--hz", "120"]
        options += ["--state-file", str(self.state_file)]
        options += ["--hold-ms", str(HOLD_MS), "--capacity", "16", "--executed", str(self.executed)]
        self.host = Program("editor", [self.host_program, "--url", url, *options], self.reports, self.place / "editor.log")
        # Links without a hello are open and no more.
        self.await_report(self.host, "opened" if "json_rpc" in self.profile else "acknowledged")
        self.await_report(self.server, "acknowledged")

    def reload(self, number: int) -> None:
        """Lets traffic flow, takes the domain away, and waits until it is back."""
        self.outcome.traffic.wanted = self.chance.randint(2, 24)
        # Now and then the next reload follows at once.
        self.flow(self.chance.choice([0.0, 0.002, 0.005, 0.01, 0.02, 0.04]))
        ms = self.chance.choice([0, 1, 2, 5, 10, 20, 40])
        self.host.say(f"reload {ms}" + (" die" if self.chance.random() < 0.4 else ""))
        self.outcome.traffic.wanted += self.chance.randint(0, 8)
        self.await_report(self.host, "reloaded")
        if (number + 1) % 100 == 0:
            print(f"    {number + 1} reloads, {len(self.outcome.traffic.answers)} commands answered", flush=True)

    def settle(self) -> None:
        """Sends no more, and waits for the last answers."""
        self.outcome.traffic.wanted = 0
        while self.outcome.traffic.open:
            self.take("the last answers")

    def finish(self) -> None:
        self.host.say("stats")
        self.await_report(self.host, "stats")
        self.ending = True
        self.host.say("quit")
        self.await_report(self.host, "summary")
        self.await_report(self.server, "gone")
        self.server.say(".quit")
        self.await_report(self.server, "stats")

    def end(self) -> None:
        self.server.say(".quit")
        if self.host is not None:
            self.host.say("quit")
            self.outcome.host_status = self.host.end(20.0)
        self.outcome.server_status = self.server.end(20.0)

    def flow(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.send()
            try:
                self.note(*self.reports.get(timeout=left))
            except queue.Empty:
                return

    def send(self) -> None:
        while (line := self.outcome.traffic.next_line()) is not None:
            self.server.say(line)

    def take(self, awaited: str) -> None:
        try:
            self.note(*self.reports.get(timeout=PATIENCE))
        except queue.Empty:
            raise TimeoutError(f"{PATIENCE:.0f} s went by in vain: {awaited}") from None

    def note(self, program: Program, report: Report | None) -> None:
        if report is None:
            if not self.ending:
                raise TimeoutError(f"the {program.name} has ended; {program.log.name} has its last words")
            return
        if program is self.server and report["event"] == "answer":
            self.outcome.traffic.answered(report)
        elif program is self.server:
            self.outcome.server.append(report)
        else:
            self.outcome.host.append(report)

    def await_report(self, whose: Program, event: str) -> Report:
        """The next report of that name that this has not given yet; traffic goes on meanwhile."""
        seen = self.outcome.server if whose is self.server else self.outcome.host
        at = self.looked[whose.name, event]
        while True:
            while at < len(seen):
                at += 1
                if seen[at - 1]["event"] == event:
                    self.looked[whose.name, event] = at
                    return seen[at - 1]
            self.send()
            self.take(f"`{event}` of the {whose.name}")


def play(serve: str, host: str, profile: str, reloads: int, seed: int) -> Verdict:
    print(f"{reloads} reloads under traffic of {profile}, seed {seed}", flush=True)
    started = time.monotonic()
    run = Run(serve, host, profile, reloads, random.Random(seed))
    outcome = run.play()
    verdict = judge(outcome, run.executed, run.state_file)
    how = [line[0] for line in read_executed(run.executed)]
    orphans = outcome.of(outcome.host, "request_orphaned")
    detached = sum("detach" in report for report in outcome.of(outcome.host, "reloading"))
    verdict.told = f"{reloads} reloads, {len(outcome.traffic.sent)} commands, {len(orphans)} orphans"
    print(
        f"  {len(outcome.traffic.answers)} of {len(outcome.traffic.sent)} commands answered, {how.count('run')} ran; "
        f"{detached} of {reloads} reloads with a detach; {len(orphans)} orphans, {how.count('finish')} of them "
        f"finished without running again; {time.monotonic() - started:.0f} s"
    )
    for failure in verdict.failures:
        print(f"  FAILED {failure}")
    if verdict.failures:
        print(f"  seed {seed}; logs in {run.place}")
    return verdict


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--serve", required=True, help="the `framewire` program")
    parser.add_argument("--host", required=True, help="the editor of tests/c")
    parser.add_argument("--profile", choices=PROFILES, help="only this one")
    parser.add_argument("--reloads", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=None, help="repeats a schedule; by default each run has its own")
    arguments = parser.parse_args()
    if arguments.reloads < 1:
        parser.error("--reloads must be 1 or more")
    seed = random.randrange(1 << 32) if arguments.seed is None else arguments.seed
    turns = {profile: max(1, arguments.reloads // 10) for profile in PROFILES}
    turns["godot-ai"] = arguments.reloads
    if arguments.profile is not None:
        turns = {arguments.profile: arguments.reloads}
    verdicts = {profile: play(arguments.serve, arguments.host, profile, reloads, seed) for profile, reloads in turns.items()}
    if arguments.profile is None:
        write("reloads", rows("Reloads of the C host, 4 in 10 without a detach", verdicts))
    failed = sum(len(verdict.failures) for verdict in verdicts.values())
    print(f"{sum(verdict.passed for verdict in verdicts.values())} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
