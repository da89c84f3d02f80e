"""What the tests of the addon share: plugins for their projects, and the code of the guide."""

from __future__ import annotations

from runner.builds import REPOSITORY
from runner.project import Project

README = REPOSITORY / "godot" / "README.md"

PLUGIN_CFG = """\
[plugin]

name="{name}"
description=""
author=""
version="1"
script="plugin.gd"
"""


def add_plugin(project: Project, name: str, script: str) -> None:
    """Writes a plugin of that script into the project, switched on."""
    project.write(f"addons/{name}/plugin.cfg", PLUGIN_CFG.format(name=name))
    project.write(f"addons/{name}/plugin.gd", script)
    project.enable_plugin(name)


def block(language: str, index: int = 0) -> str:
    """A code block of the guide, by its language and its place among those."""
    parts = README.read_text(encoding="utf-8").split(f"```{language}\n")[1:]
    return parts[index].partition("```")[0]
