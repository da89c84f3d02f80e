"""The Autobahn fuzzing server on a loopback port of the system's choice. Python 2.7, in the environment of suite.py.

    python server.py REPORTS

Says {"event": "listening", "port": ..., "cases": [...]} on standard output once it does, and serves until standard input
ends. It speaks the suite's own protocol (/runCase?casetuple=1.1.1&agent=NAME, /updateReports?agent=NAME); the reports go
to the directory REPORTS.
"""

import json
import sys

from twisted.internet import reactor

from autobahntestsuite import fuzzing, wstest

# 12.* and 13.* are permessage-deflate, which the library does not offer.
CASES = {"cases": ["*"], "exclude-cases": ["12.*", "13.*"]}

# The suite gives up a client after one second here and ten there. No case that passes waits for that; a busy machine is
# no fault of the client's, so each such wait is at least this long, in seconds.
PATIENCE = 60

# Some cases pause for a second and see whether the client acted in between: it gets this many times as long.
PAUSES = 3


def listen_on_loopback():
    """The suite would listen on all addresses, and at a port that is fixed before."""
    listen = reactor.listenTCP

    def listen_tcp(port, factory, backlog=50, interface=""):
        listening = listen(0, factory, backlog, "127.0.0.1")
        # It refuses upgrades whose Host names another port than its own.
        factory.port = factory.externalPort = listening.getHost().port
        print(json.dumps({"event": "listening", "port": factory.port, "cases": factory.specCases}))
        sys.stdout.flush()
        return listening

    reactor.listenTCP = listen_tcp


def be_patient():
    protocol = fuzzing.FuzzingProtocol
    kill, close, go_on = protocol.killAfter, protocol.closeAfter, protocol.continueLater
    protocol.killAfter = lambda self, delay: kill(self, max(delay, PATIENCE))
    protocol.closeAfter = lambda self, delay: close(self, max(delay, PATIENCE))
    protocol.continueLater = lambda self, delay, part, tag=None: go_on(self, delay * PAUSES, part, tag)


def end_with_input():
    """Whoever started it holds the other end of its input, so it never outlives them."""

    def wait():
        while sys.stdin.read(4096):
            pass
        reactor.callFromThread(reactor.stop)

    reactor.callWhenRunning(reactor.callInThread, wait)


def main(reports):
    listen_on_loopback()
    be_patient()
    end_with_input()
    options = {"openHandshakeTimeout": PATIENCE, "closeHandshakeTimeout": PATIENCE}
    spec = dict(CASES, url="ws://127.0.0.1:9001", outdir=reports, options=options)
    # The embedded web server stays off.
    wstest.start({"mode": "fuzzingserver", "webport": 0, "debug": False}, spec)


if __name__ == "__main__":
    main(sys.argv[1])
