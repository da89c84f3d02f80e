"""Makes a file system with Debian's Godot under target/godot/, without root rights and without installing anything.

    python tests/godot/engine_root.py            the headless engine
    python tests/godot/engine_root.py display    the engine with an X server and a software renderer

apt fetches the packages and all they depend on, with lists, state and cache of its own, and checks their signatures;
dpkg-deb unpacks them side by side. No package is configured: an engine needs its files only. It takes half a minute.

FRAMEWIRE_GODOT_ROOT      such a file system that is there already
FRAMEWIRE_DEBIAN_MIRROR   the mirror to fetch from; otherwise that of this machine's apt, then deb.debian.org
"""

from __future__ import annotations

import concurrent.futures
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from mirrors import mirrors

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent / "target" / "godot"
# The first release of Debian that has Godot 4.6.
SUITE = "forky"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# The engine asks a shell where the user's folders are, and reads the certificates of the system.
HEADLESS = ["base-files", "ca-certificates", "dash", "godot"]
PACKAGES = {
    "headless": HEADLESS,
    "display": [*HEADLESS, "coreutils", "xvfb", "libgl1", "libglx-mesa0", "libegl1"],
}
NEEDED = {"headless": "usr/bin/godot", "display": "usr/bin/Xvfb"}
STAMP = "framewire-root.sha256"
TOOLS = {"apt-get": "apt", "dpkg-deb": "dpkg"}

APT_SETTINGS = """\
Dir::State "{place}/state";
Dir::State::status "{place}/status";
Dir::Cache "{place}/cache";
Dir::Etc::SourceList "{place}/debian.sources";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
APT::Install-Recommends "false";
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::http::Timeout "30";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::IndexTargets::deb::DEP-11-icons::DefaultEnabled "false";
"""

SOURCES = """\
Types: deb
URIs: {mirror}
Suites: {suite}
Components: main
Signed-By: {keyring}
"""


class RootError(Exception):
    """There is no root and none can be made; the text says what to do."""


def root(kind: str = "headless") -> Path:
    """The file system of that kind: the one given, or the one under target/, which is made if need be."""
    if given := os.environ.get("FRAMEWIRE_GODOT_ROOT"):
        place = Path(given).resolve()
        if (place / NEEDED[kind]).exists():
            return place
        if kind == "headless":
            raise RootError(f"FRAMEWIRE_GODOT_ROOT names {given}, where there is no {NEEDED[kind]}")
    place = ROOT / kind
    wanted = fingerprint(kind)
    if not is_current(place, wanted):
        check_tools()
        ROOT.mkdir(parents=True, exist_ok=True)
        with locked(ROOT / f"{kind}.lock"):
            if not is_current(place, wanted):
                make(place, kind, wanted)
    return place


def fingerprint(kind: str) -> str:
    return hashlib.sha256(" ".join([SUITE, *PACKAGES[kind]]).encode()).hexdigest()


def is_current(place: Path, wanted: str) -> bool:
    try:
        return (place / STAMP).read_text() == wanted
    except OSError:
        return False


def check_tools() -> None:
    missing = [package for tool, package in TOOLS.items() if shutil.which(tool) is None]
    if not KEYRING.exists():
        missing.append("debian-archive-keyring")
    if missing:
        raise RootError(
            f"Debian's Godot cannot be fetched here without {', '.join(missing)}; install that, "
            "set FRAMEWIRE_GODOT_ROOT to a file system that has it, or GODOT to an engine"
        )


def make(place: Path, kind: str, wanted: str) -> None:
    """Makes the root beside its place and moves it there whole, so that a run that is cut short leaves none."""
    work = place.with_name(f"{place.name}.new")
    prepare(work)
    whole = work / "root"
    fetch(work, PACKAGES[kind])
    unpack(sorted((work / "cache/archives").glob("*.deb")), whole)
    if not (whole / NEEDED[kind]).exists():
        raise RootError(f"the packages {', '.join(PACKAGES[kind])} brought no {NEEDED[kind]}")
    gather_certificates(whole)
    (whole / STAMP).write_text(wanted)
    shutil.rmtree(place, ignore_errors=True)
    whole.rename(place)
    shutil.rmtree(work, ignore_errors=True)


def prepare(work: Path) -> None:
    """Makes a place for lists, state and cache of apt, apart from the system's."""
    shutil.rmtree(work, ignore_errors=True)
    for directory in ("state/lists/partial", "cache/archives/partial", "root"):
        (work / directory).mkdir(parents=True)
    (work / "status").touch()
    (work / "apt.conf").write_text(APT_SETTINGS.format(place=work))


def fetch(work: Path, packages: list[str], what: str = "Godot") -> None:
    """Downloads the packages, and what they depend on, from the first mirror that has them."""
    complaints = []
    for mirror in mirrors():
        sources = SOURCES.format(mirror=mirror, suite=SUITE, keyring=KEYRING)
        (work / "debian.sources").write_text(sources)
        try:
            apt(work, "update", "--error-on=any")
            apt(work, "install", "--download-only", "--yes", *packages)
            return
        except RootError as error:
            complaints.append(f"{mirror}: {error}")
    raise RootError(
        f"Debian's {what} cannot be fetched; connect, or set FRAMEWIRE_DEBIAN_MIRROR to a mirror that has {SUITE}\n"
        + "\n".join(complaints)
    )


def apt(work: Path, *arguments: str) -> None:
    environment = os.environ | {"APT_CONFIG": str(work / "apt.conf"), "LC_ALL": "C"}
    done = subprocess.run(["apt-get", "-q", *arguments], capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        raise RootError("apt says:\n" + "\n".join((done.stdout + done.stderr).strip().splitlines()[-6:]))


def unpack(archives: list[Path], into: Path) -> None:
    # First the one that brings the links /bin, /lib and so on, which the others write through.
    first = [archive for archive in archives if archive.name.startswith("base-files_")]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for batch in (first, [archive for archive in archives if archive not in first]):
            list(pool.map(lambda archive: unpack_one(archive, into), batch))


def unpack_one(archive: Path, into: Path) -> None:
    done = subprocess.run(["dpkg-deb", "--extract", str(archive), str(into)], capture_output=True, text=True)
    if done.returncode != 0:
        raise RootError(f"{archive.name} cannot be unpacked: {done.stderr.strip()}")


def gather_certificates(whole: Path) -> None:
    """What the package of the certificates would do when it is configured."""
    bundle = whole / "etc/ssl/certs/ca-certificates.crt"
    bundle.parent.mkdir(parents=True, exist_ok=True)
    parts = sorted((whole / "usr/share/ca-certificates").rglob("*.crt"))
    bundle.write_bytes(b"".join(part.read_bytes() for part in parts))


def locked(path: Path):
    """A lock that keeps two runs apart; the one of the other suites' environments."""
    sys.path.insert(0, str(HERE.parent / "peers"))
    import provision

    return provision.locked(path)


def main(kinds: list[str]) -> int:
    unknown = [kind for kind in kinds if kind not in PACKAGES]
    if unknown:
        print(f"no such root: {', '.join(unknown)}; there are {', '.join(PACKAGES)}", file=sys.stderr)
        return 2
    for kind in kinds or ["headless"]:
        try:
            print(root(kind))
        except RootError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
