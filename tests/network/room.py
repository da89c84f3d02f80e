"""Two network namespaces and what lies between them: cables of the kernel, or a wire in user space."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Namespace:
    """A network namespace that lives as long as the process that holds it, and so never outlives this program."""

    def __init__(self) -> None:
        self.holder = subprocess.Popen(["unshare", "--net", "cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        # The echo tells that the namespace is there.
        self.holder.stdin.write(b"\n")
        self.holder.stdin.flush()
        self.holder.stdout.read(1)
        self.ip("link set lo up")

    @property
    def enter(self) -> list[str]:
        """What stands before a command that is to run inside; the command keeps the process number."""
        return ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net"]

    def ip(self, *commands: str) -> None:
        """Runs commands of `ip`, all or up to the first that fails."""
        lines = "".join(f"{command}\n" for command in commands)
        run([*self.enter, "ip", "-batch", "-"], lines)

    def set(self, key: str, value: str) -> None:
        """Sets a variable of the kernel, inside."""
        run([*self.enter, "sh", "-c", f"echo {value} > /proc/sys/net/{key}"])

    def end(self) -> None:
        self.holder.stdin.close()
        self.holder.wait(10)
        self.holder.stdout.close()


class Room:
    """The editor's namespace and the server's. Every room has the same addresses; none knows of another."""

    EDITOR, SERVER = "10.77.{net}.1", "10.77.{net}.2"
    EDITOR_6, SERVER_6 = "fd77:{net}::1", "fd77:{net}::2"

    def __init__(self) -> None:
        self.editor = Namespace()
        self.server = Namespace()
        self.wires: list[Wire] = []

    def cable(self, name: str = "up0", net: int = 0) -> None:
        """Lays a cable of the kernel: a pair of veth, with addresses of both families."""
        self.editor.ip(f"link add {name} type veth peer name {name} netns {self.server.holder.pid}")
        self.address(name, net)

    def wire(self, name: str = "up0", net: int = 0) -> "Wire":
        """Lays a wire in user space, which can lose, delay, turn around, double and swallow what it carries."""
        wire = Wire(self, name)
        self.wires.append(wire)
        self.address(name, net)
        return wire

    def address(self, name: str, net: int) -> None:
        for space, four, six in (
            (self.editor, self.EDITOR, self.EDITOR_6),
            (self.server, self.SERVER, self.SERVER_6),
        ):
            # Addresses of version 6 otherwise go with the link.
            space.set(f"ipv6/conf/{name}/keep_addr_on_down", "1")
            space.ip(
                f"addr add {four.format(net=net)}/24 dev {name}",
                f"addr add {six.format(net=net)}/64 dev {name} nodad",
                f"link set {name} up",
            )

    def pull(self, name: str = "up0") -> None:
        """Pulls the cable: the editor's card stays as it is, without a carrier."""
        self.server.ip(f"link set {name} down")

    def plug(self, name: str = "up0") -> None:
        self.server.ip(f"link set {name} up")

    def end(self) -> None:
        for wire in self.wires:
            wire.end()
        self.editor.end()
        self.server.end()


class Wire:
    """The program wire.py between two TAP devices, one in each namespace."""

    def __init__(self, room: Room, name: str):
        places = [f"/proc/{space.holder.pid}/ns/net" for space in (room.editor, room.server)]
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "wire.py"), name, *places], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        if self.process.stdout.readline().strip() != "ready":
            raise RuntimeError("the wire in user space could not be laid")
        self.carried: dict[str, int] = {}

    def say(self, **faults: float) -> None:
        """From now on: loss, doubled (shares), delay, jitter (ms), up, down (0 = cut), most_up, most_down (bytes), seed."""
        self.process.stdin.write(" ".join(f"{name}={value}" for name, value in faults.items()) + "\n")
        self.process.stdin.flush()
        self.process.stdout.readline()

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.stdin.close()
            figures = self.process.stdout.readline().split()
            self.carried = {name: int(count) for name, _, count in (figure.partition("=") for figure in figures)}
            self.process.wait(10)
        self.process.stdout.close()


def run(command: list[str], text: str | None = None) -> str:
    """Runs a command and gives what it printed. Raises with its last words if it fails."""
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} {text or ''}: {done.stderr.strip()}")
    return done.stdout
