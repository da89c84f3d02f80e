"""Where the projects of a test session lie, and the one that an editor has seen before all others."""

from __future__ import annotations

import tempfile
from pathlib import Path

from .engine import engine
from .project import Project


class Scratch:
    """The directory of one test session."""

    def __init__(self, directory: Path | None) -> None:
        self.directory = directory or Path(tempfile.mkdtemp(prefix="framewire-godot-"))
        self._template: Project | None = None

    def place(self, name: str) -> Path:
        """A directory of that name that nobody has used."""
        number = 0
        while (place := self.directory / (f"{name}-{number}" if number else name)).exists():
            number += 1
        place.mkdir(parents=True)
        return place

    def prime(self, project: Project) -> None:
        """Gives a project what a first run of the editor leaves, so that its own first run is none. One such run
        serves the whole session."""
        if self._template is None:
            template = Project(self.place("primed"))
            template.add_addon()
            template.add_extension()
            engine().prime(template)
            self._template = template
        project.take_over(self._template)
