"""The extension is unloaded and loaded again in a living editor: no link survives, and every thread is joined."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import editors
from runner import builds
from runner.engine import Engine
from runner.project import Project
from runner.running import Running
from runner.server import ServeProcess

ERR_UNCONFIGURED = 3
SECONDS = 60.0


def reloading_editor(engine: Engine, project: Project, server: ServeProcess, reloads: int) -> Running:
    editors.prepare(project, "driver")
    return editors.start(engine, project, server, FRAMEWIRE_STEPS="res://steps/reload.gd", FRAMEWIRE_RELOADS=str(reloads))


def one_reload(editor: Running, server: ServeProcess, number: int) -> None:
    """Gives the editor requests that it keeps open, awaits the reload that these set off, and judges it."""
    server.wait("acknowledged", count=number + 1, seconds=SECONDS)
    for tag in range(3):
        server.call("never", tag=[number, tag])
    editor.wait_for("reloaded ", count=number + 1, seconds=SECONDS)
    assert f"reloaded {number} true" in editor.lines, editor.describe()
    left = editors.threads(editor)
    editor.wait_for("old object", count=number + 1)
    assert left == [], f"threads of the library behind the reload: {left}\n{editor.describe()}"

    gone = server.wait("gone", count=number + 1)[number]
    assert (gone["code"], gone["clean"], gone["lost"]) == (1001, True, 0), server.describe()
    for tag in range(3):
        answer = server.wait("answer", tag=[number, tag])[0]
        # The handler ran, and what it did nobody knows. "importing" is this profile's word for an editor that reloads.
        assert (answer["status"], answer["readiness"]) == ("error", "importing"), answer
        assert answer["error"]["code"] == "TRANSPORT_OUTCOME_UNKNOWN", answer
    told = editor.project.home / "data" / "godot" / "app_userdata" / "framewire test" / "told.txt"
    told.parent.mkdir(parents=True, exist_ok=True)
    told.write_text(f"go on {number}\n")


def finish(editor: Running, server: ServeProcess, reloads: int) -> list[str]:
    server.wait("acknowledged", count=reloads + 1, seconds=SECONDS)
    for tag in range(3):
        server.call("echo", {"a": tag}, tag=["last", tag])
    editor.wait(SECONDS).check()
    assert [answer["status"] for answer in server.wait("answer", count=3, status="ok")] == ["ok"] * 3
    assert server.wait("gone", count=reloads + 1)[-1]["code"] == 1000
    old = editors.words_behind(editor.lines, "old object")
    assert old == [f"{ERR_UNCONFIGURED} false {ERR_UNCONFIGURED}"] * reloads
    return editors.words_behind(editor.lines, "build")


def test_no_link_survives_a_reload(
    engine: Engine, new_project: Callable[..., Project], server: ServeProcess, profile: str
) -> None:
    project = new_project()
    project.add_extension(builds.library(profile), reloadable=True)
    editor = reloading_editor(engine, project, server, reloads=3)
    for number in range(3):
        one_reload(editor, server, number)
    finish(editor, server, reloads=3)


def test_a_build_that_was_swapped_in(engine: Engine, new_project: Callable[..., Project], server: ServeProcess) -> None:
    """What a rename brings under the same name. Thread-locals of Rust keep a library mapped, and then the system hands
    out the old code again: reload_extension says OK, and only a new object's word tells which build runs. Either is
    allowed here, as long as all works on; a version of its own in the file's name is what always brings the new code."""
    project = new_project()
    project.add_extension(reloadable=True)
    editor = reloading_editor(engine, project, server, reloads=1)
    server.wait("acknowledged", seconds=SECONDS)
    library = editors.library_of(project)
    editors.other_build(builds.library(), library.with_suffix(".new")).rename(library)
    one_reload(editor, server, 0)
    first, second = finish(editor, server, reloads=1)
    assert first == editors.BUILD
    assert second in (editors.BUILD, editors.OTHER_BUILD)
    print(f"after the swap {'the old' if second == first else 'the new'} build runs")


def test_a_build_under_a_name_of_its_own(engine: Engine, new_project: Callable[..., Project], server: ServeProcess) -> None:
    project = new_project()
    project.add_extension(reloadable=True)
    editor = reloading_editor(engine, project, server, reloads=1)
    server.wait("acknowledged", seconds=SECONDS)
    library = editors.library_of(project)
    editors.other_build(builds.library(), library.with_name("libframewire_godot.2.so"))
    description = project.root / "addons/framewire/framewire.gdextension"
    described = description.read_text().replace("libframewire_godot.so", "libframewire_godot.2.so")
    fresh = description.with_suffix(".new")
    fresh.write_text(described)
    shutil.move(fresh, description)
    one_reload(editor, server, 0)
    assert finish(editor, server, reloads=1) == [editors.BUILD, editors.OTHER_BUILD]
