@tool
extends RefCounted
## The names under which servers know editors: the project's folder, "@", random hex digits.

const NAMELESS := "project"


## A new id for the project at [param project_path], with [param digits] random digits.
static func make(project_path: String, digits: int) -> String:
	var name := slug(project_path.rstrip("/\\").get_file())
	var random := Crypto.new().generate_random_bytes(ceili(digits / 2.0)).hex_encode()
	return "%s@%s" % [NAMELESS if name.is_empty() else name, random.left(digits)]


## Lower case; every run of other characters than a-z and 0-9 is one "-", with none at either end.
static func slug(text: String) -> String:
	var words := PackedStringArray()
	var word := ""
	for character in text.to_lower():
		if (character >= "a" and character <= "z") or (character >= "0" and character <= "9"):
			word += character
		elif not word.is_empty():
			words.append(word)
			word = ""
	if not word.is_empty():
		words.append(word)
	return "-".join(words)
