"""What must hold after a soak, by the logs of the servers, the links' own counts and the files of executed ids."""

from collections import Counter
from typing import Any

from editor import Editor
from judge import Verdict, judge_state_file, read_executed
from measure import low_waters
from site_of import Life, Site

# The leak rule: the least that an editor holds in the last quarter is at most so much over the least of the second. The
# least, because a connection keeps the room of its largest message; each quarter begins with a new one. What is left
# is what the library keeps to use again, and in the resident memory the holes between what lives: both have a top.
LEAK_BYTES = {"rss": 2 << 20, "heap": 512 << 10}
MEMORY = {"rss": "resident memory", "heap": "live heap"}


def judge(soak: Any) -> Verdict:
    verdict = Verdict(failures=list(soak.complaints))
    for site in soak.sites:
        for life in site.lives:
            judge_life(site, life, verdict)
        verdict.check(f"{site.profile.name}: no answer without its command", not site.unmatched, site.unmatched[:3])
        for editor in site.editors:
            judge_commands(site, editor, verdict)
            judge_executed(site, editor, verdict)
            judge_link(site, editor, verdict)
            judge_connections(editor, verdict)
            judge_notifications(site, editor, verdict)
            judge_end(editor, verdict)
            judge_memory(soak, editor, verdict)
    kinds = {kind for kind, *_ in soak.deeds}
    verdict.check("something was done to the editors", len(kinds) >= 12, sorted(kinds))
    return verdict


def judge_life(site: Site, life: Life, verdict: Verdict) -> None:
    """The server's own totals are those of its log. A killed server has told none."""
    if life.was_killed:
        return
    name = f"{life.child.name} of process {life.child.pid}"
    flooded = {count: sum(flood[count] for flood in life.floods) for count in ("sent", "answered", "lost", "timed_out")}
    found = {count: life.stats.get(count) for count in ("sent", "answered", "lost", "timed_out")}
    expected = {"sent": life.sent + flooded["sent"]} | {how: life.ends[how] + flooded[how] for how in life.ends}
    verdict.check(f"{name}: its totals are those of its log", found == expected, (found, expected))
    ended = sum(expected[how] for how in life.ends)
    verdict.check(f"{name}: each command ended once", expected["sent"] == ended, (expected["sent"], ended))
    wrong = {count: life.stats.get(count) for count in ("timed_out", "late", "doubled", "unknown", "malformed", "open")}
    wrong["late"] = (wrong["late"] or 0) - sum(life.is_late_by_right(report) for report in life.unmatched)
    if site.profile.is_mirror:
        del wrong["late"]
    verdict.check(f"{name}: nothing is late, doubled, unknown, malformed or open", not any(wrong.values()), wrong)
    verdict.check(f"{name}: it ended well", life.status == 0, life.status)


def judge_commands(site: Site, editor: Editor, verdict: Verdict) -> None:
    commands, profile = editor.commands, site.profile
    verdict.check(f"{editor.name}: every ok is the true result", not commands.wrong, commands.wrong[:3])
    verdict.check(
        f"{editor.name}: each command ended", len(commands.ends) == commands.made, (len(commands.ends), commands.made)
    )
    verdict.check(f"{editor.name}: no command ended twice", not commands.ended_twice, commands.ended_twice[:5])
    known = {"ok", "lost", "unsent", "abandoned"} | profile.busy | profile.after_run
    strange = {how: count for how, count in commands.counts().items() if how not in known}
    verdict.check(f"{editor.name}: every refusal is one that it may give", not strange, strange)
    verdict.check(
        f"{editor.name}: most commands were answered", commands.counts()["ok"] > commands.made / 2, commands.counts()
    )


def judge_executed(site: Site, editor: Editor, verdict: Verdict) -> None:
    """P1, P2: what ran, ran once; what was refused, or never sent, did not run at all."""
    if site.profile.is_mirror:
        return
    lines = read_executed(editor.executed)
    ids = Counter(number for how, number, _, _ in lines if how == "run")
    runs = Counter(key for how, _, _, key in lines if how == "run")
    from_floods = runs.pop("-", 0)
    ends = editor.commands.ends
    twice = [number for number, count in ids.items() if count > 1]
    verdict.check(f"{editor.name}: no request ran twice", not twice, twice[:5])
    twice = [key for key, count in runs.items() if count > 1]
    verdict.check(f"{editor.name}: no command ran twice", not twice, twice[:5])
    verdict.check(
        f"{editor.name}: only commands ran", runs.keys() <= ends.keys(), sorted(runs.keys() - ends.keys())[:5]
    )
    of = {how: {key for key, end in ends.items() if end in hows} for how, hows in ways(site).items()}
    verdict.check(
        f"{editor.name}: what was answered ran", of["ran"] <= runs.keys(), sorted(of["ran"] - runs.keys())[:5]
    )
    refused = of["refused"] & runs.keys()
    verdict.check(f"{editor.name}: what was refused, or not sent, never ran", not refused, sorted(refused)[:5])
    floods = [flood for life in site.lives for flood in life.floods if site.sessions.get(flood["session_id"]) is editor]
    least, most = sum(flood["ok"] for flood in floods), sum(flood["sent"] for flood in floods)
    verdict.check(
        f"{editor.name}: floods ran as often as they say", least <= from_floods <= most, (least, from_floods, most)
    )


def ways(site: Site) -> dict[str, frozenset[str]]:
    return {"ran": site.profile.after_run | {"ok"}, "refused": site.profile.busy | {"unsent"}}


