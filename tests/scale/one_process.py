"""Many links in one process against one server: what each costs, and how they come back when the server was away."""

import time
from dataclasses import dataclass
from pathlib import Path

from program import Program
from stage import Stage
from weigh import stacks_of, weigh

# How long the server is away.
AWAY = 1.5
HEARTBEAT_MS = 2_000


@dataclass
class Figures:
    """Of one number of links. What the process weighs without any is taken off; the rest is parted among them."""

    links: int
    rss_kib: float
    heap_kib: float
    # After each link has answered a few requests.
    used_kib: float
    # Of the resident memory: the stacks of the threads.
    stack_kib: float
    threads: float
    descriptors: float
    wakeups: float
    io_cpu_us: float
    frame_ns: float
    frame_p99_us: float
    frame_us: float
    connected_ms: float
    opening_ms: float
    answers_ms: float
    # CPU time of the I/O thread for a MiB that comes in and goes out again.
    mib_us: float
    recovered_ms: float
    recovered_p50_ms: float
    busiest_10ms: int
    failures: float
    wrong: list[str]
    server_kib: float
    server_threads: int


def measure(place: Path, serve: str, links: str, count: int, idle: float, options: list[str] | None = None) -> Figures:
    stage = Stage(place, "-".join([str(count), "links", *(options or [])]))
    try:
        return _measure(stage, serve, links, count, idle, options or [])
    finally:
        stage.end()


def _measure(stage: Stage, serve: str, links: str, count: int, idle: float, options: list[str]) -> Figures:
    server, listening = stage.serve(serve)
    bare_server = weigh(server.process.pid)
    command = [links, "--url", listening["url"], "--links", str(count), "--heartbeat-ms", str(HEARTBEAT_MS)]
    host = stage.start("links", command + options)
    stage.hear(host, "base")
    base = weigh(host.process.pid)
    host.say("go")
    connected = stage.hear(host, "connected")
    stage.rest(1.0)

    fresh, heap = weigh(host.process.pid), stage.ask(host, "heap")["bytes"]
    stage.ask(host, "frames")
    before = stage.ask(host, "stats")
    stage.rest(idle)
    after, frames = stage.ask(host, "stats"), stage.ask(host, "frames")
    seconds = frames["wall_ns"] / 1e9

    wrong, answers_ms = check_answers(stage, server, count, rounds=4)
    mib_us = echo_large(stage, server, host)
    stacks = stacks_of(host.process.pid)
    used, served = weigh(host.process.pid), weigh(server.process.pid)

    failed_before = stage.ask(host, "stats")["connect_failures"]
    server.process.kill()
    stage.rest(AWAY)
    server, listening = stage.serve(serve, listening["port"])
    host.say("mark")
    back = stage.hear(host, "connected")
    failures = stage.ask(host, "stats")["connect_failures"] - failed_before
    wrong += check_answers(stage, server, count, rounds=1)[0]
    return Figures(
        links=count,
        rss_kib=(fresh.rss - base.rss) / count / 1024,
        heap_kib=heap / count / 1024,
        used_kib=(used.rss - base.rss) / count / 1024,
        stack_kib=stacks / count / 1024,
        threads=(fresh.threads - base.threads) / count,
        descriptors=(fresh.descriptors - base.descriptors) / count,
        wakeups=(after["wakeups"] - before["wakeups"]) / seconds / count,
        io_cpu_us=frames["io_cpu_ns"] / seconds / count / 1e3,
        frame_ns=frames["p50_ns"] / count,
        frame_us=frames["p50_ns"] / 1e3,
        frame_p99_us=frames["p99_ns"] / 1e3,
        connected_ms=connected["last_ms"],
        opening_ms=connected["opening_ms"],
        answers_ms=answers_ms,
        mib_us=mib_us,
        recovered_ms=back["last_ms"],
        recovered_p50_ms=back["p50_ms"],
        busiest_10ms=back["busiest_10ms"],
        failures=failures / count,
        wrong=wrong,
        server_kib=(served.rss - bare_server.rss) / count / 1024,
        server_threads=served.threads,
    )


def check_answers(stage: Stage, server: Program, count: int, rounds: int) -> tuple[list[str], float]:
    """Asks each link, `rounds` times at once; says which answers are not those of the link that was asked."""
    while len(known := editors_of(stage, server)) < count:
        stage.rest(0.1)
    started = time.monotonic()
    asked = {}
    for number in range(rounds):
        for index, session in known.items():
            tag = f"{index}/{number}"
            asked[tag] = {"link": index, "params": {"n": number, "i": index}}
            server.say(f'{{"editor":"{session}","command":"who","params":{{"n":{number},"i":{index}}},"tag":"{tag}"}}')
    wrong = []
    while asked:
        answer = stage.hear(server, "answer")
        expected = asked.pop(answer["tag"], None)
        if answer["status"] != "ok" or answer["data"] != expected:
            wrong.append(str(answer)[:300])
    return wrong, (time.monotonic() - started) * 1e3


def echo_large(stage: Stage, server: Program, host: Program, times: int = 12) -> float:
    """One link gives a MiB back, several times; what that costs its I/O thread, us."""
    session = editors_of(stage, server)[0]
    stage.ask(host, "frames")
    for number in range(times):
        server.say(
            f'{{"editor":"{session}","command":"who","params":{{"text":"{"x" * (1 << 20)}"}},"tag":"large/{number}"}}'
        )
        stage.hear(server, "answer")
    return stage.ask(host, "frames")["io_cpu_ns"] / times / 1e3


def editors_of(stage: Stage, server: Program) -> dict[int, str]:
    """The session of each link, by the project that it named."""
    told = [report for report in stage.heard[server] if report["event"] == "acknowledged"]
    return {int(report["project_path"].split("/")[2]): report["session_id"] for report in told}


def bare(place: Path, links: str, count: int) -> dict[str, float]:
    """KiB of resident memory a socket that waits: with a thread of its own, and with one thread for all."""
    found = {}
    for option in ("--bare", "--bare-one"):
        stage = Stage(place, f"{count}{option}")
        program = stage.start("bare", [links, option, str(count)])
        try:
            stage.hear(program, "sockets")
            before = weigh(program.process.pid)
            program.say("")
            stage.hear(program, "waiting")
            found[option] = (weigh(program.process.pid).rss - before.rss) / count / 1024
        finally:
            stage.end()
    return found
