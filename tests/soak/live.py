"""What a soak shows while it runs: one line, renewed on a terminal, now and then one more elsewhere."""

import sys
from collections import Counter
from typing import Any

from measure import median

# Where lines cannot be renewed: seconds between two of them.
APART = 15.0


class Live:
    def __init__(self, soak: Any):
        self.soak = soak
        self.is_terminal = sys.stdout.isatty()
        self.shown_at = -APART

    def show(self) -> None:
        now = self.soak.now()
        if self.is_terminal:
            print(f"\r\x1b[K{self.line(now)}", end="", flush=True)
        elif now - self.shown_at >= APART:
            self.shown_at = now
            print(f"  {self.line(now)}", flush=True)

    def line(self, now: float) -> str:
        editors = self.soak.editors
        counts = sum((editor.commands.counts() for editor in editors), Counter())
        latest = self.soak.measure.seconds[-1]
        connected = sum(editor.is_active for editor in editors)
        doing = [f"{kind}: {name}" for kind, _, end, name in self.soak.deeds[-8:] if end > now - 1.0]
        queues = [
            max((depths[name] for depths in latest.queues.values()), default=0) / 1024
            for name in ("inbound_bytes", "outbound_bytes")
        ]
        frame = latest.most("frames", "p99_us") or 0.0
        rss = max(latest.rss.values(), default=0) / 1024**2
        return (
            f"{now:4.0f} of {self.soak.seconds:.0f} s  {connected} of {len(editors)} connected  {counts['ok']} answered  "
            f"{len(self.soak.deeds)} deeds  RSS {rss:.1f} MiB  frame p99 {frame:.0f} us  "
            f"in {queues[0]:.0f} KiB  out {queues[1]:.0f} KiB  {', '.join(doing)}"
        )[: 200 if self.is_terminal else 400]

    def sum_up(self, cpu: float) -> None:
        if self.is_terminal:
            print()
        soak = self.soak
        counts = sum((editor.commands.counts() for editor in soak.editors), Counter())
        deeds = Counter(kind for kind, *_ in soak.deeds)
        worst = [second.most("frames", "worst_us") for second in soak.measure.seconds]
        middle = [second.most("frames", "p50_us") for second in soak.measure.seconds]
        print("  commands: " + ", ".join(f"{count} {how}" for how, count in counts.most_common()))
        print("  deeds: " + ", ".join(f"{count} {kind}" for kind, count in deeds.most_common()))
        floods = sum(flood["answered"] for site in soak.sites for life in site.lives for flood in life.floods)
        accepted = sum(editor.floods.accepted for editor in soak.editors)
        print(
            f"  floods: {floods} answers, {accepted} notifications; {sum(len(editor.calls) for editor in soak.editors)} calls"
        )
        print(
            f"  frame: p50 {median([time for time in middle if time is not None]):.0f} us, "
            f"worst {max((time for time in worst if time is not None), default=0):.0f} us of thread CPU; {cpu:.0f} s of CPU in all"
        )
