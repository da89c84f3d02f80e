"""Makes the packaging tools importable; they know one another by their plain names."""

from __future__ import annotations

import sys

from runner.builds import REPOSITORY

sys.path.append(str(REPOSITORY / "godot" / "package"))
