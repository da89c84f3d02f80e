"""How to bring a link into each of its phases."""

from __future__ import annotations

from collections.abc import Callable

from .link import Link
from .peer import Peer


def steps(peer: Peer) -> dict[str, Callable[[Link], None]]:
    """By the name of each phase."""

    def reach(phase: str) -> Callable[[Link], None]:
        return lambda link: link.poll_until(lambda: link.state().phase == phase, phase)

    def upgrading(link: Link) -> None:
        peer.accept_mute()
        reach("UPGRADING")(link)

    def active(link: Link) -> None:
        peer.accept()
        link.next("OPENED")

    def waiting(link: Link) -> None:
        peer.accept().reset()
        link.next("CLOSED")
        reach("WAITING")(link)

    def closing(link: Link) -> None:
        connection = peer.accept()
        connection.answers_close = False
        link.next("OPENED")
        link.disconnect()
        reach("CLOSING")(link)

    def disconnected(link: Link) -> None:
        peer.accept()
        link.next("OPENED")
        link.disconnect()
        peer.connections[-1].drain()
        reach("DISCONNECTED")(link)

    return {
        "at_once": lambda link: None,
        "upgrading": upgrading,
        "active": active,
        "waiting": waiting,
        "closing": closing,
        "disconnected": disconnected,
    }


STEPS = ("at_once", "upgrading", "active", "waiting", "closing", "disconnected")
