"""Run as the first process of new mount and process namespaces: builds a file system and starts a program in it.

    sandbox.py ROOT SHOWN... -- PROGRAM ARGUMENTS...

The file system is that of ROOT, with /proc, /dev and an empty /tmp; each directory SHOWN has the path that it has
outside. The program ends with the status that this process ends with; a signal is 128 and its number.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

NEW = Path("/mnt")


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


def show(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    mount("--rbind", str(source), str(target))


def build(root: Path, shown: list[Path]) -> None:
    mount("-t", "tmpfs", "tmpfs", str(NEW))
    for name in ("usr", "etc", "var"):
        show(root / name, NEW / name)
    for name in ("bin", "sbin", "lib", "lib64"):
        if (root / name).is_symlink():
            (NEW / name).symlink_to((root / name).readlink())
    show(Path("/dev"), NEW / "dev")
    (NEW / "proc").mkdir()
    mount("-t", "proc", "proc", str(NEW / "proc"))
    (NEW / "tmp").mkdir(mode=0o1777)
    for directory in shown:
        show(directory, NEW / directory.relative_to("/"))


def main(arguments: list[str]) -> int:
    split = arguments.index("--")
    root, *shown = (Path(each).resolve() for each in arguments[:split])
    program = arguments[split + 1 :]
    build(root, shown)
    child = os.fork()
    if child == 0:
        os.chroot(NEW)
        os.chdir("/")
        os.execv(program[0], program)
    # Whoever loses its parent in here becomes a child of this process; none of them may be left unwaited.
    while True:
        ended, status = os.wait()
        if ended == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
