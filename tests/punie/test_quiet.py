"""#19 logging levels: nothing on standard output or error, and no secret in any record."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from harness.abi import C
from quiet_flow import SECRETS

FLOW = Path(__file__).resolve().parent / "quiet_flow.py"
LEVELS = {"default": C.LOG_INFO, "trace": C.LOG_TRACE}
# Bodies may show at trace, in part; these never.
NEVER = ("header", "token", "query", "resume_token")


@pytest.mark.parametrize("level", LEVELS)
def test_punie_19_logging_levels(tmp_path, level):
    records = tmp_path / "records.txt"
    command = [sys.executable, "-B", str(FLOW), str(LEVELS[level]), str(records)]
    ran = subprocess.run(command, capture_output=True, timeout=120, cwd=FLOW.parent)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")
    told = records.read_text(encoding="utf-8")
    lines = told.splitlines()
    assert any(line.startswith("LOG") for line in lines) and any(line.startswith("CLOSED") for line in lines)
    hidden = NEVER if level == "trace" else SECRETS
    assert [name for name in hidden if SECRETS[name] in told] == []
    assert max(len(line.encode()) for line in lines) < 512, "bodies are cut"
