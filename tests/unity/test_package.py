"""What users install: its layout, its `.meta` files, the settings of its libraries, and the library in it, loaded."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT

import metas
import pack
import plugins

PACKAGE = ROOT / "unity"
LIBRARY = {"darwin": "libframewire.dylib", "win32": "framewire.dll"}.get(sys.platform, "libframewire.so")


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The archive unpacked, and the tree of the branch. Every platform has a library: this machine's stands in for others'."""
    output = tmp_path_factory.mktemp("package")
    library = Path(os.environ["FRAMEWIRE_LIBRARY"]) / LIBRARY
    archive = pack.build({platform: library for platform in plugins.PLATFORMS}, output)
    with tarfile.open(archive) as file:
        file.extractall(output / "unpacked", filter="data")
    return output / "unpacked" / "package", output / "upm"


def test_every_file_of_the_source_tree_has_its_meta():
    assert metas.troubles(PACKAGE) == []


def test_every_meta_names_the_importer_of_its_file():
    for path in metas.assets(PACKAGE):
        found, made = (text.split("\n", 2) for text in (metas.beside(PACKAGE, path).read_text(), metas.text(PACKAGE, path)))
        assert (found[0], found[2]) == (made[0], made[2]), path
    importers = {"Editor": "folderAsset: yes", "package.json": "PackageManifestImporter:", "README.md": "TextScriptImporter:"}
    importers |= {"Editor/Waker.cs": "MonoImporter:", "Runtime/Framewire.asmdef": "AssemblyDefinitionImporter:"}
    for name, importer_line in importers.items():
        assert importer_line in (PACKAGE / f"{name}.meta").read_text().splitlines(), name


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda tree: (tree / "Editor" / "EditorLink.cs.meta").unlink(), "Editor/EditorLink.cs has no .meta"),
        (lambda tree: (tree / "Editor" / "EditorLink.cs").unlink(), "Editor/EditorLink.cs.meta belongs to nothing"),
        (lambda tree: (tree / "Editor.meta").unlink(), "Editor has no .meta"),
        (
            lambda tree: shutil.copy(tree / "Editor" / "Waker.cs.meta", tree / "Editor" / "EditorLink.cs.meta"),
            "has the GUID of Editor/EditorLink.cs.meta",
        ),
    ],
)
def test_a_wrong_meta_is_found(wrong, words, tmp_path: Path):
    tree = tmp_path / "unity"
    shutil.copytree(PACKAGE, tree)
    wrong(tree)
    assert any(words in trouble for trouble in metas.troubles(tree)), metas.troubles(tree)


def test_guids_stay_what_they_are():
    # Scenes and assembly definitions of users refer to them.
    known = {"package.json": "e90e80a52f86ab3209b7c99f5cb610f0", "Runtime/Framewire.asmdef": "9e2b90db8bff62a51e7c9c563fcdd75d"}
    assert {path: metas.guid(path) for path in known} == known
    for path in metas.assets(PACKAGE):
        written = metas.GUID.search(metas.beside(PACKAGE, path).read_text())
        assert written[1] == metas.guid(path.as_posix()), path


def test_the_archive_is_the_tree_of_the_branch(packed: tuple[Path, Path]):
    archive, branch = packed
    assert files(archive) == files(branch)
    assert all((archive / name).read_bytes() == (branch / name).read_bytes() for name in files(archive))


def test_the_layout_is_that_of_a_package(packed: tuple[Path, Path]):
    tree, _ = packed
    top = {path.name for path in tree.iterdir() if path.suffix != ".meta"}
    assert top == {
        "CHANGELOG.md", "Documentation~", "Editor", "LICENSE.md", "README.md", "Runtime", "Samples~", "Tests",
        "Third Party Notices.md", "package.json",
    }  # fmt: skip
    manifest = json.loads((tree / "package.json").read_text())
    assert (manifest["name"], manifest["unity"]) == ("com.framewire.link", "2021.3")
    assert manifest["version"] == tomllib.loads((ROOT / "Cargo.toml").read_text())["package"]["version"]
    assert f"## [{manifest['version']}]" in (tree / "CHANGELOG.md").read_text()
    assert manifest["dependencies"] == {"com.unity.modules.imgui": "1.0.0"}, "a project may have left this module out"
    for sample in manifest["samples"]:
        assert list((tree / sample["path"]).glob("*.asmdef")), sample
    assert metas.troubles(tree) == [], "the libraries have theirs, too"


def test_assemblies_are_for_the_editor_and_refer_to_what_is_there(packed: tuple[Path, Path]):
    definitions = {}
    for path in packed[0].rglob("*.asmdef"):
        definition = json.loads(path.read_text())
        definitions[definition["name"]] = definition
    known = set(definitions) | {"UnityEngine.TestRunner", "UnityEditor.TestRunner"}
    for name, definition in definitions.items():
        assert definition["includePlatforms"] == ["Editor"], name
        assert set(definition["references"]) <= known, name
    assert definitions["Framewire"]["noEngineReferences"] and definitions["Framewire"]["references"] == []


