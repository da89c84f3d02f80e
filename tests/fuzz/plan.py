"""The fuzz targets: what each one reads, and which line of the report it counts for."""

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PLACE = ROOT / "target" / "fuzz"
CORPUS = HERE / "corpus"
WORDS = HERE / "words.dict"


@dataclass(frozen=True)
class Target:
    name: str
    group: str
    # Longest input, bytes.
    longest: int = 2048
    # Whether its inputs are texts, to which the dictionary belongs.
    is_text: bool = True


@dataclass(frozen=True)
class Group:
    promise: str
    attack: str


GROUPS = {
    "session": Group(
        "P1 to P5, P7, as far as the pure session knows them",
        "arbitrary orders, messages, times and answers into the session; books kept apart from it",
    ),
    "peer": Group(
        "Any garbage of a peer is bounded, and what goes back is JSON",
        "arbitrary messages to each profile's decoder, held against a plain reader of JSON",
    ),
    "files": Group(
        "State files, hellos, records and configurations are survived",
        "arbitrary texts and numbers, held against a plain reader of JSON",
    ),
    "json": Group(
        "JSON Pointer, attachments and the editor's values are exact",
        "arbitrary texts, held against serde_json and plain splicing",
    ),
    "ffi": Group(
        "No call of the C interface crashes, whatever its arguments",
        "arbitrary calls on handles that live, are dead or forged; memory exactly as long as said",
    ),
}

TARGETS = [
    Target("session", "session", 1024, is_text=False),
    Target("ffi", "ffi", 512, is_text=False),
    Target("raw", "peer"),
    Target("godot_ai_1", "peer"),
    Target("godot_ai_2", "peer"),
    Target("json_rpc", "peer"),
    Target("unity_mcp", "peer"),
    Target("state_file", "files"),
    Target("config", "files"),
    Target("pointer", "json"),
    Target("attachment", "json"),
    Target("godot_values", "json"),
]

# A fault that must be found, or the others would find nothing either.
CANARY = Target("canary", "", 64, is_text=False)
