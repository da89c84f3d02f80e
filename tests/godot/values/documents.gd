extends RefCounted
## Makes JSON texts, the same ones for the same seed. All of them are what the engine's reader takes
## without a word.

const SPACES: Array[String] = ["", "", "", " ", "\n", "\t", "\r\n", "  "]
const NAMES: Array[String] = [
	"a", "b", "name", "path", "", "position", "x", "\\u0061", "é", "日本", "a b", "\\n", "\\ud83d\\ude00", "1", "null"
]
const PIECES: Array[String] = [
	"plain", " ", "\\n", "\\t", "\\r", "\\b", "\\f", "\\\\", "\\\"", "\\/", "/", "\\u0041", "\\u00e9", "\\uffff", "\\u0001",
	"\\u007f", "\\ud83d\\ude00", "é", "ß", "日本", "😀", "\u2028", "{", "]", ":", ",", "0"
]

var _random := RandomNumberGenerator.new()


func _init(seed_number: int) -> void:
	_random.seed = seed_number


## The next text.
func next() -> String:
	return _space() + _value(_random.randi_range(0, 5)) + _space()


func _value(depth: int) -> String:
	var kind := _random.randi_range(0, 9 if depth > 0 else 5)
	match kind:
		0:
			return ["null", "true", "false"][_random.randi_range(0, 2)]
		1, 2:
			return _string()
		3, 4, 5:
			return number()
		6, 7:
			var elements := PackedStringArray()
			for _element in _random.randi_range(0, 6):
				elements.append(_space() + _value(depth - 1) + _space())
			return "[%s]" % (",".join(elements) if elements else _space())
		_:
			var members := PackedStringArray()
			for _member in _random.randi_range(0, 6):
				members.append("%s\"%s\"%s:%s%s" % [_space(), _pick(NAMES), _space(), _space(), _value(depth - 1)])
			return "{%s}" % (",".join(members) if members else _space())


## A number in one of the many ways to write one.
func number() -> String:
	var sign_text := "-" if _random.randi_range(0, 3) == 0 else ""
	match _random.randi_range(0, 5):
		0:
			return sign_text + str(_random.randi_range(0, 1000))
		1:
			return sign_text + _digits(25)
		2:
			return "%s%s.%s" % [sign_text, _digits(12), _fraction(20)]
		3:
			return "%s%s.%se%d" % [sign_text, _digits(3), _fraction(17), _random.randi_range(-330, 330)]
		4:
			return "%s%sE%s%d" % [sign_text, _digits(5), _pick(["", "+", "-"]), _random.randi_range(0, 30)]
		_:
			return sign_text + _pick(["0", "0.0", "1e308", "1e309", "0.1", "9007199254740993", "4.35", "1e23", "0e5"])


func _digits(most: int) -> String:
	var text := str(_random.randi_range(1, 9))
	for _digit in _random.randi_range(0, most - 1):
		text += str(_random.randi_range(0, 9))
	return text


func _fraction(most: int) -> String:
	var text := ""
	for _digit in _random.randi_range(1, most):
		text += str(_random.randi_range(0, 9))
	return text


func _string() -> String:
	var text := ""
	for _piece in _random.randi_range(0, 8):
		text += _pick(PIECES)
	return "\"%s\"" % text


func _space() -> String:
	return _pick(SPACES)


func _pick(all: Array[String]) -> String:
	return all[_random.randi_range(0, all.size() - 1)]
