"""What happens to the editors, their servers and the way between them. All chance comes from the seed of the run."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from editor import Editor
from profiles import HEARTBEAT_MS
from proxy import HARMLESS, Toxic
from site_of import Site


class World(Protocol):
    """What a deed needs of the run."""

    def now(self) -> float: ...
    def after(self, seconds: float, do: Callable[[], None]) -> None: ...
    def restart(self, site: Site, kill: bool, away: float) -> None: ...
    def act_soon(self, seconds: float, name: str, editor: Editor, chance: random.Random) -> None: ...


Deed = Callable[[World, Site, Editor, random.Random], float]


@dataclass(frozen=True)
class Kind:
    """A deed returns how long it lasts, 0 = a moment, or a negative number where it had no place."""

    name: str
    weight: int
    do: Deed


NOT_NOW = -1.0


def reload(world: World, site: Site, editor: Editor, chance: random.Random) -> float:
    ms = chance.choice([0, 5, 20, 100, 300, 1000])
    # What a dying domain was lent is gone with it. A raw link knows no orphans: nobody would answer.
    dies = chance.random() < 0.4 and not editor.profile.is_mirror
    editor.child.say(f"reload {ms}" + (" die" if dies else ""))
    return ms / 1000


def stall(world: World, site: Site, editor: Editor, chance: random.Random) -> float:
    ms = chance.choice([100, 300, 1000, 1500, 4000])
    if chance.random() < 0.5 or editor.profile.is_mirror or not site.is_up:
        editor.child.say(f"stall {ms}")
    else:
        site.send(editor, editor.commands.stall(ms))
    return ms / 1000


def pause(world: World, site: Site, editor: Editor, chance: random.Random) -> float:
    lasts = chance.uniform(0.2, 3.0)
    editor.child.say("pause")
    # A reload ends all pauses: the word is refused then.
    world.after(lasts, lambda: editor.child.say("resume"))
    return lasts


def flood_in(world: World, site: Site, editor: Editor, chance: random.Random) -> float:
    if site.is_flooding or not site.is_up or editor.profile.is_mirror:
        return NOT_NOW
    site.flood(editor, chance.randint(300, 3000), chance.choice([16, 64, 256]), chance.choice([0, 100, 2000]))
    disturb(world, editor, chance)
    return 0.0


def disturb(world: World, editor: Editor, chance: random.Random) -> None:
    """Something else in the midst of a flood, which would seldom be met by chance."""
    if chance.random() < 0.6:
        name = chance.choice(
            ["reload", "connection broken", "editor stopped", "network narrow", "server restarted", "pause"]
        )
        world.act_soon(chance.uniform(0.0, 0.3), name, editor, chance)


def burst(world: World, site: Site, editor: Editor, chance: random.Random) -> float:
    if not site.is_up:
        return NOT_NOW
    for _ in range(chance.randint(50, 200)):
        site.send(editor, editor.commands.small())
    return 0.0


def flood_out(world: World, site: Site, editor: Editor, chance: random.Random) -> float:
    if editor.floods.is_running or not editor.profile.has_notifications:
        return NOT_NOW
    editor.floods.is_running = True
    editor.child.say(f"flood {chance.randint(200, 2000)} {chance.choice([10, 200, 4000])}")
    disturb(world, editor, chance)
    return 0.0


def large(world: World, site: Site, editor: Editor, chance: random.Random) -> float:
    if not site.is_up:
        return NOT_NOW
    for _ in range(chance.randint(1, 3)):
        site.send(editor, editor.commands.large())
    return 0.0


def stop_host(world: World, site: Site, editor: Editor, chance: random.Random) -> float:
    lasts = chance.uniform(0.2, 4.0)
    if editor.child.is_stopped:
        return NOT_NOW
    editor.child.stop()
    world.after(lasts, editor.child.go_on)
    return lasts


def stop_server(world: World, site: Site, editor: Editor, chance: random.Random) -> float:
    server = site.life.child
    if not site.is_up or server.is_stopped:
        return NOT_NOW
    lasts = chance.uniform(0.2, 5.0)
    server.stop()
    world.after(lasts, server.go_on)
    return lasts


def restart_server(world: World, site: Site, editor: Editor, chance: random.Random) -> float:
    if not site.is_up or site.life.child.is_stopped:
        return NOT_NOW
    away = chance.uniform(0.0, 3.0)
    # A killed server does not say what it had read: the counts of floods would never add up.
    floods = [other.floods for other in site.editors]
    is_quiet = not site.is_flooding and not any(
        flood.is_running or world.now() - flood.ended_at < 3 for flood in floods
    )
    for other in site.editors:
        other.may_lose_connection(world.now() + away + 3.0)
    world.restart(site, is_quiet and chance.random() < 0.5, away)
    return away


def slow_network(world: World, site: Site, editor: Editor, chance: random.Random) -> float:
    toxic = Toxic(delay_ms=chance.uniform(5, 150), jitter_ms=chance.uniform(0, 200))
    return _for_a_while(world, editor, toxic, chance.uniform(1.0, 6.0))


def stalled_network(world: World, site: Site, editor: Editor, chance: random.Random) -> float:
    return _for_a_while(world, editor, Toxic(stalled=True), chance.uniform(0.3, 5.0))


def narrow_network(world: World, site: Site, editor: Editor, chance: random.Random) -> float:
    # A ping behind a large message waits for all of it.
    return _for_a_while(world, editor, Toxic(rate=chance.randint(200_000, 2_000_000)), chance.uniform(1.0, 6.0), True)


def cut_network(world: World, site: Site, editor: Editor, chance: random.Random) -> float:
    toxic = Toxic(cut_after=chance.choice([0, 1, 100, 5_000, 200_000]))
    return _for_a_while(world, editor, toxic, chance.uniform(0.5, 3.0), True)


def silent_network(world: World, site: Site, editor: Editor, chance: random.Random) -> float:
    lasts = chance.uniform(1.0, 14.0)
    if chance.random() < 0.3:
        # Only the heartbeat ends this.
        lasts += HEARTBEAT_MS[1] / 1000
    return _for_a_while(world, editor, Toxic(silent=True), lasts, True)


def slow_upgrade(world: World, site: Site, editor: Editor, chance: random.Random) -> float:
    if editor.proxy.toxic is not HARMLESS:
        return NOT_NOW
    editor.proxy.reset()
    return _for_a_while(world, editor, Toxic(upgrade_byte_ms=chance.uniform(1, 60)), chance.uniform(1.0, 4.0), True)


def broken_connection(world: World, site: Site, editor: Editor, chance: random.Random) -> float:
    editor.may_lose_connection(world.now())
    chance.choice([editor.proxy.reset, editor.proxy.finish, editor.proxy.close_twice])()
    return 0.0


def _for_a_while(world: World, editor: Editor, toxic: Toxic, lasts: float, may_cost: bool = False) -> float:
    if editor.proxy.toxic is not HARMLESS:
        return NOT_NOW
    if may_cost:
        editor.may_lose_connection(world.now() + lasts)
    editor.proxy.apply(toxic)
    # Known at once: the proxy obeys a moment later.
    editor.proxy.toxic = toxic
    world.after(lasts, editor.proxy.heal)
    return lasts


KINDS = [
    Kind("reload", 20, reload),
    Kind("stall of the frame loop", 8, stall),
    Kind("pause", 3, pause),
    Kind("flood in", 5, flood_in),
    Kind("burst of commands", 6, burst),
    Kind("flood out", 7, flood_out),
    Kind("large messages", 8, large),
    Kind("editor stopped", 4, stop_host),
    Kind("server stopped", 4, stop_server),
    Kind("server restarted", 5, restart_server),
    Kind("network slow", 4, slow_network),
    Kind("network stalled", 3, stalled_network),
    Kind("network narrow", 3, narrow_network),
    Kind("network cut", 3, cut_network),
    Kind("network silent", 2, silent_network),
    Kind("upgrade slow", 2, slow_upgrade),
    Kind("connection broken", 4, broken_connection),
]
