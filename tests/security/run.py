"""`make test-security` and `make security`: attacks on links, files and the reference server, and the record of them.

    python tests/security/run.py --serve PROGRAM [--tool CARGO_DENY] -- COMMAND...

COMMAND runs the Rust tests of tests/security; their figures come by the file that FRAMEWIRE_FIGURES names.
FRAMEWIRE_PROOF=full makes it the long form: more swaps of files, and whatever earlier runs left is searched as well.
"""

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE.parent), str(HERE.parent / "proof")]
import leaks  # noqa: E402
from record import RECORDS, Row, write  # noqa: E402
from serve import Figures, attack_all  # noqa: E402
from totals import read_totals  # noqa: E402

ROOT = HERE.parents[1]
FIGURES = RECORDS / "security.figures"


def run_rust(command: list[str]) -> tuple[int, int, list[dict]]:
    """Runs the Rust tests; how many passed and failed, and their figures."""
    RECORDS.mkdir(parents=True, exist_ok=True)
    FIGURES.unlink(missing_ok=True)
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"FRAMEWIRE_FIGURES": str(FIGURES)}, capture_output=True, text=True)
    print(done.stdout + done.stderr)
    totals = read_totals(done.stdout + done.stderr)
    failed = totals.failed or (1 if done.returncode or totals.passed == 0 else 0)
    figures = [json.loads(line) for line in FIGURES.read_text().splitlines()] if FIGURES.exists() else []
    return totals.passed, failed, figures


def rows_of(figures: list[dict], served: Figures, searched: int, told: int, is_whole: bool) -> list[Row]:
    counts: Counter[str] = Counter()
    for figure in figures:
        counts[figure["kind"]] += figure.get("count", 1)
    attacks = [figure for figure in figures if figure["kind"] == "attack"]
    peak = max((attack["peak"] for attack in attacks), default=0)
    slowest = max(attacks, key=lambda attack: attack["cpu_ms"], default={"name": "none", "cpu_ms": 0})
    refused = sum(counts[f"{kind} refused"] for kind in ("spellings of another host", "addresses near loopback", "url tricks"))
    taken = counts["spellings of this machine dialled"]
    bad, good = counts["certificates refused"] + counts["old TLS versions refused"], counts["certificates taken"]
    injected = counts["poisoned fields refused or made harmless"] + counts["poisoned tokens refused or made harmless"]
    in_the_way, swaps = counts["things in the way of a state file"], counts["swaps during writes"]
    strangers, conversations = counts["tries of another user refused"], counts["conversations searched for secrets"]
    # Figures that are missing prove nothing.
    is_whole = is_whole and all((attacks, refused, taken, bad, good, injected, in_the_way, strangers, swaps, conversations))
    safe = "Rule 9: safe by default"
    return [
        Row(safe, "other hosts without the flag: spellings, tricks with urls, redirects",
            f"{refused} urls, {counts['redirects not followed']} redirects", f"none dialled; {taken} spellings of loopback were", is_whole),
        Row(safe, "wss servers with bad certificates or old TLS", f"{bad} bad, {good} good",
            "each bad one refused in its own words before a secret was sent", is_whole),
        Row(safe, "CR LF, NUL and non-ASCII in url, headers, sub-protocol, token, hello", f"{injected} fields, and 300 random ones",
            "refused, or one header or text", is_whole),
        Row("P7: bounded", "a hostile server's worst: lengths, depth, keys, parts, floods, headers", f"{len(attacks)} attacks",
            f"{peak / 2**20:.1f} of {17.0:.0f} MiB heap; most CPU {slowest['cpu_ms'] / 1000:.1f} s ({slowest['name']})", is_whole),
        Row("State file: ours alone", "links, pipes, devices, hard links, strangers, swaps in its places",
            f"{in_the_way} things, {strangers} tries, {swaps} swaps", "nothing else written, no wait", is_whole),
        Row("P8: quiet", "secrets looked for in events, errors, getters, Debug forms, state files", f"{conversations} conversations", "none told", is_whole),
        Row("P8: quiet", "secrets looked for in all that test runs left below target/", f"{searched} files", f"{told} told", told == 0),
        Row("framewire serve: loopback programs only", "hostile clients, a good editor after each", f"{served.attacks} kinds",
            f"all held; grew by {served.growth / 2**20:.1f} MiB" if not served.failed else f"failed: {', '.join(served.failed)}", not served.failed),
    ]


def check_dependencies(tool: str) -> list[str]:
    """A note about licences, bans and sources, where cargo-deny is there."""
    if not Path(tool).exists():
        print("cargo-deny is not installed: dependencies were not checked here; `make check` does")
        return []
    done = subprocess.run([tool, "--locked", "--offline", "--workspace", "-L", "error", "check", "licenses", "bans", "sources"], cwd=ROOT)
    verdict = "hold" if done.returncode == 0 else "are BROKEN"
    return [f"Rules for dependencies (licences, bans, sources; cargo-deny) {verdict}."]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--serve", type=Path, required=True)
    parser.add_argument("--tool", default="")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()

    passed, failed, figures = run_rust(options.command)
    served = attack_all(options.serve)
    leaks.check_itself()
    searched, found = leaks.search_run(ROOT / "target")
    for leak in found:
        print(f"leaks: {leak}")
    notes = check_dependencies(options.tool)
    notes.append("Heap and CPU are those of an unoptimised test process, the attacking server included.")
    rows = rows_of(figures, served, searched, len(found), is_whole=failed == 0)
    write("security", rows, notes)
    for row in rows:
        print(f"{row.promise} | {row.attack} | {row.amount} | {row.result} | {'held' if row.held else 'BROKEN'}")
    failed += len(served.failed) + len(found) + ("BROKEN" in " ".join(notes))
    print(f"{passed + served.attacks - len(served.failed) + (not found)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
