"""What the documents of the package show is what compiles, and what answers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT

from harness.host import Host
from harness.wait import until

DOCUMENTS = ["README.md", "unity/README.md", "unity/Documentation~/index.md"]
BLOCK = re.compile(r"^```csharp\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(document: str) -> list[str]:
    return BLOCK.findall((ROOT / document).read_text(encoding="utf-8"))


def compile_block(text: str, target: Path, assemblies: Path) -> None:
    source = target.with_suffix(".cs")
    source.write_text(text, encoding="utf-8")
    command = ["mcs", "-langversion:Experimental", "-warnaserror", "-target:library", f"-out:{target}", f"-lib:{assemblies}"]
    command += ["-r:Framewire.dll", "-r:Framewire.Editor.dll", "-r:UnityStubs.dll", str(source)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_examples_compile(document: str, tmp_path: Path, assemblies: Path):
    found = blocks(document)
    assert found
    for number, text in enumerate(found):
        compile_block(text, tmp_path / f"Example{number}.dll", assemblies)


def test_the_first_example_answers_its_first_call(tmp_path: Path, assemblies: Path, editor: Callable[[Path, list[str]], Host]):
    example = blocks("unity/README.md")[0]
    assert len([line for line in example.splitlines() if line.strip()]) <= 10
    compile_block(example, tmp_path / "MyTools.dll", assemblies)
    serve = [os.environ["FRAMEWIRE_SERVER"], "serve", "--profile", "json-rpc", "--json", "--stay", "--port", "0"]
    with subprocess.Popen(serve, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        try:
            url = json.loads(server.stdout.readline())["url"]
            (tmp_path / "Assets").mkdir()
            (tmp_path / "UserSettings").mkdir()
            (tmp_path / "UserSettings" / "Framewire.txt").write_text(f"url.my-tools = {url}\n")
            host = editor(tmp_path / "Assets", ["Framewire.Editor.dll", str(tmp_path / "MyTools.dll")])
            host.say("load")
            host.wait("loaded")
            until(lambda: json.loads(server.stdout.readline())["event"] == "acknowledged", "the server to know the editor")
            server.stdin.write("hello {}\n")
            server.stdin.flush()
            while (report := json.loads(server.stdout.readline()))["event"] != "answer":
                pass
            assert report["data"] == {"greeting": "Hello from the editor"}
        finally:
            server.kill()


def test_the_notices_are_up_to_date():
    command = [sys.executable, "godot/package/notices.py", "--check", "--package", "framewire", "--features", "capi,tls"]
    command += ["--product", "The native library of Framewire for Unity", "unity/Third Party Notices.md"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
