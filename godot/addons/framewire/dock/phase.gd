@tool
extends RefCounted
## What the link's phases and the editor's readiness are called, and the colour of each.
##
## The numbers are those of FramewireLink, which no script of the addon may name.

const Style := preload("style.gd")

const DISCONNECTED := 0
const WAITING := 1
const ACTIVE := 7
const CLOSED := 9

const TITLES: PackedStringArray = [
	"Disconnected",
	"Waiting to reconnect",
	"Looking up the host",
	"Connecting",
	"Securing",
	"Upgrading",
	"Saying hello",
	"Connected",
	"Closing",
	"Closed",
]

const READINESS: PackedStringArray = [
	"starting",
	"compiling",
	"reloading",
	"recovering",
	"importing",
	"playing",
	"no scene",
	"ready",
	"stopping",
	"stopped",
	"failed",
]


## The phase in a state of the link; DISCONNECTED in an empty one.
static func of(state: Dictionary) -> int:
	return state.get("phase", DISCONNECTED)


## The phase in words.
static func title(phase: int) -> String:
	return TITLES[phase] if phase >= 0 and phase < TITLES.size() else "Phase %d" % phase


## The colour of the lamp.
static func color(phase: int) -> Color:
	match phase:
		ACTIVE:
			return Style.color(&"success_color")
		DISCONNECTED, CLOSED:
			return Style.dim()
	return Style.color(&"warning_color")


## What the editor has said it can take, in words.
static func readiness(state: Dictionary) -> String:
	var number: int = state.get("readiness", 0)
	return READINESS[number] if number >= 0 and number < READINESS.size() else str(number)
