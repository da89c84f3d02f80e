"""Fixtures: a scripted peer, links to it, and one of each connected to the other."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from harness.link import Link  # noqa: E402
from harness.peer import Connection, Peer  # noqa: E402


@pytest.fixture
def peer() -> Iterator[Peer]:
    scripted = Peer()
    yield scripted
    scripted.close()


@pytest.fixture
def open_link(peer: Peer) -> Iterator[Callable[..., Link]]:
    """Opens a link to the peer, or to `url`; closed with the test."""
    links: list[Link] = []

    def start(url: str = "", **options: object) -> Link:
        links.append(Link(url or peer.url, **options))
        return links[-1]

    yield start
    for link in links:
        # Some tests close their link themselves.
        link.close(0)


@pytest.fixture
def pair(peer: Peer, open_link: Callable[..., Link]) -> Callable[..., tuple[Link, Connection]]:
    """A link, and the peer's end of its connection."""

    def start(**options: object) -> tuple[Link, Connection]:
        link = open_link(**options)
        connection = peer.accept()
        link.next("OPENED")
        return link, connection

    return start
