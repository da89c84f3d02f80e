"""The pure layers as a crate of their own: session, protocol and readiness, with the tests that need nothing else.

A mutant of it builds in seconds, which is what makes thousands of them affordable.
"""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ["session", "protocol", "readiness"]
TESTS = ["session_table", "session_pair"]

LIBRARY = "//! The pure layers alone.\n" + "".join(f"#[allow(missing_docs)]\npub mod {layer};\n" for layer in LAYERS)
LIBRARY += "mod sync;\n"

# What a mutant makes spin, or grow, ends by these; the tests alone take some seconds and megabytes.
PROCESSOR_S = 30
MEMORY_BYTES = 6 << 30

RUNNER = f"""\
[target.'cfg(all())']
runner = ["prlimit", "--cpu={PROCESSOR_S}", "--as={MEMORY_BYTES}"]
"""

# Their warnings are another check's; a mutant must not fail for one.
LINTS = "\n[lints.rust]\nwarnings = \"allow\"\n"


def write_crate(place: Path) -> None:
    """Writes the crate to `place` anew; what cargo built there stays."""
    for old in ("src", "tests", ".cargo", "Cargo.toml", "Cargo.lock"):
        remove(place / old)
    place.mkdir(parents=True, exist_ok=True)
    (place / "Cargo.toml").write_text(manifest(), encoding="utf-8")
    shutil.copy(ROOT / "Cargo.lock", place)
    for layer in LAYERS:
        shutil.copytree(ROOT / "src" / layer, place / "src" / layer)
    shutil.copy(ROOT / "src" / "sync.rs", place / "src")
    (place / "src" / "lib.rs").write_text(LIBRARY, encoding="utf-8")
    if shutil.which("prlimit"):
        (place / ".cargo").mkdir()
        (place / ".cargo" / "config.toml").write_text(RUNNER, encoding="utf-8")
    for test in TESTS:
        (place / "tests").mkdir(exist_ok=True)
        shutil.copy(ROOT / "tests" / f"{test}.rs", place / "tests")
        shutil.copytree(ROOT / "tests" / test, place / "tests" / test)


def manifest() -> str:
    """The library's own dependencies, without those of the layers above."""
    text = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
    dependencies = re.search(r"^\[dependencies\]\n(.*?)\n\n", text, re.M | re.S)
    development = re.search(r"^\[dev-dependencies\]\n(.*?)\n\n", text, re.M | re.S)
    if not dependencies or not development:
        raise ValueError("Cargo.toml has lost its [dependencies] or [dev-dependencies]")
    above = ("clap", "mio", "rtrb", "rustls", "socket2", "try-lock", "tungstenite", "cbindgen", "rcgen")

    def kept(block: str) -> str:
        return "\n".join(line for line in block.splitlines() if not line.startswith(above))

    return (
        '[package]\nname = "framewire"\nversion = "0.0.0"\nedition = "2024"\npublish = false\n'
        "\n[workspace]\n\n[lib]\ndoctest = false\n\n"
        f"[dependencies]\n{kept(dependencies[1])}\n\n[dev-dependencies]\n{kept(development[1])}\n{LINTS}"
        "\n[profile.dev]\ndebug = false\n"
    )


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
