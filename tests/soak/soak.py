"""A run: starts the programs, does what is planned, hears what they say, and ends them when all is settled."""

import heapq
import itertools
import queue
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from editor import Editor
from live import Live
from measure import Measure
from mischief import KINDS, Kind
from profiles import PROFILES
from program import Program, Report
from site_of import Site

# How long the end may take: until all are connected again, and until the last answers are there.
PATIENCE = 120.0
# Between two deeds, on average.
PACE = 0.9
TICK = 0.05


class Soak:
    def __init__(self, serve: str, host: str, seconds: float, seed: int, place: Path):
        self.host = host
        self.seconds = seconds
        self.seed = seed
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        self.reports: queue.Queue[tuple[Program, Report | None]] = queue.Queue()
        self.sites = [Site(profile, serve, place, seed, self.reports) for profile in PROFILES]
        self.editors = [editor for site in self.sites for editor in site.editors]
        self.measure = Measure(seconds)
        self.started = time.monotonic()
        self.complaints: list[str] = []
        # What was done: its kind, when it began and ended, to whom.
        self.deeds: list[tuple[str, float, float, str]] = []
        self.live = Live(self)
        self.is_settling = False
        self.is_ending = False
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()

    def now(self) -> float:
        return time.monotonic() - self.started

    def after(self, seconds: float, do: Callable[[], None]) -> None:
        heapq.heappush(self._due, (self.now() + seconds, next(self._numbers), do))

    def play(self) -> None:
        try:
            self.connect()
            self.after(0.0, self.traffic)
            self.after(1.0, self.second)
            self.plan()
            self.run_until("the end of the run", lambda: self.now() >= self.seconds, self.seconds + PATIENCE)
            self.settle()
        except TimeoutError as error:
            self.complaints.append(str(error))
        finally:
            self.end()

    def connect(self) -> None:
        for site in self.sites:
            site.start()
        self.run_until("servers that listen", lambda: all(site.is_up for site in self.sites))
        for number, editor in enumerate(self.editors):
            site = self.site_of(editor)
            editor.start(self.host, site.path, site.port, self.seed + number, self.reports)
        self.after(0.0, self.look)
        self.run_until("editors that are connected", self.all_connected)

    def plan(self) -> None:
        """All that will be done, drawn from the seed."""
        for editor in self.editors:
            for command in editor.commands.largest():
                self.site_of(editor).send(editor, command)
        chance = random.Random(self.seed)
        # The quarters that are compared begin with new connections (verdicts.py says why).
        for share in (0.25, 0.75):
            for editor in self.editors:
                self.act_soon(self.seconds * share, "connection broken", editor, chance)
        at = self.now() + 1.0
        # Every kind once, in a shuffled order, before chance has its way: a short run misses none.
        first = chance.sample(KINDS, len(KINDS))
        for number in itertools.count():
            at += chance.expovariate(1 / PACE)
            if at >= self.seconds - 5.0:
                return
            kind = first[number] if number < len(first) else chance.choices(KINDS, [kind.weight for kind in KINDS])[0]
            editor = chance.choice(self.editors)
            self.after(at - self.now(), lambda kind=kind, editor=editor, number=number: self.do(kind, editor, number))

    def do(self, kind: Kind, editor: Editor, number: int) -> None:
        self.act(kind, editor, random.Random(f"{self.seed}/{number}"))

    def act_soon(self, seconds: float, name: str, editor: Editor, chance: random.Random) -> None:
        kind = next(kind for kind in KINDS if kind.name == name)
        self.after(seconds, lambda: self.act(kind, editor, chance))

    def act(self, kind: Kind, editor: Editor, chance: random.Random) -> None:
        if editor.has_ended or self.is_settling:
            return
        lasts = kind.do(self, self.site_of(editor), editor, chance)
        if lasts >= 0:
            self.deeds.append((kind.name, self.now(), self.now() + lasts, editor.name))

    def restart(self, site: Site, kill: bool, away: float) -> None:
        site.is_up = False
        site.life.was_killed = kill
        if kill:
            site.life.child.process.kill()
        else:
            site.life.child.say(".quit")
        self.after(away, lambda: self.start_again(site))

    def start_again(self, site: Site) -> None:
        """Once the one before has ended: what it said last must be known first."""
        if site.life.status is None:
            self.after(0.1, lambda: self.start_again(site))
        else:
            site.start()

    def traffic(self) -> None:
        """The steady commands, and calls of the editors' own."""
        if self.is_settling:
            return
        for editor in self.editors:
            site = self.site_of(editor)
            editor.credit = min(editor.credit + editor.rate * TICK, 20.0)
            while editor.credit >= 1.0 and site.is_up and editor.address and len(editor.commands.open) < editor.wanted:
                editor.credit -= 1.0
                site.send(editor, editor.commands.small())
            if editor.profile.has_calls and editor.chance.random() < TICK * 2:
                editor.child.say('request echo 20000 {"n":7}')
        self.after(TICK, self.traffic)

    def look(self) -> None:
        for editor in self.editors:
            if not editor.child.is_stopped:
                editor.child.say("state")
        if not self.is_ending:
            self.after(0.25, self.look)

    def second(self) -> None:
        self.measure.second(self.now(), self.editors)
        for editor in self.editors:
            if not editor.child.is_stopped:
                editor.child.say("frames")
                editor.child.say("heap")
        self.live.show()
        if not self.is_ending:
            self.after(1.0, self.second)

    def settle(self) -> None:
        """Mischief is over: all connect again, the last commands end, the queues empty."""
        self.is_settling = True
        self.run_until("editors that are connected again", self.all_connected)
        self.run_until("the ends of the last commands", self.all_ended)
        self.is_ending = True
        self.run_until("a moment of quiet", self.is_quiet_again)
        for editor in self.editors:
            editor.state = {}
            for word in ("state", "stats"):
                editor.child.say(word)
        self.run_until("the last counts", lambda: all(editor.state and editor.last("stats") for editor in self.editors))

    def all_connected(self) -> bool:
        return all(editor.is_active and editor.address for editor in self.editors)

    def left_open(self) -> str:
        left = [
            f"{editor.name}: {editor.state.get('phase')}, open {sorted(editor.commands.open)[:5]}, "
            f"calls {len(editor.calls - editor.responses.keys())}, flood {editor.floods.is_running}"
            for editor in self.editors
        ]
        return "; ".join(left + [f"{site.profile.name} floods" for site in self.sites if site.is_flooding])

    def is_quiet_again(self) -> bool:
        """No look is on its way any more: what is told next is the last word."""
        return not self._due and self.reports.empty()

    def all_ended(self) -> bool:
        """No command is open, no flood runs, no call of an editor's waits."""
        is_over = not any(editor.commands.open or editor.floods.is_running for editor in self.editors)
        is_over = is_over and not any(site.is_flooding for site in self.sites)
        return is_over and all(len(editor.responses) == len(editor.calls) for editor in self.editors)

    def end(self) -> None:
        self.is_ending = True
        for editor in self.editors:
            editor.ending = True
            if editor.proxy is not None:
                editor.proxy.heal()
            if editor.child is not None:
                if editor.child.is_stopped:
                    editor.child.go_on()
                editor.child.say("quit")
        self.drain(lambda: all(editor.has_ended or editor.child is None for editor in self.editors))
        for site in self.sites:
            if site.life.child.is_stopped:
                site.life.child.go_on()
            site.life.child.say(".quit")
        self.drain(lambda: all(site.life.status is not None for site in self.sites))
        for editor in self.editors:
            if editor.child is not None:
                editor.status = editor.child.end(5.0)
            if editor.proxy is not None:
                editor.proxy.stop()
        for life in [life for site in self.sites for life in site.lives]:
            life.child.end(5.0)

    def drain(self, is_done: Callable[[], bool]) -> None:
        try:
            self.run_until("the end of the programs", is_done, self.now() + 30.0)
        except TimeoutError as error:
            self.complaints.append(str(error))

    def run_until(self, what: str, is_done: Callable[[], bool], until: float | None = None) -> None:
        """Hears what the programs say and does what is due, until then."""
        until = self.now() + PATIENCE if until is None else until
        while not is_done():
            if self.now() > until:
                raise TimeoutError(f"waited in vain for {what}; {self.left_open()}")
            while self._due and self._due[0][0] <= self.now():
                heapq.heappop(self._due)[2]()
            left = self._due[0][0] - self.now() if self._due else 0.25
            try:
                self.note(*self.reports.get(timeout=min(max(left, 0.0), 0.25)))
            except queue.Empty:
                continue

    def note(self, program: Program, report: Report | None) -> None:
        for site in self.sites:
            for life in site.lives:
                if life.child is program:
                    if report is None:
                        life.status = program.process.wait()
                        site.ended(life)
                    else:
                        site.note(life, report)
                    return
            for editor in site.editors:
                if editor.child is program:
                    self.note_editor(editor, report)
                    return

    def note_editor(self, editor: Editor, report: Report | None) -> None:
        if report is None:
            editor.has_ended = True
            if not editor.ending:
                raise TimeoutError(f"the editor {editor.name} has ended; {editor.child.log.name} has its last words")
            return
        editor.note(report, self.now())
        self.measure.look(editor, report)

    def site_of(self, editor: Editor) -> Site:
        return next(site for site in self.sites if editor in site.editors)
