@tool
extends RefCounted
## When the next dial is due, and which attempts are worth a line of log.

## Seconds between attempts; the last one repeats.
const DELAYS: Array[float] = [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 60.0]
## Attempts that are always logged.
const LOGGED_ATTEMPTS := 5
## Beyond those, one of so many is logged (2.x).
const LOGGED_STEP := 10
## Beyond those, one in so many milliseconds is logged (4.x).
const LOGGED_PAUSE_MS := 60_000

## Attempts since the last connection that counted.
var attempt := 0
## Seconds until the next dial may begin.
var seconds_left := 0.0
var _last_logged_ms := -1


## Seconds after the attempt of that index, which begins at 0.
static func delay(index: int) -> float:
	return DELAYS[clampi(index, 0, DELAYS.size() - 1)]


## Whether attempt [param number], from 1, is logged by the rule of 2.x.
static func is_logged(number: int) -> bool:
	return number <= LOGGED_ATTEMPTS or number % LOGGED_STEP == 0


## Lets time pass; true if a dial is due.
func pass_time(seconds: float) -> bool:
	seconds_left = maxf(0.0, seconds_left - seconds)
	return seconds_left <= 0.0


## A dial begins: counts it and arms the wait behind it.
func begin() -> void:
	seconds_left = delay(attempt)
	attempt += 1


## The connection counts: the schedule starts again. One that ends at once still waits out the first
## delay, an older one is dialed again without a wait.
func succeed() -> void:
	attempt = 0
	seconds_left = DELAYS[0]


## The next dial is due now.
func hurry() -> void:
	seconds_left = 0.0


## Whether this attempt is logged; [param by_time] takes the rule of 4.x.
func takes_line(by_time: bool) -> bool:
	if not by_time:
		return is_logged(attempt)
	var now := Time.get_ticks_msec()
	var is_due := _last_logged_ms < 0 or now - _last_logged_ms >= LOGGED_PAUSE_MS
	if attempt > LOGGED_ATTEMPTS and not is_due:
		return false
	_last_logged_ms = now
	return true
