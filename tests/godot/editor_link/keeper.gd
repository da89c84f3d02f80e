@tool
## An object that has handlers, and can be freed while they are needed.
extends Node

signal never


func answer(_params: Dictionary) -> Dictionary:
	return {"kept": true}


func wait_for_itself(_params: Dictionary) -> Dictionary:
	await never
	return {"never": true}


func wait_for(awaited: Signal) -> Dictionary:
	await awaited
	return {"kept": true}
