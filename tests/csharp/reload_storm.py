#!/usr/bin/env python3
"""Reloads real AppDomains under steady traffic: nothing may be lost, run twice or left unanswered.

`framewire serve` sends commands; ReloadHost.exe answers them in a scripting domain that is created, turned for some
frames and unloaded again and again: in good order, forgotten, in the midst of polls, inside a handler. The server
driver and the judge are those of the C host's storms (tests/reload); what is said here is about domains. They are
counted by a number that the host gives them, because Mono uses an AppDomain's Id again.
"""

import argparse
import json
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "reload"))

import run as storms  # noqa: E402
from judge import Verdict, judge_executed, judge_host, judge_server, judge_state_file, read_executed, rows  # noqa: E402
from program import Program, Report  # noqa: E402
from record import write  # noqa: E402
from traffic import Command, Traffic  # noqa: E402

storms.PLACE = ROOT / "target" / "csharp" / "reload"

# No unload takes so long on any machine; a hang does.
LONGEST_UNLOAD_MS = 30_000
# Parts of all requests, of all unloads.
SENT_WHILE_AWAY = 0.3
DOMAINS_SEEN = 0.5
# With fewer reloads these parts are chance.
ENOUGH_RELOADS = 100
# Ends of a domain in which not even a finalizer detaches.
WITHOUT_DETACH = {"die", "spin", "hold"}


@dataclass
class DomainTraffic(Traffic):
    """As for the C host, and commands that stay in their handler until the domain dies."""

    away: int = 0

    def hold(self) -> str:
        key = f"c{len(self.sent)}"
        self.sent[key] = Command(key, "hold", {"key": key}, {"held": key})
        self.open.add(key)
        return json.dumps({"command": "hold", "params": {"key": key}, "tag": key})


class DomainStorm(storms.Run):
    """The same storm, on domains. Without one, requests are sent too, and the next load waits for them."""

    def __init__(self, serve: str, host: list[str], profile: str, reloads: int, chance: random.Random):
        super().__init__(serve, host[0], profile, reloads, chance)
        self.outcome.traffic = DomainTraffic(chance)
        self.command = [*host, "", profile, str(self.executed), str(self.state_file)]
        self.place_of_url = len(host)

    def connect(self) -> None:
        self.command[self.place_of_url] = self.await_report(self.server, "listening")["url"]
        self.host = Program("editor", self.command, self.reports, self.place / "editor.log")
        self.host.say("load")
        self.await_report(self.host, "loaded")
        self.await_report(self.server, "acknowledged")

    def reload(self, number: int) -> None:
        traffic = self.outcome.traffic
        traffic.wanted = self.chance.randint(1, 8)
        self.flow(self.chance.choice([0.0, 0.01, 0.03, 0.06]))
        # Half detach, by themselves or by the finalizer; of the others, every fifth dies inside a handler.
        if number % 10 == 3:
            self.server.say(traffic.hold())
            self.await_report(self.host, "inside")
            how = "hold"
        else:
            how = self.chance.choice(["detach", "forget"] if number % 2 == 0 else ["die", "spin"])
        self.host.say(f"unload {how}")
        self.await_report(self.host, "unloaded")
        self.send_while_away()
        time.sleep(self.chance.uniform(0.0, 0.3))
        self.host.say("load")
        self.await_report(self.host, "reloaded")
        if (number + 1) % 50 == 0:
            print(f"    {number + 1} reloads, {len(traffic.answers)} commands answered", flush=True)

    def note(self, program: Program, report: Report | None) -> None:
        if report is not None and report["event"] == "failed":
            raise TimeoutError(f"a handler failed: {report['error']}")
        super().note(program, report)

    def send_while_away(self) -> None:
        """Nothing can answer: these are sent when no domain lives, by the server's own word."""
        traffic = self.outcome.traffic
        before = len(traffic.sent)
        traffic.wanted = len(traffic.open) + self.chance.randint(2, 10)
        self.send()
        while len(self.outcome.of(self.outcome.server, "sent")) < len(traffic.sent):
            self.take("the server's word that it sent")
        traffic.away += len(traffic.sent) - before


