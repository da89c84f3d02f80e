extends "res://support/test_case.gd"
## Values made of JSON, compared with those that the engine's own reader makes.

const Compare := preload("res://values/compare.gd")
const Documents := preload("res://values/documents.gd")


func test_ten_thousand_documents_are_as_the_engine_reads_them() -> void:
	var documents := Documents.new(20)
	for turn in 10_000:
		var text: String = documents.next()
		var what := Compare.difference(FramewireLink.parse_json(text), JSON.parse_string(text))
		if not check(what == "", "document %d: %s\n%s" % [turn, what, text]):
			return


func test_truncated_documents_are_refused_in_silence() -> void:
	var documents := Documents.new(21)
	for _turn in 300:
		var text: String = documents.next().strip_edges()
		if not (text.begins_with("{") or text.begins_with("[")):
			continue
		for length in text.length():
			if not check(FramewireLink.parse_json(text.left(length)) == null, text.left(length)):
				return


func test_of_members_of_one_name_the_last_wins_at_the_place_of_the_first() -> void:
	var text := '{"a":1,"b":2,"\\u0061":3,"c":4,"b":5}'
	equal(FramewireLink.parse_json(text), {"a": 3.0, "b": 5.0, "c": 4.0})
	equal(FramewireLink.parse_json(text).keys(), JSON.parse_string(text).keys())


func test_nul_becomes_the_replacement_character_without_a_word() -> void:
	var value: Variant = FramewireLink.parse_json('{"\\u0000k":"a\\u0000b\\u0000"}')
	equal(value, {"\ufffdk": "a\ufffdb\ufffd"})


func test_half_a_surrogate_pair_is_refused_as_the_engine_refuses_it() -> void:
	for text: String in ['"\\ud800"', '["\\udc00"]', '{"\\ud83d":1}', '"\\ud800\\ud800"', '"\\ud83d\\u0041"']:
		equal(FramewireLink.parse_json(text), null, text)
	equal(FramewireLink.parse_json('"\\ud83d\\ude00"'), "😀")


func test_every_number_is_a_float_rightly_rounded() -> void:
	var bits := {
		"1e23": "f64ae1c7022db544",
		"9007199254740993.00000000000000000001": "0100000000004043",
		"2.2250738585072011e-308": "ffffffffffff0f00",
		"5e-324": "0100000000000000",
		"-0": "0000000000000080",
		"0.1": "9a9999999999b93f",
		"123456789012345678901234567890": "3e376cff90eef845",
	}
	for text: String in bits:
		var bytes := PackedByteArray()
		bytes.resize(8)
		bytes.encode_double(0, FramewireLink.parse_json(text))
		equal(bytes.hex_encode(), bits[text], text)
	equal(FramewireLink.parse_json("[1e999,-1e999,1e-999,7]"), [INF, -INF, 0.0, 7.0])


func test_integers_become_ints_on_request() -> void:
	var text := "[0,-1,9223372036854775807,-9223372036854775808,9223372036854775808,1.0,1e2,-0]"
	var value: Variant = FramewireLink.parse_json(text, true)
	var least := -9223372036854775807 - 1
	equal(value, [0, -1, 9223372036854775807, least, 9223372036854775808.0, 1.0, 100.0, -0.0])
	equal(value.map(typeof), [2, 2, 2, 2, 3, 3, 3, 3])


func test_depth_is_bounded() -> void:
	check(FramewireLink.parse_json("[".repeat(1024) + "]".repeat(1024)) is Array, "as deep as it may be")
	for depth: int in [1025, 1_000_000]:
		equal(FramewireLink.parse_json("[".repeat(depth) + "]".repeat(depth)), null)
		equal(FramewireLink.parse_json('{"a":'.repeat(depth)), null)


func test_what_is_no_json_is_null() -> void:
	var bad: Array[String] = [
		"", " ", "nul", "True", "NaN", "Infinity", "-", "+1", ".5", "1.", "01", "1e", "0x1", "'a'", '"a', '"\\x"', '"\\u12"',
		'"\t"', "[1,]", "[,]", "[1 2]", "{1:2}", '{"a"}', '{"a":}', '{"a":1,}', "[}", "[1]]", "1 2", "/**/1", "\ufeff1"
	]
	for text in bad:
		equal(FramewireLink.parse_json(text), null, text)


func test_names_are_strings_and_shared_values_are_not() -> void:
	var value: Array = FramewireLink.parse_json('[{"k":[1]},{"k":[1]},{"k":"s"}]')
	equal(typeof(value[0].keys()[0]), TYPE_STRING)
	value[0].k.append(2.0)
	value[0].erase("k")
	equal(value, [{}, {"k": [1.0]}, {"k": "s"}])
