"""A server of one profile and its editors. The server is restarted now and then: each of its lives has a log."""

import queue
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from child import Child
from commands import Command
from editor import Editor
from profiles import Profile, server_command
from program import Program, Report

# What a server says to a connection whose editor has made a new one meanwhile.
REPLACED = "replaced by a newer registration"


@dataclass
class Life:
    """One run of the server, and what the lines that it was told came to."""

    child: Child
    # Lines that are neither done nor refused, oldest first: the editor and the key of a command, or a word.
    waiting: deque[tuple[Editor | None, str]] = field(default_factory=deque)
    sent: int = 0
    ends: dict[str, int] = field(default_factory=lambda: {"answered": 0, "lost": 0, "timed_out": 0})
    open: dict[str, Editor] = field(default_factory=dict)
    floods: list[Report] = field(default_factory=list)
    stats: Report = field(default_factory=dict)
    # Reports of answers without a command, and the sessions whose commands were lost while answers were on their way.
    unmatched: list[Report] = field(default_factory=list)
    superseded: set[str] = field(default_factory=set)
    was_killed: bool = False
    status: int | None = None

    def is_late_by_right(self, report: Report) -> bool:
        """Its connection was replaced, and what was still on its way came after the commands were given up."""
        return report.get("why") == "late" and report.get("session_id") in self.superseded


class Site:
    def __init__(
        self,
        profile: Profile,
        serve: str,
        place: Path,
        seed: int,
        reports: "queue.Queue[tuple[Program, Report | None]]",
    ):
        self.profile = profile
        self.place = place
        self.command = server_command(serve, profile)
        self.reports = reports
        self.editors = [Editor(name, profile, place, seed) for name in profile.editors]
        self.lives: list[Life] = []
        self.path = ""
        self.port = 0
        self.is_up = False
        self.is_flooding = False
        # Every session that an editor of this site ever had.
        self.sessions: dict[str, Editor] = {}

    @property
    def life(self) -> Life:
        return self.lives[-1]

    def start(self) -> None:
        log = self.place / f"server-{self.profile.name}-{len(self.lives)}.log"
        self.lives.append(Life(Child(f"server-{self.profile.name}", self.command, self.reports, log)))

    def send(self, editor: Editor, command: Command) -> None:
        self.life.waiting.append((editor, command.key))
        self.life.child.say(command.line(editor.address))

    def flood(self, editor: Editor, count: int, in_flight: int, size: int) -> None:
        """The line behind it tells whether the server took it."""
        self.is_flooding = True
        self.life.waiting += [(None, "flood"), (None, "editors")]
        self.life.child.say(f'@{editor.address or "nobody"} .flood {count} {in_flight} echo {{"text":"{"x" * size}"}}')
        self.life.child.say(".editors")

    def note(self, life: Life, report: Report) -> None:
        event = report["event"]
        if event == "listening":
            self.path = report["url"].partition("//")[2].partition("/")[2]
            self.path = f"/{self.path}" if self.path else ""
            for editor in self.editors:
                if editor.proxy is not None:
                    editor.proxy.target = report["port"]
            self.port = report["port"]
            self.is_up = True
        elif event == "acknowledged":
            editor = self._who(report)
            self.sessions[report["session_id"]] = editor
            editor.floods.is_new_connection = True
            editor.address = report.get("project_hash") or report["session_id"]
        elif event == "sent":
            self._done_until(life, report["tag"])
            life.sent += 1
            life.open[report["tag"]] = self._owner(report["tag"])
        elif event in ("answer", "lost"):
            self._note_end(life, report)
        elif event == "error":
            self._refused(life)
        elif event == "editors":
            self._done_until(life, "editors")
        elif event == "flood":
            self.is_flooding = False
            life.floods.append(report)
        elif event == "event" and report["name"] == "flood":
            # Sessions of one server differ; those of two may not (peer-1), but belong to the same editor.
            self.sessions[report["session_id"]].floods.arrived(report["data"]["n"])
        elif event == "stats":
            life.stats = report
        elif event in ("unmatched", "malformed", "no JSON"):
            # What a mirror was sent on one connection it may give back on the next.
            if not (self.profile.is_mirror and report.get("why") == "late"):
                life.unmatched.append(report)
        elif event == "gone" and report["reason"] == REPLACED:
            life.superseded.add(report["session_id"])

    @property
    def unmatched(self) -> list[Report]:
        """Answers without a command, of all lives."""
        return [report for life in self.lives for report in life.unmatched if not life.is_late_by_right(report)]

    def _who(self, acknowledged: Report) -> Editor:
        """By the path of its project, where there are several."""
        path = acknowledged.get("project_path") or ""
        return next((editor for editor in self.editors if path == f"/projects/{editor.name}/"), self.editors[0])

    def _owner(self, key: str) -> Editor:
        return next(editor for editor in self.editors if editor.commands.prefix == key[0])

    def _note_end(self, life: Life, report: Report) -> None:
        editor = life.open.pop(report["tag"], None) or self._owner(report["tag"])
        if report.get("why") == "superseded":
            life.superseded.add(report["session_id"])
        if report["event"] == "answer":
            life.ends["answered"] += 1
            editor.commands.answered(report)
        else:
            how = "timed_out" if report["why"] == "timed_out" else "lost"
            life.ends[how] += 1
            editor.commands.end(report["tag"], how)

    def _done_until(self, life: Life, what: str) -> None:
        """Lines are answered in order: what stands before this one had nothing to say."""
        while life.waiting and life.waiting.popleft()[1] != what:
            pass

    def _refused(self, life: Life) -> None:
        if not life.waiting:
            return
        editor, what = life.waiting.popleft()
        if editor is not None:
            editor.commands.end(what, "unsent")
        elif what == "flood":
            self.is_flooding = False

    def ended(self, life: Life) -> None:
        """The server of that life is gone: what it left open was given up, or nobody knows."""
        self.is_up = False
        self.is_flooding = False
        for key, editor in life.open.items():
            editor.commands.end(key, "abandoned")
        for editor, key in life.waiting:
            if editor is not None:
                editor.commands.end(key, "abandoned")
        life.open.clear()
        life.waiting.clear()
        for editor in self.editors:
            editor.address = None