def judge_domains(storm: DomainStorm, verdict: Verdict) -> None:
    outcome = storm.outcome
    unloads = outcome.of(outcome.host, "unloaded")
    slowest = max((report["ms"] for report in unloads), default=0)
    verdict.check("every unload is bounded", len(unloads) == outcome.reloads and slowest < LONGEST_UNLOAD_MS, slowest)
    died = sum(report["how"] in WITHOUT_DETACH for report in unloads)
    verdict.check("half the domains died without a detach", died >= len(unloads) // 2, died)
    inside = len(outcome.of(outcome.host, "inside"))
    verdict.check("a tenth died inside a handler", 10 * inside >= outcome.reloads - 9, inside)
    share = outcome.traffic.away / max(1, len(outcome.traffic.sent))
    lines = read_executed(storm.executed)
    seen = {line[4] for line in lines if line[0] == "run"}
    if outcome.reloads >= ENOUGH_RELOADS:
        verdict.check("enough domains ran a handler", len(seen) >= DOMAINS_SEEN * outcome.reloads, len(seen))
        verdict.check("enough requests were sent while no domain lived", share >= SENT_WHILE_AWAY, round(share, 2))
    sessions = {answer["session_id"] for answer in outcome.traffic.answers}
    verdict.check("the server saw one session", len(sessions) == 1, sessions)
    times = sorted(report["ms"] for report in unloads) or [0]
    print(
        f"  {len(outcome.traffic.sent)} commands, {share:.0%} of them while no domain lived, in {len(seen)} of {outcome.reloads + 1}"
        f" domains; {died} died without a detach, {inside} inside a handler; unloads took {times[len(times) // 2]} ms,"
        f" at most {slowest} ms"
    )


def play(serve: str, host: list[str], profile: str, reloads: int, seed: int) -> Verdict:
    print(f"{profile}: {reloads} domains, seed {seed}", flush=True)
    storm = DomainStorm(serve, host, profile, reloads, random.Random(seed))
    outcome = storm.play()
    verdict = Verdict(failures=list(outcome.complaints))
    judge_server(outcome, verdict)
    judge_executed(outcome, [line[:4] for line in read_executed(storm.executed)], verdict)
    judge_host(outcome, verdict)
    judge_state_file(storm.state_file, verdict)
    judge_domains(storm, verdict)
    away = outcome.traffic.away
    verdict.told = f"{reloads} domains, {len(outcome.traffic.sent)} commands, {away} of them sent while no domain lived"
    for failure in verdict.failures:
        print(f"  FAILED {failure}")
    if verdict.failures:
        print(f"  seed {seed}; logs in {storm.place}")
    return verdict


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--serve", required=True, help="the `framewire` program")
    parser.add_argument("--host", required=True, help="ReloadHost.exe; the library is found by the system's own rules")
    parser.add_argument("--mono", default="mono")
    parser.add_argument("--profile", choices=["unity-mcp", "json-rpc"], help="only this one")
    parser.add_argument("--reloads", type=int, default=200)
    parser.add_argument("--seed", type=int, default=None, help="repeats a schedule; by default each run has its own")
    arguments = parser.parse_args()
    seed = random.randrange(1 << 32) if arguments.seed is None else arguments.seed
    turns = {"unity-mcp": arguments.reloads, "json-rpc": max(1, arguments.reloads // 10)}
    if arguments.profile is not None:
        turns = {arguments.profile: arguments.reloads}
    host = [arguments.mono, arguments.host]
    verdicts = {profile: play(arguments.serve, host, profile, reloads, seed) for profile, reloads in turns.items()}
    if arguments.profile is None:
        write("mono", rows("AppDomains under Mono unloaded, half without a detach", verdicts))
    failed = sum(len(verdict.failures) for verdict in verdicts.values())
    print(f"{sum(verdict.passed for verdict in verdicts.values())} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
