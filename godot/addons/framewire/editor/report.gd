@tool
extends RefCounted
## What somebody who looks for a fault wants to know: versions, state, totals, log. No token is in it.

const Host := preload("host.gd")
const Library := preload("library.gd")
const Settings := preload("settings.gd")


## The report as text.
static func text(host: Host) -> String:
	var engine := Engine.get_version_info()
	var lines := PackedStringArray([
		"Framewire %s, build %s" % [Library.version(), Library.build_id()],
		"Godot %s on %s %s" % [engine.string, OS.get_name(), Engine.get_architecture_name()],
		"profile %s, url from the %s" % [host.profile(), Settings.source(Settings.URL)],
		"state %s" % JSON.stringify(host.state()),
		"totals %s" % JSON.stringify(host.stats()),
	])
	if not host.reason.is_empty():
		lines.append(host.reason)
	return "\n".join(lines) + "\n\n" + host.journal.as_text() + "\n"
