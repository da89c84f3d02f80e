@tool
extends RefCounted
## What the addon's dock is told of the transport: its phase, since when, what went wrong.

enum Phase { CLOSED, CONNECTING, AUTHENTICATING, CONNECTED, CLOSING }

const _NAMES: Array[String] = ["retrying", "connecting", "authenticating", "connected", "closing"]

var phase := Phase.CLOSED
var _since_ms := 0
var _reason_code := ""
var _reason := ""


## Moves to another phase; gives the seconds spent in the one before.
func enter(next: Phase) -> float:
	var spent := elapsed()
	if next != phase:
		phase = next
		_since_ms = Time.get_ticks_msec()
	return spent


## Seconds in this phase.
func elapsed() -> float:
	return maxf(0.0, (Time.get_ticks_msec() - _since_ms) / 1000.0)


## Notes why there is no connection.
func blame(code: String, words: String) -> void:
	_reason_code = code
	_reason = words


## Notes why the server did not let this editor in, by the link's name of the reason.
func blame_hello(reason: String) -> void:
	match reason:
		"PROTOCOL_MISMATCH":
			var words := "Editor and server speak different major versions: update and restart both."
			blame("ws_protocol_mismatch", words)
		"AUTHENTICATION", "CAPABILITY":
			blame("ws_auth_failed", "The server refused the capability: restart it from this editor.")
		_:
			var words := "The connection ended before the server let the editor in: restart both."
			blame("ws_handshake_failed", words)


## Nothing is to blame any more.
func absolve() -> void:
	blame("", "")


## As the dock reads it. [param blocked] says why no dial is allowed; null: one is.
func snapshot(attempt: int, seconds_left: float, blocked: Variant) -> Dictionary:
	var told := {
		"phase": _NAMES[phase],
		"attempt": maxi(0, attempt),
		"state_elapsed_sec": elapsed(),
	}
	if blocked != null:
		told["phase"] = "blocked"
		told["reason_code"] = "connection_blocked"
		if not (blocked as String).is_empty():
			told["reason"] = blocked
		return told
	if phase == Phase.CLOSED:
		told["retry_in_sec"] = maxf(0.0, seconds_left)
	if phase != Phase.AUTHENTICATING and not _reason_code.is_empty():
		told["reason_code"] = _reason_code
		told["reason"] = _reason
	return told
