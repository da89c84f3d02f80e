"""What must hold after each cell: by the server's log and the editor's own, and then by the library's counts too."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from cell import DELAYS_MS, LIMITS, Outcome
from dialects import DIALECTS
from faults import FAULTS

CLEAN, FINAL = 1, 4
# The bound of P7, and what the editor of this test itself may hold: two answers of a mebibyte, and its log.
HEAP_BOUND = sum(LIMITS[name] for name in ("inbound_bytes", "outbound_bytes", "ledger_bytes"))
HEAP_BOUND += 2 * LIMITS["max_message"] + (1 << 20)
OWN_HEAP = 5 << 19
# When the link is closed there is the log.
LOG_HEAP = 1 << 19
# No machine is so slow that a dial that is due takes longer.
RECONNECT_MS = 20_000


@dataclass
class Verdict:
    failures: list[str] = field(default_factory=list)
    checks: int = 0
    figures: dict[str, float] = field(default_factory=dict)

    def check(self, what: str, holds: bool, found: Any = "") -> None:
        self.checks += 1
        if not holds:
            self.failures.append(f"not so: {what}" + (f"; found {str(found)[:400]}" if found != "" else ""))


def judge(outcome: Outcome) -> Verdict:
    verdict = Verdict(failures=[*outcome.complaints])
    for rule in (commands, requests, sends, told, calls, life, frame_loop, memory, reloads, counters):
        rule(outcome, verdict)
    return verdict


def commands(outcome: Outcome, verdict: Verdict) -> None:
    """Each command is answered at most once, on its own connection, by its own answer; none is lost but with that."""
    server, editor, busy = outcome.server, outcome.editor, DIALECTS[outcome.cell.profile].busy
    asked = server.commands.values()
    verdict.check("the server understood all that it was told", not server.complaints, server.complaints)
    verdict.check("no answer has an id that was never used", not server.unknown, server.unknown)
    verdict.check("no command was answered twice", all(len(c.answers) <= 1 for c in asked))
    strays = [c for c in asked for number, _ in c.answers if number != c.connection]
    verdict.check("no command was answered on another connection", not strays, strays)
    open_ = [c for c in asked if not c.answers and c.connection not in server.ended]
    verdict.check("each command was answered, or its connection ended", not open_, open_[:3])
    runs = Counter(editor["ran"])
    verdict.check("no command ran twice", all(count == 1 for count in runs.values()), runs.most_common(3))
    strange = runs.keys() - server.commands.keys()
    verdict.check("only what was asked ran", not strange, strange)
    answers = [(c, answer) for c in asked for _, answer in c.answers]
    # The library's own refusals have no key.
    wrong = [(c, a) for c, a in answers if not (a.key == c.key in runs if a.key or a.ok else True)]
    verdict.check("each result is that of its command, which ran", not wrong, wrong[:3])
    ran_busy = [c.key for c, a in answers if a.code == busy and c.key in runs]
    verdict.check("what was refused as busy did not run", not ran_busy, ran_busy[:3])
    if not FAULTS[outcome.cell.fault].ends:
        unanswered = [c.key for c in asked if not c.answers]
        verdict.check("a wire that stays loses no answer", not unanswered, unanswered[:5])
    verdict.figures |= {
        "commands": len(server.commands),
        "answered": len(answers),
        "ran": len(runs),
        "busy": sum(answer.code == busy for _, answer in answers),
    }


def requests(outcome: Outcome, verdict: Verdict) -> None:
    """Each request that was handed out ended once: answered, expired or lost; and the peer was told the same."""
    editor, server = outcome.editor, outcome.server
    ends = {int(request): how for request, how in editor["ends"].items()}
    handed = {int(request): key for request, key in editor["requests"].items()}
    verdict.check("the editor saw nothing strange", not editor["warnings"], editor["warnings"])
    open_ = [key for request, key in handed.items() if request not in ends]
    verdict.check("each request handed out was settled", not open_, open_[:5])
    twice = {handed.get(request): how for request, how in ends.items() if len(how) != 1}
    verdict.check("none was settled twice", not twice, twice)
    verdict.check("only what was handed out was settled", ends.keys() <= handed.keys())
    verdict.check("a command was handed out once", len(set(handed.values())) == len(handed))
    verdict.check("what ran was handed out", set(editor["ran"]) <= set(handed.values()))
    for request, how in ends.items():
        command = server.commands.get(handed.get(request, ""))
        if command and command.answers and how == ["LOST"]:
            verdict.check("what is told as lost was not answered", False, command)
        if command and command.answers and how == ["EXPIRED"]:
            verdict.check("what has expired was answered by an error", not command.answers[0][1].ok, command)
    kinds = Counter(how[0] for how in ends.values() if how)
    verdict.check("requests end in three ways", kinds.keys() <= {"ANSWERED", "EXPIRED", "LOST"}, kinds)
    verdict.figures |= {"lost": kinds["LOST"], "expired": kinds["EXPIRED"]}


def sends(outcome: Outcome, verdict: Verdict) -> None:
    """Each send that was accepted arrived once, was told as dropped once, or counts as unconfirmed."""
    editor, server = outcome.editor, outcome.server
    accepted = {send["number"]: send for send in editor["sends"]}
    numbers = [number for first, last, _ in editor["dropped"] for number in range(first, last + 1)]
    dropped = Counter(numbers)
    verdict.check("each send has its own number", len(accepted) == len(editor["sends"]))
    verdict.check("no send was told as dropped twice", all(count == 1 for count in dropped.values()))
    news = Counter(key for keys in server.news.values() for key in keys)
    verdict.check("nothing arrived twice", all(count == 1 for count in news.values()), news.most_common(2))
    answered = {key for key, command in server.commands.items() if command.answers}
    arrived = {n for n, send in accepted.items() if send["key"] in (news if send["kind"] == "news" else answered)}
    both = arrived & dropped.keys()
    verdict.check("nothing that arrived was told as dropped", not both, [accepted[n] for n in list(both)[:3]])
    missing = accepted.keys() - arrived - dropped.keys()
    closed = [event for event in editor["life"] if event["kind"] == "CLOSED"]
    unconfirmed = sum(event["unconfirmed"] for event in closed) + editor["close_report"]["unconfirmed"]
    verdict.check("what is missing counts as unconfirmed", len(missing) <= unconfirmed, (len(missing), unconfirmed))
    if not FAULTS[outcome.cell.fault].ends:
        verdict.check("a wire that stays loses no send", not missing and not dropped, (len(missing), len(dropped)))
    known = {key for send in accepted.values() if send["kind"] == "news" for key in [send["key"]]}
    verdict.check("only what was accepted arrived", news.keys() <= known, list(news.keys() - known)[:3])
    generations = {send["key"]: send["generation"] for send in accepted.values() if send["kind"] == "news"}
    carried: set[tuple[int, int]] = set()
    for number, keys in server.news.items():
        carried |= {(number, generations[key]) for key in keys if generations.get(key)}
        order = [int(key.rpartition("-")[2]) for key in keys]
        verdict.check("news arrive in the order of their calls", order == sorted(order))
    is_one = len(carried) == len({number for number, _ in carried}) == len({generation for _, generation in carried})
    verdict.check("nothing is carried to another connection", is_one, carried)
    verdict.figures |= {"sends": len(accepted), "dropped": len(dropped), "unconfirmed": len(missing)}


def told(outcome: Outcome, verdict: Verdict) -> None:
    """What the server says unasked is handed out at most once, in order, without a gap that is not counted."""
    editor, server = outcome.editor, outcome.server
    by_key = {key: number for number, keys in server.told.items() for key in keys}
    pairs: set[tuple[int, int]] = set()
    gaps = 0
    for generation, keys in editor["told"].items():
        pairs |= {(by_key.get(key, 0), int(generation)) for key in keys}
        numbers = [number for number in {by_key.get(key, 0) for key in keys}]
        verdict.check("a connection's news are those of one connection", len(numbers) == 1 and numbers[0] > 0, numbers)
        said = server.told.get(numbers[0], [])
        places = {key: place for place, key in enumerate(said)}
        order = [places.get(key, -1) for key in keys]
        verdict.check("they come once each, in order", order == sorted(set(order)), order[:20])
        gaps += (order[-1] + 1 if order else 0) - len(order)
    verdict.check("each connection has its own generation", len({a for a, _ in pairs}) == len({b for _, b in pairs}))
    verdict.check("gaps are counted", gaps <= editor["told_dropped"], (gaps, editor["told_dropped"]))
    if not FAULTS[outcome.cell.fault].ends:
        said, got = sum(map(len, server.told.values())), sum(map(len, editor["told"].values()))
        verdict.check("a wire that stays loses no word", said == got + editor["told_dropped"], (said, got))


def calls(outcome: Outcome, verdict: Verdict) -> None:
    """Each call of ours has one end."""
    editor, served = outcome.editor, outcome.server.calls
    made = {int(call): key for call, key in editor["calls"].items()}
    ends = {int(call): how for call, how in editor["responses"].items()}
    verdict.check("each call has an end", made.keys() == ends.keys(), made.keys() ^ ends.keys())
    verdict.check("each has one", all(len(how) == 1 for how in ends.values()))
    verdict.check("none was served twice", all(count == 1 for count in served.values()))
    wrong = [how for call, how in ends.items() if how[0][0] == "NONE" and how[0][1] != made.get(call)]
    verdict.check("each result is that of its call", not wrong, wrong)
    others = {how[0][0] for how in ends.values()} - {"NONE", "LOST"}
    verdict.check("a call ends by its result or with its connection", not others, others)
    verdict.figures |= {"calls": len(made)}


def life(outcome: Outcome, verdict: Verdict) -> None:
    """Connections begin and end one after another; CLOSED is the last word of each; the next dial comes in time."""
    events, server, fault = outcome.editor["life"], outcome.server, FAULTS[outcome.cell.fault]
    opened = [event["generation"] for event in events if event["kind"] == "OPENED"]
    closed = [event["generation"] for event in events if event["kind"] == "CLOSED"]
    verdict.check("OPENED once a connection", len(set(opened)) == len(opened) and opened == sorted(opened), opened)
    # The last one is ended by the editor, which polls no more.
    verdict.check("CLOSED once a connection, but for the last", closed == opened[:-1], (opened, closed))
    last, over = 0, set()
    for kind, generation in outcome.editor["order"]:
        if kind in ("CONNECT_FAILED", "RECONNECTING"):
            # Of no connection: they bear the number of the last one.
            continue
        late = generation in over or generation < last
        verdict.check("CLOSED is the last word of its connection", not late, (kind, generation))
        last = max(last, generation)
        over |= {generation} if kind == "CLOSED" else set()
    finals = [event for event in events if event["flags"] & FINAL and event["kind"] in ("CLOSED", "CONNECT_FAILED")]
    verdict.check("no end is final", not finals, finals)
    if fault.ends:
        verdict.check("the fault ended a connection", len(outcome.server.ended) > 1 or len(closed) > 0, events)
    else:
        verdict.check("the fault ended no connection", len(opened) == 1, events)
    if fault.is_first:
        failed = [event["reason"] for event in events if event["kind"] == "CONNECT_FAILED"]
        verdict.check("the slow upgrade was given up", "TIMEOUT" in failed, failed)
    if fault.name == "close_twice":
        unclean = [event for event in events if event["kind"] == "CLOSED" and not event["flags"] & CLEAN]
        verdict.check("a close is clean, however often it is said", not unclean, unclean)
    verdict.check("the server saw each connection", set(opened) and len(server.opened) >= len(opened), server.opened)
    gone = 0
    longest = 0.0
    for event in events:
        if event["kind"] in ("CLOSED", "CONNECT_FAILED"):
            gone = event["time_ns"]
            waits = {0, *DELAYS_MS}
            verdict.check("the wait is one of the configured", event["delay_ms"] in waits, event["delay_ms"])
        elif event["kind"] == "RECONNECTING":
            longest = max(longest, (event["time_ns"] - gone) / 1e6)
    verdict.check("the next dial comes in time", longest < RECONNECT_MS, longest)
    verdict.figures |= {"connections": len(opened), "redial_ms": longest}


def frame_loop(outcome: Outcome, verdict: Verdict) -> None:
    timed = outcome.editor["calls_timed"]
    verdict.check("no call of the frame loop was blocked", not timed["blocked"], timed["blocked"])
    verdict.figures |= {"poll_us": timed["longest_ns"] / 1e3, "busy_us": timed["longest_busy_ns"] / 1e3}
    verdict.figures |= {"sleeps": timed["sleeps"], "timed": timed["count"]}


def memory(outcome: Outcome, verdict: Verdict) -> None:
    peak = outcome.editor["heap_peak"]
    if peak is not None:
        verdict.check("the heap stayed within the bound", peak <= HEAP_BOUND + OWN_HEAP, (peak, HEAP_BOUND))
        left = outcome.editor["heap_left"]
        verdict.check("a closed link leaves nothing on the heap", left <= LOG_HEAP, left)
        verdict.figures |= {"heap": peak, "heap_left": left}
    verdict.check("no descriptor is left", outcome.editor["descriptors_left"] <= 0, outcome.editor["descriptors_left"])
    verdict.check("no thread of a link is left", not outcome.editor["threads_left"], outcome.editor["threads_left"])


def reloads(outcome: Outcome, verdict: Verdict) -> None:
    """Each new domain finds the link, and the old handle is good for nothing."""
    for told in outcome.editor["reloads"]:
        found = (told["status"], told["old_handle"], told.get("detach", "OK"))
        verdict.check("a new domain attaches", found == ("ATTACHED", "STALE", "OK"), found)
    if outcome.cell.load == "reload":
        verdict.check("there were reloads", len(outcome.editor["reloads"]) >= 1)
    again = Counter(outcome.editor["orphans"])
    verdict.check("only what was handed out comes again", all(str(i) in outcome.editor["requests"] for i in again))
    verdict.figures |= {"reloads": len(outcome.editor["reloads"]), "orphans": len(outcome.editor["orphans"])}


def counters(outcome: Outcome, verdict: Verdict) -> None:
    """The library's own account says the same."""
    editor, stats = outcome.editor, outcome.editor["stats"]
    ends = Counter(how[0] for how in editor["ends"].values())
    closed = [event for event in editor["life"] if event["kind"] == "CLOSED"]
    unseen = sum(event["count"] for event in closed)
    requests_told = len(editor["requests"]) + stats["refused_busy"] + unseen
    mine = {
        "polls": editor["polls"],
        "events": editor["events"],
        "connections": sum(event["kind"] == "OPENED" for event in editor["life"]) + sum(e["skipped"] for e in closed),
        "expired": ends["EXPIRED"],
        "lost": ends["LOST"],
        "dropped_unseen": unseen,
        "requests": requests_told,
        "dropped_full": editor["told_dropped"],
        "send_dropped": sum(last - first + 1 for first, last, _ in editor["dropped"]),
        "attaches": len(editor["reloads"]),
        "malformed": 0,
        "held_too_long": 0,
        "calls": len(editor["calls"]),
        "late_replies": 0,
    }
    found = {name: stats[name] for name in mine}
    differing = {name: (mine[name], found[name]) for name in mine if mine[name] != found[name]}
    verdict.check("the library counts the same (here, there)", not differing, differing)
    # An answer that its connection did not live to begin is a dropped send, not an answer.
    dropped = {number for first, last, _ in editor["dropped"] for number in range(first, last + 1)}
    unsent = sum(send["kind"] == "answer" and send["number"] in dropped for send in editor["sends"])
    is_counted = ends["ANSWERED"] - unsent <= stats["answered"] <= ends["ANSWERED"]
    verdict.check("it counts the answers", is_counted, (ends["ANSWERED"], unsent, stats["answered"]))
    if not FAULTS[outcome.cell.fault].ends:
        refused = verdict.figures["busy"]
        verdict.check("each refusal arrived", refused == stats["refused_busy"], (refused, stats["refused_busy"]))
    report = editor["close_report"]
    left = [report[name] for name in ("unsent", "unconfirmed", "unanswered")]
    # What nobody polled is its CLOSED.
    is_whole = not any(left) and report["undelivered"] <= 1 and report["clean"] == 1
    verdict.check("the close leaves nothing", is_whole, report)
    verdict.check("the close was taken", editor["close_status"] == "OK", editor["close_status"])
