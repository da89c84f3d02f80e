@tool
## The dock: what it shows, what its buttons do, and how it goes with the plugin.
extends "res://support/test_case.gd"

# runner: editor, plugins=framewire

const DockPlace := preload("res://addons/framewire/editor/dock_place.gd")
const Framewire := preload("res://addons/framewire/framewire.gd")
const Phase := preload("res://addons/framewire/dock/phase.gd")
const Plot := preload("res://addons/framewire/dock/plot.gd")
const PluginScript := preload("res://addons/framewire/plugin.gd")
const Report := preload("res://addons/framewire/editor/report.gd")
const Style := preload("res://addons/framewire/dock/style.gd")

var plugin: PluginScript


func before_each() -> void:
	plugin = _find(get_tree().root)
	OS.set_environment("FRAMEWIRE_HEADLESS", "1")


func after_each() -> void:
	Framewire.unhandle("echo")
	if is_instance_valid(plugin) and plugin.host != null:
		plugin.host.close()
		plugin.host.journal.clear()
	OS.unset_environment("FRAMEWIRE_HEADLESS")
	OS.unset_environment("FRAMEWIRE_URL")


func test_without_a_link_it_says_why() -> void:
	equal(plugin.dock.header.title(), "Not open")
	check(plugin.dock.status_notice.text().contains("FRAMEWIRE_HEADLESS=1"), "the reason is shown")


func test_it_shows_a_connection_and_its_traffic() -> void:
	var server := await _connected()
	Framewire.handle("echo", func(params: Dictionary) -> Dictionary: return params)
	for number in 3:
		server.call_editor("echo", {"number": number})
	await reported(server, "answer", {}, 3)
	plugin.dock.refresh()
	var dock := plugin.dock
	equal(dock.header.title(), "Connected")
	equal(dock.status_notice.text(), "")
	equal(dock.tiles.text_of(&"answered"), "3")
	equal(dock.tiles.text_of(&"open"), "0")
	equal(dock.tiles.text_of(&"connections"), "1")
	check(dock.tiles.text_of(&"in") != "0 B", "something was received")
	check(dock.details.text_of(&"session") != "-", "the session is shown")
	equal(dock.details.text_of(&"profile"), "godot_ai")
	check(dock.log_view.shown().length() > 20, "the log tells of the connection")
	check(await until(func() -> bool: return dock.plot.newest().x > 0.0, "a cost in the plot"), "plot")


func test_pause_holds_requests_back_and_the_connection_stays() -> void:
	var server := await _connected()
	Framewire.handle("echo", func(params: Dictionary) -> Dictionary: return params)
	plugin.dock.header.pause_toggled.emit(true)
	server.call_editor("echo", {})
	await until(func() -> bool: return plugin.host.state().requests_waiting == 1, "the request to wait")
	await frames(10)
	equal(server.seen("answer").size(), 0)
	plugin.dock.refresh()
	equal(plugin.dock.tiles.text_of(&"waiting"), "1")
	plugin.dock.header.pause_toggled.emit(false)
	await reported(server, "answer")
	equal(plugin.host.stats().connections, 1)


func test_reconnect_opens_a_link_and_dials_at_once() -> void:
	var server := await start_server()
	OS.set_environment("FRAMEWIRE_URL", server.url())
	plugin.host.stop()
	plugin.host.start()
	plugin.host.close()
	plugin.dock.refresh()
	equal(plugin.dock.header.title(), "Not open")
	plugin.dock.header.reconnect_pressed.emit()
	await reported(server, "acknowledged")
	server.stop()
	await until(func() -> bool: return Phase.of(plugin.host.state()) != Phase.ACTIVE, "the link to notice")
	check(plugin.host.is_open(), "it goes on trying")


func test_a_change_of_url_opens_the_link_anew() -> void:
	var first := await _connected()
	var second := await start_server()
	OS.set_environment("FRAMEWIRE_URL", second.url())
	ProjectSettings.settings_changed.emit()
	await reported(second, "acknowledged")
	await reported(first, "gone")
	equal(plugin.host.url(), second.url())


func test_a_configuration_that_is_refused_is_told() -> void:
	OS.set_environment("FRAMEWIRE_URL", "http://127.0.0.1:1")
	expect_error("FramewireLink.open: ")
	plugin.host.reconnect()
	plugin.dock.refresh()
	check(not plugin.host.is_open(), "it is not open")
	check(plugin.dock.status_notice.text().contains("ws://"), "it says what a url is: %s" % plugin.host.reason)


func test_handlers_survive_the_plugin_being_turned_off_and_on() -> void:
	var server := await _connected()
	Framewire.handle("echo", func(params: Dictionary) -> Dictionary: return params)
	EditorInterface.set_plugin_enabled("framewire", false)
	await reported(server, "gone")
	equal(Framewire.editor_link(), null)
	await frames(3)
	EditorInterface.set_plugin_enabled("framewire", true)
	await reported(server, "acknowledged", {}, 2)
	server.call_editor("echo", {"again": true})
	var answers := await reported(server, "answer")
	equal(answers[0].status, "ok")
	plugin = _find(get_tree().root)