@pytest.mark.parametrize("platform", plugins.PLATFORMS, ids=lambda platform: platform.key)
def test_a_library_is_imported_for_its_editor_alone(packed: tuple[Path, Path], platform: plugins.Platform):
    library = packed[0] / platform.shipped
    assert library.is_file()
    settings = importer(Path(f"{library}.meta").read_text())
    assert settings.pop("Editor: Editor") == (1, {"CPU": platform.cpu, "DefaultValueInitialized": "true", "OS": platform.system})
    assert settings["Any:"][0] == 0
    assert {"Standalone: Win", "Standalone: Win64", "Standalone: OSXUniversal", "Standalone: Linux64"} <= set(settings)
    assert [name for name, (enabled, _) in settings.items() if enabled] == [], "no player"
    systems = {"linux": "Linux", "macos": "OSX", "windows": "Windows"}
    cpus = {"x86_64": "x86_64", "arm64": "ARM64"}
    system, cpu = platform.key.split("-")
    assert (platform.system, platform.cpu) == (systems[system], cpus[cpu])


def test_libraries_are_not_kept_with_the_sources():
    tracked = subprocess.run(["git", "ls-files", "unity"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert not [path for path in tracked if re.search(r"\.(so|dylib|dll)(\.meta)?$", path)]


def test_the_same_files_make_the_same_archive(tmp_path: Path):
    library = Path(os.environ["FRAMEWIRE_LIBRARY"]) / LIBRARY
    archives = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        archives.append(pack.build({plugins.host(): library}, tmp_path / name))
    assert archives[0].read_bytes() == archives[1].read_bytes()


def test_the_packed_sources_and_library_work(packed: tuple[Path, Path], assemblies: Path, tmp_path: Path):
    """Runtime, editor part, tests and samples are compiled from the archive; its own tests load its own library."""
    tree, _ = packed
    for name, folder, references in (
        ("Framewire", "Runtime", []),
        ("Framewire.Editor", "Editor", ["Framewire"]),
        ("Framewire.Editor.PackageTests", "Tests", ["Framewire", "Framewire.Editor"]),
        ("MinimalTool", "Samples~/MinimalTool", ["Framewire", "Framewire.Editor"]),
        ("UnityMcpClient", "Samples~/UnityMcpClient", ["Framewire", "Framewire.Editor"]),
    ):
        compile_library(tmp_path / f"{name}.dll", tree / folder, [tmp_path / f"{each}.dll" for each in references], assemblies)
    runner = tmp_path / "Run.cs"
    runner.write_text(
        "static class Run { static void Main() { var tests = new Framewire.Editor.PackageTests.InstallTests();"
        " tests.TheLibraryIsLoaded(); tests.ALinkOpensAndCloses();"
        ' if (System.IO.File.Exists("/proc/self/maps")) System.Console.WriteLine(System.IO.File.ReadAllText("/proc/self/maps")); } }'
    )
    shutil.copy(assemblies / "UnityStubs.dll", tmp_path)
    built = ["mcs", f"-out:{tmp_path / 'Run.exe'}", f"-lib:{tmp_path}", "-r:Framewire.Editor.PackageTests.dll", str(runner)]
    subprocess.run(built, check=True, timeout=120)
    place = (tree / plugins.host().shipped).parent
    environment = {key: value for key, value in os.environ.items() if key != "FRAMEWIRE_LIBRARY"}
    environment |= {"LD_LIBRARY_PATH": str(place), "DYLD_LIBRARY_PATH": str(place)}
    done = subprocess.run(["mono", str(tmp_path / "Run.exe")], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    if sys.platform != "linux":
        return  # It was found in the one place that was named; only here can the process be asked.
    loaded = {line.split()[-1] for line in done.stdout.splitlines() if line.endswith(LIBRARY)}
    assert loaded == {str(place / LIBRARY)}, "the packed library, and no other"


def compile_library(target: Path, sources: Path, references: list[Path], assemblies: Path) -> None:
    command = ["mcs", "-langversion:Experimental", "-unsafe", "-warnaserror", "-target:library", f"-out:{target}"]
    command += [f"-r:{path}" for path in [assemblies / "UnityStubs.dll", *references]]
    if target.name == "Framewire.dll":
        command.append("-define:FRAMEWIRE_SPAN")
    done = subprocess.run([*command, *map(str, sorted(sources.rglob("*.cs")))], capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr


def importer(meta: str) -> dict[str, tuple[int, dict[str, str]]]:
    """The entries of `platformData`: whether each is on, and its settings."""
    entries = {}
    for entry in meta.split("  - first:\n")[1:]:
        name, rest = entry.split("\n    second:\n")
        settings = dict(re.findall(r"^        ([\w ]+): (.*)$", rest, re.MULTILINE))
        entries[name.strip()] = (int(re.search(r"enabled: (\d)", rest)[1]), settings)
    return entries


def files(tree: Path) -> set[str]:
    return {path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file()}
