@tool
extends RefCounted
## The door for other plugins: handlers for what the tool server asks of the editor.
##
## [codeblock]
## const Framewire = preload("res://addons/framewire/framewire.gd")
##
## func _enter_tree() -> void:
##     Framewire.handle("hello", func(_params): return {"greeting": "Hello!"})
## [/codeblock]
## Handlers may be given before the Framewire plugin is enabled, and stay while it is turned off and on.
## Everything here belongs to the main thread.

static var _handlers: Dictionary = {}
static var _host: Node = null


## Answers requests named [param method] with what [param callable] returns. It is called with the
## parameters of the request, may [code]await[/code], and replaces an earlier handler of that name.
static func handle(method: String, callable: Callable) -> void:
	_handlers[method] = callable
	if is_instance_valid(_host):
		_host.call("apply_handler", method, callable)


## Takes the handler of [param method] back. Requests of that name are then answered with an error.
static func unhandle(method: String) -> void:
	_handlers.erase(method)
	if is_instance_valid(_host):
		_host.call("remove_handler", method)


## Names that have a handler, sorted.
static func methods() -> PackedStringArray:
	var names := PackedStringArray(_handlers.keys())
	names.sort()
	return names


## The node that owns the link, a FramewireEditorLink; null while there is none: the plugin is
## disabled, the native library is missing, or this process opens no link.
static func editor_link() -> Node:
	return _host.get("node") if is_instance_valid(_host) else null


## The link itself, a FramewireLink, for notifications and calls to the server; null while there is none.
static func link() -> RefCounted:
	var node := editor_link()
	return node.call("get_link") if is_instance_valid(node) else null


## For the Framewire plugin alone: says who holds the link from now on.
static func attach_host(host: Node) -> void:
	_host = host
	for method: String in _handlers.keys():
		var callable: Callable = _handlers[method]
		if callable.is_valid():
			host.call("apply_handler", method, callable)
		else:
			_handlers.erase(method)


## For the Framewire plugin alone: the link has no holder any more.
static func detach_host(host: Node) -> void:
	if _host == host:
		_host = null
