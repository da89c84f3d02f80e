"""What the scenes came to, as rows of RELIABILITY.md."""

import sys
from pathlib import Path

from scene import Figures

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "proof"))

from record import Row, write  # noqa: E402

ATTACKS = {
    "link": "cable pulled, card and address gone, server moved, VPN on and off; IPv4 and IPv6",
    "path": "5 to 50 % loss, delay, reordering, doubles; one way dead; MTU black hole",
    "stop": "server or editor stopped (SIGSTOP), within and beyond each profile's limits; sleep",
    "clock": "wall clock set back a day and on ten years; monotonic clock ten years ahead",
}


def write_record(played: list[tuple[str, Figures, bool]], absent: dict[str, str]) -> None:
    rows = []
    for group, attack in ATTACKS.items():
        scenes = [(figures, held) for name, figures, held in played if name == group]
        if not scenes:
            continue
        total = sum(figures.commands for figures, _ in scenes)
        lost = sum(figures.lost for figures, _ in scenes)
        refused = sum(figures.refused for figures, _ in scenes)
        faults = sum(figures.faults for figures, _ in scenes)
        rows.append(
            Row(
                "P1, P3: a command runs at most once, ends once, is never lost without a word; the link comes back by itself",
                attack,
                f"{len(scenes)} scenes, {faults} faults, {total} commands",
                f"{total - lost - refused} answered, {refused} refused, {lost} lost with a word, 0 twice; "
                f"noticed in <= {max(figures.noticed for figures, _ in scenes):.0f} s, "
                f"back in <= {max(figures.back for figures, _ in scenes):.0f} s",
                all(held for _, held in scenes),
            )
        )
    samples = sum(figures.samples for _, figures, _ in played)
    rows.append(
        Row(
            "P9: the state file never says ready while the server is away",
            "`framewire status` asked all through these scenes",
            f"{samples} answers in {len(played)} scenes",
            "none said ready once the loss was noticed and before it ended",
            all(held for _, _, held in played),
        )
    )
    notes = [f"{name}: {reason}." for name, reason in absent.items()]
    if unread := sum(figures.unread for _, figures, _ in played):
        notes.append(
            f"{unread} answers were under way when the server closed in good order and read no more: CLOSED tells of the "
            "close, clean, and counts no message as unconfirmed."
        )
    write("network", rows, notes)
