"""The profiles that run side by side, and how the programs are started in each."""

from dataclasses import dataclass, field

# Silence costs a connection sooner than by default, or a soak of minutes would see little of it. A machine under load
# must not take part in that, nor faults that may not cost a connection and come one after another: 5 s of a stopped
# server, 5 s of a stalled network, and the time until the next ping.
HEARTBEAT_MS = (3_000, 25_000)
PONG_TIMEOUT = 30
# Only a connection that hangs uses them up: each close must be clean, however late a busy machine lets the answer come.
CLOSE_TIMEOUT_MS = LINGER_MS = 20_000
HOLD_MS = 2_000
DELAYS_MS = "100,200,400,800,1500"
# Beyond any wait of these runs: a command that the server gives up has been forgotten.
COMMAND_TIMEOUT = 200
# Longer answers are compared by their length.
MAX_PRINT = 300_000


@dataclass(frozen=True)
class Profile:
    name: str
    # The kind of server, and of link.
    server: str
    link: str
    editors: list[str]
    options: list[str] = field(default_factory=list)
    # What the editor's own words can be: notifications, calls.
    has_notifications: bool = True
    has_calls: bool = False
    is_mirror: bool = False
    # The codes of refusals: the command has not run and never will.
    busy: frozenset[str] = frozenset()
    # ... and of answers to commands that have run, or whose domain went while they did.
    after_run: frozenset[str] = frozenset()


PROFILES = [
    Profile(
        "godot-ai",
        "godot-ai",
        "godot_ai",
        ["ada", "bell"],
        ["--protocol", "1"],
        busy=frozenset({"EDITOR_NOT_READY"}),
        after_run=frozenset({"INTERRUPTED", "INTERNAL_ERROR"}),
    ),
    Profile(
        "json-rpc",
        "json-rpc",
        "json_rpc",
        ["cray"],
        has_calls=True,
        busy=frozenset({"-32013"}),
        after_run=frozenset({"-32000", "-32011"}),
    ),
    Profile(
        "unity-mcp",
        "unity-mcp",
        "unity_mcp",
        ["dijkstra"],
        ["--hello", '{"project_hash": "0a1b2c3d4e5f6071", "project_name": "soak"}'],
        has_notifications=False,
        busy=frozenset({"editor_busy"}),
        after_run=frozenset({"INTERRUPTED", "answer_too_large"}),
    ),
    Profile("raw", "json-rpc", "raw", ["euler"], ["--echo"], is_mirror=True),
]


def server_command(serve: str, profile: Profile) -> list[str]:
    command = [serve, "serve", "--json", "--stay", "--profile", profile.server, "--port", "0"]
    command += ["--command-timeout", str(COMMAND_TIMEOUT), "--max-print", str(MAX_PRINT)]
    command += ["--ping-interval", "5", "--pong-timeout", str(PONG_TIMEOUT)]
    return command + ["--json-pong-timeout", str(PONG_TIMEOUT)]
