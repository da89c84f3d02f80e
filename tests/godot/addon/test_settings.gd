@tool
## Where the settings of the link come from, and which counts more.
extends "res://support/test_case.gd"

# runner: editor, plugins=framewire

const Settings := preload("res://addons/framewire/editor/settings.gd")

const VARIABLES: Array[String] = [
	"FRAMEWIRE_URL", "FRAMEWIRE_PROFILE", "FRAMEWIRE_AUTO_CONNECT", "FRAMEWIRE_TOKEN"
]


func after_each() -> void:
	for variable in VARIABLES:
		OS.unset_environment(variable)
	var machine := EditorInterface.get_editor_settings()
	for setting: String in [Settings.URL, Settings.PROFILE, Settings.TOKEN]:
		machine.set_setting(setting, "")
	machine.set_setting(Settings.AUTO_CONNECT, Settings.Override.AS_PROJECT)
	ProjectSettings.set_setting(Settings.URL, Settings.DEFAULT_URL)
	ProjectSettings.set_setting(Settings.PROFILE, Settings.DEFAULT_PROFILE)
	ProjectSettings.set_setting(Settings.AUTO_CONNECT, true)


func test_defaults() -> void:
	equal(Settings.url(), "ws://127.0.0.1:9500")
	equal(Settings.profile(), "godot_ai")
	equal(Settings.auto_connect(), true)
	equal(Settings.token(), "")
	equal(Settings.source(Settings.URL), "project settings")


func test_machine_counts_more_than_project_and_environment_most() -> void:
	for pair: Array in [[Settings.URL, "FRAMEWIRE_URL"], [Settings.PROFILE, "FRAMEWIRE_PROFILE"]]:
		var asked: Callable = Settings.url if pair[0] == Settings.URL else Settings.profile
		ProjectSettings.set_setting(pair[0], "of the project")
		equal(asked.call(), "of the project")
		EditorInterface.get_editor_settings().set_setting(pair[0], " of the machine ")
		equal(asked.call(), "of the machine")
		equal(Settings.source(pair[0]), "editor settings")
		OS.set_environment(pair[1], "of the environment")
		equal(asked.call(), "of the environment")
		equal(Settings.source(pair[0]), "environment")


func test_auto_connect_has_three_states_on_a_machine() -> void:
	var machine := EditorInterface.get_editor_settings()
	for in_project: bool in [true, false]:
		ProjectSettings.set_setting(Settings.AUTO_CONNECT, in_project)
		machine.set_setting(Settings.AUTO_CONNECT, Settings.Override.AS_PROJECT)
		equal(Settings.auto_connect(), in_project)
		machine.set_setting(Settings.AUTO_CONNECT, Settings.Override.ALWAYS)
		equal(Settings.auto_connect(), true)
		machine.set_setting(Settings.AUTO_CONNECT, Settings.Override.NEVER)
		equal(Settings.auto_connect(), false)
		OS.set_environment("FRAMEWIRE_AUTO_CONNECT", "1")
		equal(Settings.auto_connect(), true)
		OS.set_environment("FRAMEWIRE_AUTO_CONNECT", "0")
		equal(Settings.auto_connect(), false)
		OS.unset_environment("FRAMEWIRE_AUTO_CONNECT")


func test_a_token_comes_from_environment_or_machine_alone() -> void:
	ProjectSettings.set_setting("framewire/link/token", "never")
	equal(Settings.token(), "")
	ProjectSettings.set_setting("framewire/link/token", null)
	EditorInterface.get_editor_settings().set_setting(Settings.TOKEN, "of the machine")
	equal(Settings.token(), "of the machine")
	OS.set_environment("FRAMEWIRE_TOKEN", "of the environment")
	equal(Settings.token(), "of the environment")


func test_project_settings_are_shown_and_only_changes_are_saved() -> void:
	var shown := {}
	for property in ProjectSettings.get_property_list():
		shown[property.name] = property
	for setting: String in [Settings.URL, Settings.PROFILE, Settings.AUTO_CONNECT]:
		check(shown.has(setting), "%s is shown" % setting)
		check(shown[setting].usage & PROPERTY_USAGE_EDITOR_BASIC_SETTING, "%s is a basic setting" % setting)
	equal(shown[Settings.PROFILE].hint, PROPERTY_HINT_ENUM)
	equal(_saved().contains("framewire/link"), false, "defaults are not saved")
	ProjectSettings.set_setting(Settings.URL, "ws://127.0.0.1:9501")
	var saved := _saved()
	check(saved.contains("link/url=\"ws://127.0.0.1:9501\""), "a change is saved: %s" % saved)
	check(not saved.contains("link/profile"), "what is unchanged is not")


func test_machine_settings_are_shown() -> void:
	var machine := EditorInterface.get_editor_settings()
	var shown := {}
	for property in machine.get_property_list():
		shown[property.name] = property
	for setting: String in [Settings.URL, Settings.PROFILE, Settings.AUTO_CONNECT, Settings.TOKEN]:
		check(shown.has(setting), "%s is shown" % setting)
	equal(shown[Settings.TOKEN].hint, PROPERTY_HINT_PASSWORD)


func _saved() -> String:
	var path := OS.get_environment("FRAMEWIRE_TEST_SCRATCH").path_join("saved.godot")
	ProjectSettings.save_custom(path)
	return FileAccess.get_file_as_string(path)
