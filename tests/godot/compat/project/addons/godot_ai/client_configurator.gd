@tool
class_name McpClientConfigurator
extends RefCounted
## Stand-in: what an addon of [member release] says about itself.

const DEFAULT_WS_PORT := 9500

static var release := "2.4.2"


static func get_plugin_version() -> String:
	return release


static func get_server_launch_mode() -> String:
	return "dev_venv"
