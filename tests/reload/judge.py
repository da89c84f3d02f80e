"""What must hold after the reloads, by the server's log and the editor's own file of executed ids."""

import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from traffic import Traffic

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "proof"))
from record import Row  # noqa: E402

Report = dict[str, Any]


@dataclass
class Outcome:
    traffic: Traffic
    reloads: int
    server: list[Report] = field(default_factory=list)
    host: list[Report] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    server_status: int | None = None
    host_status: int | None = None

    def of(self, whose: list[Report], event: str) -> list[Report]:
        return [report for report in whose if report["event"] == event]

    def last(self, whose: list[Report], event: str) -> Report:
        return (self.of(whose, event) or [{}])[-1]


@dataclass
class Verdict:
    """What held of one storm; `told` are its figures in words."""

    passed: int = 0
    failures: list[str] = field(default_factory=list)
    told: str = ""

    def check(self, what: str, holds: bool, found: Any = "") -> None:
        if holds:
            self.passed += 1
        else:
            self.failures.append(f"not so: {what}" + (f"; found {found}" if found != "" else ""))


def rows(attack: str, told: dict[str, Verdict]) -> list[Row]:
    """A line of the record of proofs for each profile."""
    return [
        Row(
            "P4 reload: one connection, each command runs once and is answered once",
            f"{attack}, profile {profile}",
            verdict.told,
            f"{verdict.passed} checks held, {len(verdict.failures)} did not",
            not verdict.failures,
        )
        for profile, verdict in told.items()
    ]


def judge(outcome: Outcome, executed: Path, state_file: Path) -> Verdict:
    verdict = Verdict(failures=list(outcome.complaints))
    judge_server(outcome, verdict)
    judge_executed(outcome, read_executed(executed), verdict)
    judge_host(outcome, verdict)
    judge_state_file(state_file, verdict)
    return verdict


def judge_server(outcome: Outcome, verdict: Verdict) -> None:
    """Nothing lost, nothing answered twice, one connection."""
    traffic, stats = outcome.traffic, outcome.last(outcome.server, "stats")
    wrong = [
        answer
        for answer in traffic.answers
        if answer["status"] != "ok" or result_of(answer["data"]) != traffic.sent[answer["tag"]].answer
    ]
    counts = Counter(answer["tag"] for answer in traffic.answers)
    verdict.check("every answer is the true result", not wrong, wrong[:3])
    verdict.check("each command was answered once", counts == Counter(traffic.sent.keys()), len(counts))
    verdict.check("the server counts as many", stats.get("sent") == stats.get("answered") == len(traffic.sent), stats)
    for count in ("lost", "timed_out", "late", "doubled", "unknown", "malformed", "open"):
        verdict.check(f"the server counts 0 {count}", stats.get(count) == 0, stats.get(count))
    verdict.check("one connection was ever made", stats.get("connections") == 1, stats.get("connections"))
    gone = outcome.last(outcome.server, "gone")
    verdict.check("it was closed in good order at the end", gone.get("clean") is True and gone.get("code") == 1000, gone)


def result_of(data: Any) -> Any:
    """The editor's own words: unity-mcp has an envelope around them."""
    return data["result"] if isinstance(data, dict) and data.keys() == {"status", "result"} else data


def judge_executed(outcome: Outcome, lines: list[list[str]], verdict: Verdict) -> None:
    """Each command ran once."""
    sent = outcome.traffic.sent
    runs = Counter(key for how, _, _, key in lines if how == "run")
    ids = Counter(number for how, number, _, _ in lines if how == "run")
    finished = {key for how, _, _, key in lines if how == "finish"}
    twice = [key for key, count in runs.items() if count > 1]
    verdict.check("no command ran twice", not twice, twice[:5])
    verdict.check("no id ran twice", len(ids) == len(runs), len(ids))
    verdict.check("every command ran", runs.keys() == sent.keys(), sorted(sent.keys() - runs.keys())[:5])
    verdict.check("only what had run was finished", finished <= runs.keys(), sorted(finished - runs.keys())[:5])
    # A test of orphans without orphans would prove nothing.
    verdict.check("a later domain finished what an earlier one began", bool(finished) or outcome.reloads < 20)


def judge_host(outcome: Outcome, verdict: Verdict) -> None:
    """Every reload attached to the same link, and no connection ended."""
    reloaded, reloading = outcome.of(outcome.host, "reloaded"), outcome.of(outcome.host, "reloading")
    detached = {report.get("detach", "OK") for report in reloading}
    verdict.check("every reload came back", len(reloaded) == len(reloading) == outcome.reloads, len(reloaded))
    verdict.check("every detach was accepted", detached <= {"OK"}, detached)
    with_detach = sum("detach" in report for report in reloading)
    is_mixed = 0 < with_detach < len(reloading)
    verdict.check("some domains detached and some died", is_mixed or outcome.reloads < 20, with_detach)
    for member, value in [("status", "ATTACHED"), ("old_handle", "STALE"), ("phase", "ACTIVE"), ("generation", 1)]:
        found = {report.get(member) for report in reloaded}
        verdict.check(f"{member} is {value} after each reload", found <= {value}, found)
    sessions = {report.get("session_id") for report in reloaded}
    verdict.check("the session stayed", len(sessions) <= 1, sessions)
    numbers = [report.get("attaches") for report in reloaded]
    verdict.check("attaches are counted", numbers == list(range(1, outcome.reloads + 1)), numbers[-3:])

    stats, summary = outcome.last(outcome.host, "stats"), outcome.last(outcome.host, "summary")
    expected = {"connections": 1, "refused_busy": 0, "held_too_long": 0, "expired": 0, "lost": 0, "dropped_unseen": 0}
    found = {name: stats.get(name) for name in expected}
    verdict.check("the link counts one connection and no refusal", found == expected, found)
    sent = len(outcome.traffic.sent)
    verdict.check("the link counts each answer", stats.get("answered") == stats.get("requests") == sent, stats.get("answered"))
    orphans = outcome.of(outcome.host, "request_orphaned")
    verdict.check("the link told each orphan", stats.get("orphaned", -1) >= len(orphans), stats.get("orphaned"))
    verdict.check("an orphan was handed out before", all(report["count"] >= 2 for report in orphans))
    found = {name: summary.get(name) for name in ("opened", "closed", "refused", "lost", "expired")}
    expected = {"opened": 1, "closed": 0, "refused": 0, "lost": 0, "expired": 0}
    verdict.check("OPENED was not repeated, nothing was refused", found == expected, found)
    statuses = (outcome.server_status, outcome.host_status)
    verdict.check("both programs ended well", statuses == (0, 0), statuses)


def judge_state_file(path: Path, verdict: Verdict) -> None:
    """The editor is gone, and said so."""
    record = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    found = (record.get("phase"), record.get("linkPhase"))
    verdict.check("the state file ends with stopped", found == ("stopped", "closed"), found)


def read_executed(path: Path) -> list[list[str]]:
    return [line.split() for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
