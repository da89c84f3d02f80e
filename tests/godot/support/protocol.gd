@tool
## What the tests tell the program that started the engine: one line of JSON each, on standard output.
extends RefCounted

const MARK := "@@framewire "


static func tell(message: Dictionary) -> void:
	print(MARK + JSON.stringify(message))


## A directory outside of the project that both sides use.
static func scratch() -> String:
	return OS.get_environment("FRAMEWIRE_TEST_SCRATCH")
