"""P4: a domain that is away for 4 s or 95 s costs no session, and each call is answered or refused, never both.

The waits run beside the whole suite; these tests come last."""

from __future__ import annotations

import pytest

from harness.absence import AWAY_SECONDS
from harness.mcp_client import ToolError

pytestmark = [pytest.mark.background, pytest.mark.library]


@pytest.mark.parametrize("seconds", AWAY_SECONDS)
def test_p4_traffic_lives_through_a_reload(wire, absences, seconds):
    absence = absences.by_case[wire.release.protocol, seconds]
    assert absence.join()["status"] == "ATTACHED"
    answered, refused = [], []
    for call in absence.calls:
        try:
            assert call.answer.result(timeout=60)["path"] == call.path
            answered.append(call)
        except ToolError as error:
            # The server gives a call 5 s and would speak of a time-out: the refusal was there before.
            assert "EDITOR_NOT_READY" in str(error), error
            refused.append((call, str(error)))
    assert all(call.is_meanwhile for call, _ in refused), "with the domain there every call is answered"
    if seconds > 5:
        assert any("was not run" in text for _, text in refused), "no call can wait that long"
    else:
        assert any(call.is_meanwhile for call in answered), "calls wait for the domain to come back"
    assert absence.runs() == len(answered), "what was answered ran once, what was refused never"
    assert absence.calls[-1] in answered
    assert len(absence.host.seen("opened")) == 1 and not absence.host.seen("closed"), absence.host.describe()
    assert wire.client.sessions()[absence.session_id]["connected_at"] == absence.before["connected_at"]
