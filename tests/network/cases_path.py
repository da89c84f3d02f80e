"""What lies between loses, delays, turns around, doubles and swallows what it carries."""

from judge import Verdict
from outage import back, outlasted, survived
from scene import Scene

SERVER = "10.77.0.2"
BIG = 200_000


def lossy(scene: Scene, verdict: Verdict) -> None:
    """A bad wireless network: TCP copes, and the link need not notice."""
    wire = scene.room.wire()
    wire.say(seed=scene.seed)
    scene.begin(SERVER)
    bad = lambda: wire.say(loss=0.05, delay=20, jitter=30, doubled=0.02)
    good = lambda: wire.say(loss=0, delay=0, jitter=0, doubled=0)

    def begin() -> None:
        bad()
        for _ in range(3):
            scene.send_big(BIG)

    survived(scene, verdict, begin, good, 20.0)


def storm(scene: Scene, verdict: Verdict) -> None:
    """A network that is hardly one: connections come and go."""
    wire = scene.room.wire()
    wire.say(seed=scene.seed)
    scene.begin(SERVER)
    for loss in (0.3, 0.5):
        wire.say(loss=loss, delay=50, jitter=200, doubled=0.1)
        scene.figures.faults += 1
        scene.flow(12.0)
        wire.say(loss=0, delay=0, jitter=0, doubled=0)
        back(scene, verdict, 1)


def netem(scene: Scene, verdict: Verdict) -> None:
    """Loss, delay and reordering by the kernel's own means."""
    scene.room.cable()
    scene.begin(SERVER)
    bad = "tc qdisc replace dev up0 root netem loss 5% delay 20ms 15ms duplicate 2%"
    shape = lambda: [space_run(scene, place, bad) for place in ("editor", "server")]
    clear = lambda: [space_run(scene, place, "tc qdisc del dev up0 root") for place in ("editor", "server")]
    survived(scene, verdict, shape, clear, 15.0)


def space_run(scene: Scene, place: str, command: str) -> None:
    from room import run

    run([*getattr(scene.room, place).enter, *command.split()])


def black_hole(scene: Scene, verdict: Verdict) -> None:
    """Large frames vanish without a word, small ones pass: a tunnel with a smaller MTU and a firewall that eats ICMP."""
    wire = scene.room.wire()
    scene.begin(SERVER)

    def begin() -> None:
        wire.say(most_up=600, most_down=600)
        scene.send_big(BIG)

    outlasted(scene, verdict, begin, lambda: wire.say(most_up=0, most_down=0), 0.0)


def deaf(scene: Scene, verdict: Verdict) -> None:
    """What the server says does not arrive; what the editor says does."""
    wire = scene.room.wire()
    scene.begin(SERVER)
    outlasted(scene, verdict, lambda: wire.say(down=0), lambda: wire.say(down=1), 14.0)


def mute(scene: Scene, verdict: Verdict) -> None:
    """What the editor says does not arrive; what the server says does."""
    wire = scene.room.wire()
    scene.begin(SERVER)
    outlasted(scene, verdict, lambda: wire.say(up=0), lambda: wire.say(up=1), 14.0)




def answers_stick(scene: Scene, verdict: Verdict) -> None:
    """The hole is one-sided: it swallows a large answer and all behind it, while a server without pings goes on talking.

    To the link the peer is alive. What ends the connection is the kernel, which gives up sending the same bytes again.
    """
    wire = scene.room.wire()
    # By default 15, which is a quarter of an hour.
    scene.room.editor.set("ipv4/tcp_retries2", "4")
    scene.begin(SERVER)

    def begin() -> None:
        scene.is_chatty = True
        wire.say(most_up=600)
        scene.send_big(BIG)

    outlasted(scene, verdict, begin, lambda: wire.say(most_up=0), 0.0)
    found = {report["reason"] for report in scene.closes()}
    verdict.check("the kernel was the one to notice", found == {"CONNECTION_LOST"}, scene.closes())
