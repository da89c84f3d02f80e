"""The runner itself: what must fail does, what a log tells is found, and nothing outlives its time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import mirrors
from runner import descendants
from runner.cases import END, CaseFile
from runner.engine import Engine
from runner.log import Allowance, problems
from runner.project import Project

HERE = Path(__file__).resolve().parent

FAILURES = {
    "test_check": "failing.gd:11: it is false",
    "test_equal_minds_types": "found 1 (int), expected 1.0 (float)",
    "test_script_error_before_an_await": "SCRIPT ERROR: Cannot call method 'call' on a null value",
    "test_script_error_behind_an_await": "SCRIPT ERROR: Cannot call method 'call' on a null value",
    "test_never_ends": "it was not over after 3.0 s",
    "test_engine_error": "ERROR: nobody expects it",
    "test_expected_error_that_is_missing": "expected 1 x 'missing' in the log, found 0",
    "test_orphan": "1 nodes were left outside of the tree",
    "test_crash": "it did not come to its end",
    END: "the engine ended with",
}


def test_what_must_fail_does(new_project: Callable[..., Project]) -> None:
    cases = CaseFile(HERE / "failing.gd")
    project = new_project(is_primed=False)
    cases.fill(project)
    results = cases.run(project, cases.tests)
    assert {*results} == {*cases.tests, END}
    for name, result in results.items():
        said = "\n".join(result.failures)
        assert FAILURES.get(name, "") in said and bool(said) == (name in FAILURES), f"{name}: {said}"
    assert results["test_skip"].skipped == "for a reason"


LOG = """\
Godot Engine v4.6
WARNING: ObjectDB instances leaked at exit (run with --verbose for details).
     at: cleanup (core/object/object.cpp:2570)
ERROR: 3 resources still in use at exit (run with --verbose for details).
   at: clear (core/io/resource.cpp:810)
all is well
thread '<unnamed>' panicked at src/lib.rs:1:1:
SCRIPT ERROR: Parse Error: Identifier "x" not declared in the current scope.
          at: GDScript::reload (res://t.gd:3)
"""


def test_problems_are_found_in_a_log() -> None:
    found = problems(LOG.splitlines())
    assert [entry.split()[0] for entry in found] == ["WARNING:", "ERROR:", "thread", "SCRIPT"]
    assert "object.cpp:2570" in found[0]


def test_an_allowance_allows_its_own_only() -> None:
    left = problems(LOG.splitlines(), ["ObjectDB instances leaked", Allowance("object.cpp"), Allowance("Parse Error", 2)])
    assert [entry.split()[0] for entry in left[:2]] == ["ERROR:", "thread"]
    assert left[2].startswith("expected 2 x")


def test_a_run_that_hangs_is_ended_with_all_it_started(engine: Engine, project: Project) -> None:
    project.write(
        "hang.gd",
        "extends SceneTree\n\n\nfunc _initialize() -> void:\n"
        '\tprint("started ", OS.create_process("/bin/sleep", ["600"]))\n',
    )
    running = engine.start(project, "--script", "res://hang.gd")
    sleeper = int(running.wait_for("started ")[0].split()[1])
    run = running.wait(0.5)
    assert run.status is None and "taking too long" in run.describe()
    assert descendants.is_zombie(sleeper)


def test_a_missing_extension_is_an_error(engine: Engine, project: Project) -> None:
    (project.root / "addons/framewire/bin/libframewire_godot.so").unlink()
    project.write("quit.gd", "extends SceneTree\n\n\nfunc _initialize() -> void:\n\tquit()\n")
    run = engine.script(project, "res://quit.gd")
    with pytest.raises(AssertionError, match="ERROR"):
        run.check()


def test_mirrors_are_those_of_debian_alone() -> None:
    named = "http://a/debian/\tDebian\tDebian\tbookworm\nhttp://a/security\tDebian\tDebian-Security\tbookworm-security\n"
    assert mirrors.chosen_from(named) == ["http://a/debian"]
    unnamed = "https://x/apt\t\t\tcloud\nhttp://b/debian/\t\t\ttrixie\nhttp://b/debian/\t\t\ttrixie-updates\n"
    assert mirrors.chosen_from(unnamed) == ["http://b/debian"]
    assert mirrors.chosen_from("") == []
