@tool
extends RefCounted
## Decides whether this process is an editor that somebody works in. Only such a one opens a link.

## Arguments of an editor that exports and ends. One that imports and ends hides its argument; it is gone before the
## host opens anything: see [code]CALM_FRAMES[/code] there.
const ERRANDS: PackedStringArray = ["--export-release", "--export-debug", "--export-pack", "--export-patch"]


## Why no link may be opened here; empty if one may.
static func reason() -> String:
	if not Engine.is_editor_hint():
		return "This is a game, not the editor."
	var name := errand()
	if not name.is_empty():
		return "This editor runs for %s alone." % name
	if is_headless() and OS.get_environment("FRAMEWIRE_HEADLESS") != "1":
		return "A headless editor opens no link. Set FRAMEWIRE_HEADLESS=1 if it should."
	return ""


## The argument that makes this run an export; empty if none does.
static func errand() -> String:
	for argument in OS.get_cmdline_args():
		if ERRANDS.has(argument):
			return argument
	return ""


## Whether nobody can see this editor.
static func is_headless() -> bool:
	return DisplayServer.get_name() == "headless"