def judge_link(site: Site, editor: Editor, verdict: Verdict) -> None:
    """P2, P3: every request that the link counts ended in one way; nothing is left in a queue."""
    stats, state = editor.last("stats"), editor.state
    ways_out = ("answered", "refused_busy", "dropped_unseen", "expired", "lost")
    total = sum(stats.get(way, -1) for way in ways_out)
    # An answer that its connection did not live to begin is a dropped send, not an answer.
    most = total + stats.get("send_dropped", 0)
    verdict.check(f"{editor.name}: each request ended in one way", total <= stats.get("requests", -1) <= most, stats)
    verdict.check(
        f"{editor.name}: nothing was malformed or dropped for want of room",
        stats.get("malformed") == stats.get("dropped_full") == 0,
        stats,
    )
    left = {
        name: state.get(name)
        for name in ("inbound_bytes", "outbound_bytes", "requests_open", "requests_waiting", "calls_open")
    }
    verdict.check(f"{editor.name}: all queues are empty", not any(left.values()) and len(state) > 0, left)
    verdict.check(
        f"{editor.name}: its calls ended once each",
        set(editor.responses.values()) <= {1} and editor.responses.keys() == editor.calls,
        len(editor.calls),
    )
    verdict.check(f"{editor.name}: its replies are true", not editor.wrong_responses, editor.wrong_responses[:3])
    reloaded, reloading = editor.reports.get("reloaded", []), editor.reports.get("reloading", [])
    found = {(report["status"], report["old_handle"]) for report in reloaded}
    verdict.check(
        f"{editor.name}: each reload attached",
        found <= {("ATTACHED", "STALE")} and len(reloaded) == len(reloading),
        found,
    )
    refused = editor.last("summary").get("refused")
    verdict.check(
        f"{editor.name}: no answer was refused for another reason than time",
        refused == 0 or site.profile.is_mirror,
        refused,
    )


def judge_connections(editor: Editor, verdict: Verdict) -> None:
    """P4, P5, P6: no reload, stall or pause cost a connection; each that ended said so once."""
    verdict.check(f"{editor.name}: no connection ended without a fault", not editor.uncaused, editor.uncaused[:2])
    closed = editor.told["closed"]
    # The last one is told to nobody: the host has closed the link.
    verdict.check(
        f"{editor.name}: each connection closed once",
        editor.told["opened"] - 1 <= closed <= editor.told["opened"],
        dict(editor.told),
    )
    connections = editor.last("stats").get("connections")
    verdict.check(
        f"{editor.name}: each connection was opened once",
        connections == editor.told["opened"] + editor.skipped,
        connections,
    )


def judge_notifications(site: Site, editor: Editor, verdict: Verdict) -> None:
    """P1: numbered notifications arrive in order, once; those that do not are accounted for, with the answers."""
    floods, stats = editor.floods, editor.last("stats")
    verdict.check(
        f"{editor.name}: notifications arrive once, in order", not floods.out_of_order, floods.out_of_order[:5]
    )
    verdict.check(f"{editor.name}: none is missing but at the end of a connection", not floods.gaps, floods.gaps[:5])
    missing = floods.accepted - floods.received
    told = editor.unconfirmed + stats.get("send_dropped", 0)
    counts = editor.commands.counts()
    answers = sum(counts[how] for how in ways(site)["ran"]) + sum(
        flood["answered"] for flood in floods_of(site, editor)
    )
    if not site.profile.is_mirror:
        # What a flood was refused is counted among its answers.
        answers -= sum(
            count
            for flood in floods_of(site, editor)
            for code, count in flood["errors"].items()
            if code in site.profile.busy
        )
        missing += stats.get("answered", 0) - answers - counts["abandoned"]
    verdict.check(f"{editor.name}: what was accepted and not received is told", missing <= told, (missing, told))
    verdict.check(
        f"{editor.name}: nothing was received that was not accepted", floods.received <= floods.accepted, floods
    )


def floods_of(site: Site, editor: Editor) -> list[dict[str, Any]]:
    return [flood for life in site.lives for flood in life.floods if site.sessions.get(flood["session_id"]) is editor]


def judge_end(editor: Editor, verdict: Verdict) -> None:
    judge_state_file(editor.state_file, verdict)
    report = editor.last("summary").get("report", {})
    verdict.check(
        f"{editor.name}: it closed in good order", report.get("clean") is True and report.get("unanswered") == 0, report
    )
    verdict.check(f"{editor.name}: it ended well", editor.status == 0, editor.status)


def judge_memory(soak: Any, editor: Editor, verdict: Verdict) -> None:
    """The leak rule; threads and descriptors that do not grow."""
    second, last = (soak.measure.quarter(number) for number in (1, 3))
    for what, unit in (("threads", "threads"), ("descriptors", "descriptors")):
        most = [max((getattr(at, what).get(editor.name, 0) for at in quarter), default=0) for quarter in (second, last)]
        # A flood, an attach: one or two come and go.
        verdict.check(f"{editor.name}: {unit} do not grow", most[1] <= most[0] + 2, most)
    for member, name in MEMORY.items():
        _, early, _, late = low_waters(soak.measure, member, editor.name)
        bound = early + LEAK_BYTES[member]
        verdict.check(
            f"{editor.name}: {name} does not grow",
            0 < late <= bound,
            f"{early / 1024:.0f} KiB, then {late / 1024:.0f} KiB",
        )
