"""Cables and addresses: pulled, taken away, changed, moved; both families; two networks at once."""

from judge import Verdict
from outage import PROBE, back, outlasted, survived
from scene import Scene

EDITOR, SERVER, SERVER_6 = "10.77.0.1", "10.77.0.2", "fd77:0::2"
NAME = "tools.test"


def blip(scene: Scene, verdict: Verdict) -> None:
    """The cable is out for some seconds, as often as one fumbles with it."""
    scene.room.cable()
    scene.begin(SERVER)
    for seconds in (3.0, 1.0):
        survived(scene, verdict, scene.room.pull, scene.room.plug, seconds)


def blip_6(scene: Scene, verdict: Verdict) -> None:
    """The same by version 6 of the protocol."""
    scene.room.cable()
    scene.begin(SERVER_6)
    survived(scene, verdict, scene.room.pull, scene.room.plug, 3.0)


def pulled(scene: Scene, verdict: Verdict) -> None:
    """The cable is out for longer than the limits that every link has by default."""
    scene.room.cable()
    scene.begin(SERVER)
    outlasted(scene, verdict, scene.room.pull, scene.room.plug, 65.0)


def pulled_6(scene: Scene, verdict: Verdict) -> None:
    """The same by version 6, twice, with short limits."""
    scene.room.cable()
    scene.begin(SERVER_6)
    for seconds in (12.0, 20.0):
        outlasted(scene, verdict, scene.room.pull, scene.room.plug, seconds)


def server_gives_up(scene: Scene, verdict: Verdict) -> None:
    """The cable is back before the editor has noticed; the server has closed meanwhile."""
    scene.room.cable()
    scene.begin(SERVER)
    _, before = scene.phase()
    scene.room.pull()
    scene.figures.faults += 1
    scene.until(lambda: scene.editors_connected == 0, "the server gives the editor up", 30.0)
    scene.room.plug()
    noticed = scene.until(lambda: scene.phase() != (True, before), "the link learns of it", scene.limits.notice + 30.0)
    scene.figures.noticed = noticed
    back(scene, verdict, before + 1)


def interface_down(scene: Scene, verdict: Verdict) -> None:
    """The editor's card is switched off: no route, and each dial is refused at once."""
    scene.room.cable()
    scene.begin(SERVER)
    down = lambda: scene.room.editor.ip("link set up0 down")
    up = lambda: scene.room.editor.ip("link set up0 up")
    outlasted(scene, verdict, down, up, 12.0)


def address_gone(scene: Scene, verdict: Verdict) -> None:
    """The editor's own address goes and comes back."""
    scene.room.cable()
    scene.begin(SERVER)
    gone = lambda: scene.room.editor.ip(f"addr del {EDITOR}/24 dev up0")
    again = lambda: scene.room.editor.ip(f"addr add {EDITOR}/24 dev up0")
    outlasted(scene, verdict, gone, again, 12.0)


def address_changed(scene: Scene, verdict: Verdict) -> None:
    """Another network: the editor has another address from now on, and its old one is never heard of again."""
    scene.room.cable()
    scene.begin(SERVER)
    _, before = scene.phase()
    scene.room.editor.ip(f"addr del {EDITOR}/24 dev up0", "addr add 10.77.0.9/24 dev up0")
    scene.figures.faults += 1
    noticed = scene.until(lambda: scene.phase() != (True, before), "the link notices", scene.limits.notice + 30.0)
    scene.figures.noticed = noticed
    back(scene, verdict, before + 1)


def server_moved(scene: Scene, verdict: Verdict) -> None:
    """The server has another address from now on, of the other family at last; its name leads there."""
    scene.room.cable()
    names = scene.place / "hosts"
    bind = f"mount --bind {names} /etc/hosts && exec \"$@\""
    scene.editor_prefix = ["unshare", "--mount", "sh", "-c", bind, "sh"]
    names.write_text(f"{SERVER} {NAME}\n")
    scene.begin(NAME)
    moves = [("10.77.0.3", ("addr del 10.77.0.2/24 dev up0", "addr add 10.77.0.3/24 dev up0")),
             (SERVER_6, ("addr del 10.77.0.3/24 dev up0",))]  # fmt: skip
    for address, commands in moves:
        _, before = scene.phase()
        scene.room.server.ip(*commands)
        names.write_text(f"{address} {NAME}\n")
        scene.figures.faults += 1
        scene.until(lambda: scene.phase() != (True, before), "the link notices", scene.limits.notice + 30.0)
        back(scene, verdict, before + 1)


def mute_first_address(scene: Scene, verdict: Verdict) -> None:
    """Of the two addresses of a name the first one is mute: the second one gets its turn in the same attempt."""
    scene.room.cable()
    names = scene.place / "hosts"
    bind = f"mount --bind {names} /etc/hosts && exec \"$@\""
    scene.editor_prefix = ["unshare", "--mount", "sh", "-c", bind, "sh"]
    names.write_text(f"fd77:0::99 {NAME}\n{SERVER} {NAME}\n")
    # A neighbour that is known and never answers, rather than one whose absence is noticed.
    scene.room.editor.ip("neigh add fd77:0::99 lladdr 02:00:00:00:00:99 dev up0 nud permanent")
    # The mute one takes half of the time that there is; what is left must do on a busy machine, too.
    scene.editor_options = ["--connect-timeout-ms", "20000"]
    scene.start_server()
    scene.start_editor(NAME)
    scene.figures.back = scene.await_active()
    scene.settle(PROBE)
    failed = [report for report in scene.editor_said if report["event"] == "connect_failed"]
    verdict.check("no attempt was given up for the mute address", not failed, failed[:2])


def vpn(scene: Scene, verdict: Verdict) -> None:
    """Two networks lead to the server. The preferred one goes, and comes back; then the other one goes."""
    room = scene.room
    room.cable("up0", 0)
    room.cable("vpn0", 1)
    room.server.ip("addr add 10.99.0.1/32 dev lo")
    tunnel = "route replace 10.99.0.1/32 via 10.77.1.2 dev vpn0 metric 10"
    room.editor.ip(tunnel, "route add 10.99.0.1/32 via 10.77.0.2 dev up0 metric 100")
    scene.begin("10.99.0.1")
    for off in (("link set vpn0 down",), ("link set vpn0 up", tunnel, "link set up0 down")):
        _, before = scene.phase()
        room.editor.ip(*off)
        scene.figures.faults += 1
        noticed = scene.until(lambda: scene.phase() != (True, before), "the link notices", scene.limits.notice + 30.0)
        scene.figures.noticed = max(scene.figures.noticed, noticed)
        back(scene, verdict, before + 1)