func test_off_and_on_leaves_one_dock_and_no_node() -> void:
	for _turn in 5:
		EditorInterface.set_plugin_enabled("framewire", false)
		await frames(3)
		equal(_docks().size(), 0)
		EditorInterface.set_plugin_enabled("framewire", true)
		await frames(3)
		equal(_docks().size(), 1)
	plugin = _find(get_tree().root)


func test_engines_without_docks_of_their_own_get_a_control() -> void:
	check(DockPlace.knows_docks(plugin), "this engine has them")
	var content := Control.new()
	content.name = "Content"
	var place := DockPlace.new(plugin, content, false)
	await frames(2)
	check(content.is_inside_tree(), "the control is in a dock")
	place.show()
	place.remove()
	await frames(2)
	check(not is_instance_valid(content), "it is gone with the dock")


func test_a_query_is_shown_nowhere() -> void:
	var server := await start_server()
	OS.set_environment("FRAMEWIRE_URL", server.url() + "/?key=5ec2e75ec2e7")
	plugin.host.open()
	await reported(server, "acknowledged")
	await until(func() -> bool: return plugin.host.journal.as_text().contains("connected to"), "the log")
	plugin.dock.refresh()
	for text: String in [plugin.host.journal.as_text(), Report.text(plugin.host), plugin.dock.header.tooltip_text]:
		check(not text.contains("5ec2e75ec2e7"), "the query is told")


func test_it_is_narrow_enough_for_a_dock_and_scales() -> void:
	var least := plugin.dock.get_combined_minimum_size()
	check(least.x <= Style.px(280), "it needs %s, and docks are %d wide" % [least, Style.px(280)])
	check(least.y <= Style.px(640), "it needs %s" % least)


func test_another_look_builds_it_anew_and_it_goes_on() -> void:
	var server := await _connected()
	var nodes := plugin.dock.find_children("*", "", true, false).size()
	plugin.dock.build()
	equal(plugin.dock.find_children("*", "", true, false).size(), nodes)
	equal(plugin.dock.header.title(), "Connected")
	var is_told := func() -> bool: return plugin.dock.log_view.shown().contains(server.url())
	await until(is_told, "the log of the connection in the new dock")


func test_the_export_filter_is_offered_and_set() -> void:
	var file := FileAccess.open("res://export_presets.cfg", FileAccess.WRITE)
	file.store_string('[preset.0]\n\nname="Mine"\nplatform="Linux"\nexclude_filter=""\n')
	file.close()
	plugin.dock.offer_export_filter()
	check(plugin.dock.export_notice.text().contains("Mine"), "the preset is named")
	plugin.dock.export_filter_pressed.emit()
	equal(plugin.dock.export_notice.text(), "")
	check(FileAccess.get_file_as_string("res://export_presets.cfg").contains("addons/framewire/*"), "set")
	DirAccess.remove_absolute("res://export_presets.cfg")


func test_a_report_holds_what_is_asked_for_and_no_token() -> void:
	await _connected()
	OS.set_environment("FRAMEWIRE_TOKEN", "5ec2e75ec2e7-token-of-mine-1234567890")
	plugin.host.open()
	await frames(20)
	var report := Report.text(plugin.host)
	OS.unset_environment("FRAMEWIRE_TOKEN")
	for words: String in ["Framewire 0.", "build ", "Godot 4.", "godot_ai", "session_id"]:
		check(report.contains(words), "%s is in the report:\n%s" % [words, report])
	check(not report.contains("5ec2e75ec2e7"), "the token is not")


func test_numbers_are_shown_as_people_read_them() -> void:
	equal(Style.bytes(0), "0 B")
	equal(Style.bytes(1023), "1023 B")
	equal(Style.bytes(1536), "1.5 KiB")
	equal(Style.bytes(200 * 1024), "200 KiB")
	equal(Style.bytes(5.25 * 1024 * 1024), "5.2 MiB")
	equal(Style.count(0), "0")
	equal(Style.count(999), "999")
	equal(Style.count(1234567), "1\u202f234\u202f567")


func test_the_axis_of_the_plot_moves_in_steps() -> void:
	equal(Plot.ceiling_of(0.0, 10.0), 10.0)
	equal(Plot.ceiling_of(10.0, 10.0), 10.0)
	equal(Plot.ceiling_of(11.0, 10.0), 20.0)
	equal(Plot.ceiling_of(21.0, 10.0), 50.0)
	equal(Plot.ceiling_of(51.0, 10.0), 100.0)
	equal(Plot.ceiling_of(101.0, 10.0), 200.0)


func _connected() -> TestServer:
	var server := await start_server()
	OS.set_environment("FRAMEWIRE_URL", server.url())
	plugin.host.stop()
	plugin.host.start()
	await reported(server, "acknowledged")
	await until(func() -> bool: return Phase.of(plugin.host.state()) == Phase.ACTIVE, "the link to know")
	return server


func _find(node: Node) -> PluginScript:
	if node is PluginScript:
		return node
	for child in node.get_children():
		var found := _find(child)
		if found != null:
			return found
	return null


func _docks(node: Node = get_tree().root) -> Array[Node]:
	var found: Array[Node] = []
	if node.get_script() == preload("res://addons/framewire/dock/dock.gd"):
		found.append(node)
	for child in node.get_children():
		found.append_array(_docks(child))
	return found
