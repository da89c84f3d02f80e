@tool
class_name McpConnection
extends "res://addons/framewire/compat/mcp_connection.gd"
