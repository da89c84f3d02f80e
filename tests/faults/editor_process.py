"""The process of the editors: orders come as lines of JSON, and an editor runs frames between them.

    {"do": "open", "config": {...}}      another link
    {"do": "flood", "count": N, "bytes": B}, {"do": "calls", "count": N}, {"do": "reload", "kind": K, "seconds": S}
    {"do": "stall", "seconds": S}        no frame meanwhile
    {"do": "look"}                       tells whether it is quiet, and what it is doing
    {"do": "close"}                      closes the link and hands over the log

Nothing else is ever written on its standard output, and nothing at all on its standard error.
"""

from __future__ import annotations

import gc
import json
import os
import select
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "punie"))

from editor import Editor  # noqa: E402
from meter import check_meter  # noqa: E402

FRAME_SECONDS = 0.002


def obey(editor: Editor | None, order: dict[str, Any]) -> Editor | None:
    match order["do"]:
        case "open":
            gc.collect()
            editor = Editor(order["config"])
            tell({})
        case "flood":
            editor.flood, editor.flood_bytes = editor.flood + order["count"], order["bytes"]
        case "calls":
            editor.calls_wanted += order["count"]
        case "reload":
            editor.reload = (order["kind"], order["seconds"])
        case "stall":
            time.sleep(order["seconds"])
        case "look":
            state = editor.state()
            told = {"quiet": editor.is_quiet, "phase": state.phase, "generation": state.generation}
            told |= {"reloads": len(editor.log.reloads), "flood": editor.flood, "unsent": len(editor.unsent)}
            # What it was told on this connection, and what was dropped of such.
            told["told"] = len(editor.log.told.get(state.generation, ())) + editor.log.told_dropped
            # Each dial comes to one of these.
            told["dials"] = editor.log.count("OPENED") + editor.log.count("CONNECT_FAILED") + editor.log.skipped
            tell(told)
        case "close":
            tell(editor.close().plain())
            editor = None
    return editor


def tell(report: dict[str, Any]) -> None:
    data = memoryview(json.dumps(report).encode() + b"\n")
    while data:
        data = data[os.write(1, data) :]


def main() -> None:
    check_meter()
    # What remains is the library's and the editors' own.
    gc.freeze()
    editor: Editor | None = None
    pending = b""
    while True:
        readable, _, _ = select.select([0], [], [], FRAME_SECONDS if editor else None)
        if readable:
            data = os.read(0, 1 << 16)
            if not data:
                return
            *lines, pending = (pending + data).split(b"\n")
            for line in lines:
                editor = obey(editor, json.loads(line))
        if editor is not None:
            editor.run_frame()


if __name__ == "__main__":
    main()
