"""Whether the judge would see it: true outcomes, each spoilt by one fault that the library must not have.

A rule that has never been red proves nothing. Every outcome that held is spoilt in each of these ways that it has the matter
for, and the rule must say so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import judge
from cell import Outcome

OTHER_CONNECTION = 1 << 20


@dataclass(frozen=True)
class Tampering:
    # What the judge says about it.
    broken: str
    rule: Callable[[Outcome, judge.Verdict], None]
    # Gives the spoilt outcome; None where this one lacks what could be spoilt. It changes nothing in place.
    spoil: Callable[[Outcome], Outcome | None]


def unseen(outcome: Outcome) -> tuple[list[str], list[str]]:
    """Which faults this outcome was spoilt by, and which of them the judge let pass."""
    tried, passed = [], []
    for tampering in TAMPERINGS:
        spoilt = tampering.spoil(outcome)
        if spoilt is None:
            continue
        verdict = judge.Verdict()
        tampering.rule(spoilt, verdict)
        tried.append(tampering.broken)
        if not any(failure.startswith(f"not so: {tampering.broken}") for failure in verdict.failures):
            passed.append(tampering.broken)
    return tried, passed


def with_server(outcome: Outcome, **changes: Any) -> Outcome:
    return replace(outcome, server=replace(outcome.server, **changes))


def with_editor(outcome: Outcome, **changes: Any) -> Outcome:
    return replace(outcome, editor=outcome.editor | changes)


def with_news(outcome: Outcome, least: int, change: Callable[[list[str]], list[str]]) -> Outcome | None:
    for number, keys in outcome.server.news.items():
        if len(keys) >= least:
            return with_server(outcome, news=outcome.server.news | {number: change(keys)})
    return None


def carried_news(outcome: Outcome) -> Outcome | None:
    """A notification of one connection arrives on another one."""
    bound = {send["key"] for send in outcome.editor["sends"] if send["kind"] == "news" and send["generation"]}
    for number, keys in outcome.server.news.items():
        if len(bound.intersection(keys)) > 1 and keys[-1] in bound:
            return with_server(outcome, news=outcome.server.news | {number: keys[:-1], OTHER_CONNECTION: keys[-1:]})
    return None


def unconfirmed(outcome: Outcome) -> Outcome | None:
    """The server lacks a send that counts nowhere."""
    closed = [event for event in outcome.editor["life"] if event["kind"] == "CLOSED"]
    if any(event["unconfirmed"] for event in closed) or outcome.editor["close_report"]["unconfirmed"]:
        return None
    return with_news(outcome, 1, lambda keys: keys[1:])


def delivered_and_dropped(outcome: Outcome) -> Outcome | None:
    arrived = {key for keys in outcome.server.news.values() for key in keys}
    for send in outcome.editor["sends"]:
        if send["kind"] == "news" and send["key"] in arrived:
            run = (send["number"], send["number"], "CONNECTION_LOST")
            return with_editor(outcome, dropped=[*outcome.editor["dropped"], run])
    return None


def with_answers(outcome: Outcome, change: Callable[[list], list]) -> Outcome | None:
    for key, command in outcome.server.commands.items():
        if len(command.answers) == 1 and command.answers[0][1].key:
            spoilt = replace(command, answers=change(command.answers))
            return with_server(outcome, commands=outcome.server.commands | {key: spoilt})
    return None


def with_told(outcome: Outcome, least: int, change: Callable[[list[str]], list[str]]) -> Outcome | None:
    for generation, keys in outcome.editor["told"].items():
        if len(keys) >= least:
            return with_editor(outcome, told=outcome.editor["told"] | {generation: change(keys)})
    return None


def skipped_word(outcome: Outcome) -> Outcome | None:
    """The host is not handed one word in the midst of others, and no counter says so."""
    if outcome.editor["told_dropped"]:
        return None
    return with_told(outcome, 3, lambda keys: [keys[0], *keys[2:]])


def with_end(outcome: Outcome, how: list[str] | None) -> Outcome | None:
    """A request that was answered ends in these ways; None: in none."""
    ends = outcome.editor["ends"]
    for request, was in ends.items():
        command = outcome.server.commands.get(outcome.editor["requests"].get(request, ""))
        if was == ["ANSWERED"] and command and command.answers:
            others = {other: end for other, end in ends.items() if other != request}
            return with_editor(outcome, ends=others | ({request: how} if how else {}))
    return None


def twice_run(outcome: Outcome) -> Outcome | None:
    ran = outcome.editor["ran"]
    return with_editor(outcome, ran=[*ran, ran[0]]) if ran else None


def endless_call(outcome: Outcome) -> Outcome | None:
    responses = outcome.editor["responses"]
    return with_editor(outcome, responses=dict(list(responses.items())[1:])) if responses else None


def late_word(outcome: Outcome) -> Outcome | None:
    closed = [event["generation"] for event in outcome.editor["life"] if event["kind"] == "CLOSED"]
    return with_editor(outcome, order=[*outcome.editor["order"], ("MESSAGE", closed[0])]) if closed else None


def fat(outcome: Outcome) -> Outcome:
    """Also where the C library does not say what the heap holds."""
    return with_editor(outcome, heap_peak=judge.HEAP_BOUND + judge.OWN_HEAP + 1, heap_left=0)


def blocked(outcome: Outcome) -> Outcome:
    return with_editor(outcome, calls_timed=outcome.editor["calls_timed"] | {"blocked": ["framewire_poll"]})


def lost_domain(outcome: Outcome) -> Outcome | None:
    told = outcome.editor["reloads"]
    return with_editor(outcome, reloads=[told[0] | {"status": "OK"}, *told[1:]]) if told else None


TAMPERINGS = [
    Tampering("nothing is carried to another connection", judge.sends, carried_news),
    Tampering("what is missing counts as unconfirmed", judge.sends, unconfirmed),
    Tampering("nothing arrived twice", judge.sends, lambda outcome: with_news(outcome, 1, lambda keys: [*keys, keys[-1]])),
    Tampering("news arrive in the order", judge.sends, lambda outcome: with_news(outcome, 2, lambda keys: keys[::-1])),
    Tampering("nothing that arrived was told as dropped", judge.sends, delivered_and_dropped),
    Tampering("no command was answered twice", judge.commands, lambda outcome: with_answers(outcome, lambda told: told * 2)),
    Tampering(
        "no command was answered on another connection",
        judge.commands,
        lambda outcome: with_answers(outcome, lambda answers: [(OTHER_CONNECTION, answers[0][1])]),
    ),
    Tampering(
        "each result is that of its command",
        judge.commands,
        lambda outcome: with_answers(outcome, lambda answers: [(answers[0][0], replace(answers[0][1], key="another"))]),
    ),
    Tampering("no command ran twice", judge.commands, twice_run),
    Tampering("each request handed out was settled", judge.requests, lambda outcome: with_end(outcome, None)),
    Tampering("none was settled twice", judge.requests, lambda outcome: with_end(outcome, ["ANSWERED", "LOST"])),
    Tampering("what is told as lost was not answered", judge.requests, lambda outcome: with_end(outcome, ["LOST"])),
    Tampering("gaps are counted", judge.told, skipped_word),
    Tampering("they come once each, in order", judge.told, lambda outcome: with_told(outcome, 1, lambda keys: [*keys, keys[-1]])),
    Tampering("each call has an end", judge.calls, endless_call),
    Tampering("CLOSED is the last word", judge.life, late_word),
    Tampering("the heap stayed within the bound", judge.memory, fat),
    Tampering("no call of the frame loop was blocked", judge.frame_loop, blocked),
    Tampering("a new domain attaches", judge.reloads, lost_domain),
]
