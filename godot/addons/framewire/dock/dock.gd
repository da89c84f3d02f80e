@tool
extends MarginContainer
## The dock: state and buttons, notices, figures, the log, and a small plot.

const Details := preload("details.gd")
const ExportFilter := preload("../editor/export_filter.gd")
const Header := preload("header.gd")
const Host := preload("../editor/host.gd")
const LogView := preload("log_view.gd")
const Notice := preload("notice.gd")
const Phase := preload("phase.gd")
const Plot := preload("plot.gd")
const Style := preload("style.gd")
const Tiles := preload("tiles.gd")

## The menu asked for the addon to be left out of exported games.
signal export_filter_pressed
## The menu asked for a report of a fault.
signal report_pressed

const REFRESH_SECONDS := 0.25

enum Menu { EXPORT, REPORT }

var header: Header
var tiles: Tiles
var details: Details
var status_notice: Notice
var export_notice: Notice
var log_view: LogView
var plot: Plot

var _host: Host
var _look: Array = []
var _last: Dictionary = {}
var _last_usec := 0


func _init(host: Host) -> void:
	_host = host
	name = "Framewire"
	build()
	var timer := Timer.new()
	timer.wait_time = REFRESH_SECONDS
	timer.autostart = true
	timer.timeout.connect(refresh)
	add_child(timer, false, INTERNAL_MODE_BACK)
	host.changed.connect(refresh)


func _notification(what: int) -> void:
	# Also sent when the dock is moved; only another look is a reason.
	if what == NOTIFICATION_THEME_CHANGED and _look != Style.look():
		build.call_deferred()


## Makes what is in the dock, in the editor's theme of now.
func build() -> void:
	for child in get_children():
		child.free()
	_look = Style.look()
	for side: StringName in [&"margin_left", &"margin_top", &"margin_right", &"margin_bottom"]:
		add_theme_constant_override(side, Style.px(6))
	var column := VBoxContainer.new()
	column.add_theme_constant_override("separation", Style.px(6))
	add_child(column)
	_add_header(column)
	status_notice = Notice.new()
	export_notice = Notice.new(&"Info", &"accent_color")
	column.add_child(status_notice)
	column.add_child(export_notice)
	_add_figures(column)
	log_view = LogView.new(_host.journal)
	column.add_child(log_view)
	plot = Plot.new()
	column.add_child(plot)
	offer_export_filter()
	refresh()


func _ready() -> void:
	refresh()


## Shows the state of now. A hidden dock only goes on with its plot.
func refresh() -> void:
	if not is_inside_tree():
		return
	var stats := _host.stats()
	_sample(stats)
	if is_visible_in_tree() or DisplayServer.get_name() == "headless":
		_show(_host.state(), stats)


## Offers to leave the addon out of exported games, where a preset would take it along.
func offer_export_filter() -> void:
	var names := ExportFilter.presets_to_change()
	if names.is_empty():
		export_notice.say("")
		return
	export_notice.say(
		"Exported games would carry this addon along: %s." % ", ".join(names),
		"Leave It Out",
		func() -> void: export_filter_pressed.emit(),
	)


func _add_header(column: VBoxContainer) -> void:
	header = Header.new()
	column.add_child(header)
	header.reconnect_pressed.connect(_host.reconnect)
	header.pause_toggled.connect(_host.set_paused)
	var popup := header.menu.get_popup()
	popup.add_item("Leave the Addon out of Exports", Menu.EXPORT)
	popup.add_item("Copy a Report of This Link", Menu.REPORT)
	popup.id_pressed.connect(_menu_pressed)


func _add_figures(column: VBoxContainer) -> void:
	tiles = Tiles.new()
	tiles.add_tile(&"answered", "Answered", "Requests of the server that this editor answered")
	tiles.add_tile(&"open", "Open", "Requests handed out and not answered yet")
	tiles.add_tile(&"waiting", "Waiting", "Requests that wait for the next frame")
	tiles.add_tile(&"in", "Received", "Bytes of messages received")
	tiles.add_tile(&"out", "Sent", "Bytes of messages that the system has taken")
	tiles.add_tile(&"connections", "Connects", "Connections since the link was opened")
	column.add_child(tiles)
	details = Details.new()
	details.add_row(&"server", "Server")
	details.add_row(&"profile", "Profile")
	details.add_row(&"session", "Session")
	details.add_row(&"readiness", "Readiness")
	column.add_child(details)


func _menu_pressed(id: int) -> void:
	match id:
		Menu.EXPORT:
			export_filter_pressed.emit()
		Menu.REPORT:
			report_pressed.emit()


func _show(state: Dictionary, stats: Dictionary) -> void:
	var phase := Phase.of(state)
	var title: String = Phase.title(phase) if _host.is_open() else "Not open"
	var is_paused: bool = state.get("pause_depth", 0) > 0
	header.show_state(Phase.color(phase), title, _detail(state, phase), _host.is_open(), is_paused)
	header.enable_reconnect(_host.can_open())
	status_notice.say(_host.reason)
	_show_figures(state, stats)
	_show_details(state)


func _detail(state: Dictionary, phase: int) -> String:
	if not _host.is_open():
		return "no link in this editor" if not _host.can_open() else "press Connect to open the link"
	if phase == Phase.ACTIVE and state.get("pause_depth", 0) > 0:
		return "paused: events wait"
	if phase == Phase.WAITING:
		return "attempt %d, tries again by itself" % state.get("attempt", 0)
	return _host.address().get_slice("://", 1)


func _show_figures(state: Dictionary, stats: Dictionary) -> void:
	tiles.put(&"answered", Style.count(stats.get("answered", 0)))
	tiles.put(&"open", Style.count(state.get("requests_open", 0)))
	var waiting: int = state.get("requests_waiting", 0)
	tiles.put(&"waiting", Style.count(waiting), Style.color(&"warning_color") if waiting > 0 else Color.TRANSPARENT)
	tiles.put(&"in", Style.bytes(stats.get("bytes_in", 0)))
	tiles.put(&"out", Style.bytes(stats.get("bytes_out", 0)))
	tiles.put(&"connections", Style.count(stats.get("connections", 0)))


func _show_details(state: Dictionary) -> void:
	details.put(&"server", state.get("server_version", ""))
	details.put(&"profile", _host.profile())
	details.put(&"session", state.get("session_id", ""))
	details.put(&"readiness", Phase.readiness(state) if _host.is_open() else "")


## What happened since the last sample, as rates.
func _sample(stats: Dictionary) -> void:
	var now := Time.get_ticks_usec()
	var seconds := (now - _last_usec) / 1e6
	if seconds < REFRESH_SECONDS / 2.0:
		return
	if not _last.is_empty() and not stats.is_empty():
		var inbound: float = stats.get("bytes_in", 0) - _last.get("bytes_in", 0)
		var outbound: float = stats.get("bytes_out", 0) - _last.get("bytes_out", 0)
		plot.push(_host.take_frame_cost(), maxf(0.0, inbound) / seconds, maxf(0.0, outbound) / seconds)
	else:
		plot.push(0.0, 0.0, 0.0)
	_last = stats
	_last_usec = now
