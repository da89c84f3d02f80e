"""The first run of an editor on a project, beside an extension of one empty class."""

from __future__ import annotations

from collections.abc import Callable

from runner import builds
from runner.engine import Engine
from runner.log import problems
from runner.project import Project
from runner.running import Run

CONTROL = builds.REPOSITORY / "target" / "debug" / "examples" / "libcontrol.so"


def first_run(engine: Engine, project: Project, frames: int) -> Run:
    # No list of extensions: the editor finds them itself, as in a project that was just checked out.
    (project.root / ".godot" / "extension_list.cfg").unlink()
    (project.root / ".godot").rmdir()
    return engine.run(project, "--editor", "--quit-after", str(frames), seconds=300)


def projects(new_project: Callable[..., Project]) -> tuple[Project, Project]:
    ours, control = (new_project(extension=False, addon=False, is_primed=False) for _ in range(2))
    ours.add_extension()
    control.add_extension(builds.present(CONTROL, "run `make godot-debug`"))
    return ours, control


def test_a_cold_run_that_quits_early_ends_as_with_any_extension(
    engine: Engine, new_project: Callable[..., Project]
) -> None:
    """With every extension that registers a class the engine itself may fail here; this one must add nothing."""
    # How the engine fails depends on where its scan is when it quits: the two may differ by chance.
    for _ in range(3):
        ours, control = (first_run(engine, project, frames=2) for project in projects(new_project))
        allowed = len(problems(control.lines)) if control.status != 0 else 0
        if ours.status in (0, control.status) and len(problems(ours.lines)) <= allowed:
            return
    raise AssertionError(f"{ours.describe(problems(ours.lines))}\nand the control: {control.describe()}")


def test_the_run_after_a_cold_one_is_clean(engine: Engine, new_project: Callable[..., Project]) -> None:
    ours, _ = projects(new_project)
    first_run(engine, ours, frames=400).check()
    engine.run(ours, "--editor", "--quit-after", "2").check()
