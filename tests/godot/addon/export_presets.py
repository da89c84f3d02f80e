"""Export presets for the tests."""

from __future__ import annotations

from runner.project import Project

PRESET = """\
[preset.{number}]

name="{name}"
platform="{name}"
runnable=true
custom_features=""
export_filter="all_resources"
include_filter="{include}"
exclude_filter="{exclude}"
export_path="out/{name}"

[preset.{number}.options]

custom_template/debug=""
variant/extensions_support=false
"""


def write_presets(project: Project, exclude: str = "", include: str = "") -> None:
    """Gives the project presets for Linux and Web."""
    texts = [
        PRESET.format(number=number, name=name, exclude=exclude, include=include)
        for number, name in enumerate(("Linux", "Web"))
    ]
    project.write("export_presets.cfg", "\n".join(texts))
