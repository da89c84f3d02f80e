"""What must hold after every scene, by the server's log, the editor's log and its file of what ran."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from scene import Report, Scene


@dataclass
class Verdict:
    passed: int = 0
    failures: list[str] = field(default_factory=list)

    def check(self, what: str, holds: bool, found: Any = "") -> None:
        if holds:
            self.passed += 1
        else:
            self.failures.append(f"not so: {what}" + (f"; found {found}" if found != "" else ""))


def judge(scene: Scene, statuses: tuple[int | None, int | None], verdict: Verdict) -> None:
    judge_words(scene, verdict)
    judge_runs(scene, verdict)
    judge_link(scene, verdict)
    judge_counts(scene, verdict)
    verdict.check("both programs ended well", statuses == (0, 0), statuses)


def judge_words(scene: Scene, verdict: Verdict) -> None:
    """The server has exactly one word on each command, and an answer is the true one."""
    sent, words = scene.traffic.sent, scene.words
    counts = {tag: len(words[tag]) for tag in sent if len(words[tag]) != 1}
    verdict.check("each command has one outcome on the server", not counts and len(words) == len(sent), counts)
    wrong = [
        report
        for tag, reports in words.items()
        for report in reports
        if report["event"] == "answer" and report["status"] == "ok" and result_of(report["data"]) != sent[tag].answer
    ]
    verdict.check("every answer is the true result", not wrong, str(wrong[:2])[:500])
    for stats in (report for report in scene.server_said if report["event"] == "stats"):
        found = {name: stats[name] for name in ("doubled", "late", "unknown", "malformed", "open")}
        verdict.check("no answer came twice, late or unasked", not any(found.values()), found)
    outcomes = Counter(
        report["status"] if report["event"] == "answer" else report["event"] for reports in words.values() for report in reports
    )
    scene.figures.commands = len(sent) - outcomes["unsent"]
    scene.figures.ok, scene.figures.refused, scene.figures.lost = outcomes["ok"], outcomes["error"], outcomes["lost"]


def result_of(data: Any) -> Any:
    """The editor's own words: unity-mcp has an envelope around them."""
    return data["result"] if isinstance(data, dict) and data.keys() == {"status", "result"} else data


def judge_runs(scene: Scene, verdict: Verdict) -> None:
    """No command ran twice; what was answered well ran."""
    lines = [line.split() for line in scene.executed.read_text(encoding="utf-8").splitlines()]
    runs = Counter(key for how, _, _, key in lines if how == "run")
    twice = [key for key, count in runs.items() if count > 1]
    verdict.check("no command ran twice", not twice, twice[:5])
    verdict.check("only what was sent ran", runs.keys() <= scene.traffic.sent.keys())
    answered = {
        tag for tag, reports in scene.words.items() if reports[0]["event"] == "answer" and reports[0]["status"] == "ok"
    }
    verdict.check("what was answered had run", answered <= runs.keys(), sorted(answered - runs.keys())[:5])


def judge_link(scene: Scene, verdict: Verdict) -> None:
    """Connections come one after another, each with one end, before which its requests are settled."""
    story = [report for report in scene.editor_said if report["event"] in ("opened", "closed", "request_ended")]
    open_now, faults = 0, []
    for report in story:
        if report["event"] == "opened":
            faults += [report] if open_now or report["generation"] < 1 else []
            open_now = report["generation"]
        else:
            faults += [report] if report["generation"] != open_now else []
            open_now = 0 if report["event"] == "closed" else open_now
    verdict.check("every connection has one end, after all that belongs to it", not faults, faults[:3])
    numbers = [report["generation"] for report in story if report["event"] == "opened"]
    verdict.check("each connection has a number of its own", numbers == sorted(set(numbers)), numbers)
    scene.figures.connections = len(numbers)


def judge_counts(scene: Scene, verdict: Verdict) -> None:
    """The link counts every request once, with a reason if the host never answered it."""
    stats = [report for report in scene.editor_said if report["event"] == "stats"][-1]
    counted = sum(stats[name] for name in ("answered", "expired", "lost", "dropped_unseen", "refused_busy"))
    # An answer that the link accepted while its connection was ending is reported as a send that was dropped.
    late = stats["requests"] - counted
    verdict.check("the link counts each request once", 0 <= late <= stats["send_dropped"], stats)
    # An answer that never came is among the sends that were dropped, or among those of which nothing shows an arrival.
    vanished = stats["answered"] - scene.figures.ok
    told = stats["send_dropped"] + sum(report["unconfirmed"] for report in scene.closes())
    # P1 speaks of ends that are not clean. A server that closes in good order and reads no more lets answers vanish that
    # are on their way; its own close is all the word there is.
    is_servers_word = any(report["clean"] and not report["by_us"] for report in scene.closes())
    scene.figures.unread = max(0, vanished - told)
    verdict.check("P1: no answer was lost without a word", vanished <= told or is_servers_word, (vanished, told))
    told = sum(report["settled"] for report in scene.closes())
    verdict.check("what was lost was told with the end of its connection", told >= stats["lost"], (told, stats["lost"]))
