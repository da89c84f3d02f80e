extends "res://support/test_case.gd"
## JSON made of values: who reads it finds what he would find in that of JSON.stringify.

const Compare := preload("res://values/compare.gd")
const Variants := preload("res://values/variants.gd")


class Named:
	func _to_string() -> String:
		return "named \"so\""


func test_ten_thousand_values_read_back_as_those_the_engine_writes() -> void:
	# That of the engine writes infinity as 1e99999, which its reader warns of.
	allow_error("Exponent too high")
	var variants := Variants.new(30)
	for turn in 10_000:
		var value: Variant = variants.next()
		var ours := FramewireLink.stringify_json(value)
		var engines := JSON.stringify(value, "", false, true)
		var what := Compare.difference(JSON.parse_string(ours), JSON.parse_string(engines), false)
		if not check(what == "", "value %d: %s\n%s" % [turn, what, ours]):
			return


func test_what_was_decoded_is_encoded_as_it_was() -> void:
	var variants := Variants.new(31)
	for turn in 2_000:
		var text := FramewireLink.stringify_json(variants.next())
		var again := FramewireLink.stringify_json(FramewireLink.parse_json(text, true))
		if not equal(again, text, "value %d" % turn):
			return


func test_every_float_comes_back_bit_for_bit() -> void:
	var random := RandomNumberGenerator.new()
	random.seed = 32
	var bytes := PackedByteArray()
	bytes.resize(8)
	for _turn in 20_000:
		bytes.encode_u32(0, random.randi())
		bytes.encode_u32(4, random.randi())
		var float_value := bytes.decode_double(0)
		if is_nan(float_value):
			continue
		var text := FramewireLink.stringify_json([float_value])
		var what := Compare.difference(FramewireLink.parse_json(text), [float_value], true, true)
		if not check(what == "", what + " " + text):
			return


func test_ints_stay_ints_and_floats_floats() -> void:
	equal(FramewireLink.stringify_json([1, 1.0, -0.0, 1e300, 0.1]), "[1,1.0,-0.0,1e+300,0.1]")
	equal(FramewireLink.stringify_json([NAN, INF, -INF]), "[null,1e400,-1e400]")


func test_members_keep_their_order_and_control_characters_are_escaped() -> void:
	equal(FramewireLink.stringify_json({"b": 1, "a": "\u0001\n"}), '{"b":1,"a":"\\u0001\\n"}')


func test_of_names_that_become_one_text_the_last_stays() -> void:
	equal(FramewireLink.stringify_json({1: "a", "b": 2, "1": "c"}), '{"b":2,"1":"c"}')


func test_objects_are_what_str_makes_of_them() -> void:
	var node := Node.new()
	var texts: Array = JSON.parse_string(FramewireLink.stringify_json([Named.new(), node, self]))
	equal(texts, ["named \"so\"", str(node), str(self)])
	node.free()
	equal(FramewireLink.stringify_json([node]), '["<Freed Object>"]')


func test_long_parts_come_out_as_short_ones_do() -> void:
	var text := "\"é😀\n".repeat(10_000)
	var numbers := PackedInt32Array(range(20_000))
	var value := {"text": text, "between": [1, 2], "numbers": numbers, "bytes": text.to_utf8_buffer(), "end": {}}
	var back: Variant = JSON.parse_string(FramewireLink.stringify_json(value))
	equal(back.keys(), value.keys())
	check(back.text == text, "the text")
	check(back.numbers == Array(PackedFloat64Array(Array(numbers))), "the numbers")
	check(back.bytes == str(value.bytes), "the bytes")
	equal(back.between, [1.0, 2.0])


func test_what_contains_itself_or_lies_too_deep_is_refused_in_silence() -> void:
	var ring := []
	ring.append({"ring": ring})
	equal(FramewireLink.stringify_json(ring), "")
	ring.clear()
	var deep: Variant = []
	for _level in 511:
		deep = [deep]
	equal(FramewireLink.stringify_json(deep).length(), 1024)
	equal(FramewireLink.stringify_json([deep]), "")
