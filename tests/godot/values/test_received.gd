extends "res://values/linked_case.gd"
## What the peer sends, as it reaches scripts: decoded on a thread of the link.

const Compare := preload("res://values/compare.gd")
const Documents := preload("res://values/documents.gd")


## The request that brings these parameters, given as JSON.
func received(params: String) -> FramewireRequest:
	var before := requests.size()
	peer.ask_text("do", params)
	await until(func() -> bool: return requests.size() > before, "the request")
	return requests.back()


func test_parameters_are_as_the_engine_reads_them() -> void:
	var documents := Documents.new(40)
	var texts := PackedStringArray()
	for _turn in 1_000:
		texts.append('{"document":%s}' % documents.next())
		peer.ask_text("do", texts[-1])
	await until(func() -> bool: return requests.size() == texts.size(), "all requests", 60.0)
	for index in requests.size():
		check(requests[index].is_decoded, "decoded")
		var what := Compare.difference(requests[index].params, JSON.parse_string(texts[index]))
		if not check(what == "", "document %d: %s\n%s" % [index, what, texts[index]]):
			return


func test_what_is_not_decoded_comes_as_text() -> void:
	for params: String in ['{"a":"\\ud800"}', '{"\\udc00":1}']:
		var request: FramewireRequest = await received(params)
		equal([request.is_decoded, request.params, request.text], [false, null, params])
		equal(request.respond({}), OK)


func test_nul_comes_without_a_word() -> void:
	var request: FramewireRequest = await received('{"a":"x\\u0000y"}')
	equal(request.params, {"a": "x\ufffdy"})


func test_over_the_budget_there_is_only_the_text() -> void:
	link.close(0)
	await open_link({"node_budget": 10})
	var within := '{"a":[1,2,3,4,5,6,7,8]}'
	equal((await received(within)).params, JSON.parse_string(within))
	for params: String in ['{"a":[1,2,3,4,5,6,7,8,9]}', "[%s{}]" % "{},".repeat(100_000)]:
		var request: FramewireRequest = await received(params)
		equal([request.is_decoded, request.params], [false, null])
		check(request.text == params, "the text")


func test_the_default_budget_is_a_quarter_of_a_million() -> void:
	var most: FramewireRequest = await received("[%s0]" % "0,".repeat(249_998))
	check(most.is_decoded and most.params.size() == 249_999, "so many values")
	var more: FramewireRequest = await received("[%s0]" % "0,".repeat(249_999))
	check(not more.is_decoded and more.params == null, "one more")


func test_integers_are_ints_on_request() -> void:
	link.close(0)
	await open_link({"integers_as_int": true})
	var params: Dictionary = (await received('{"a":1,"b":1.0,"c":9223372036854775808}')).params
	equal(params, {"a": 1, "b": 1.0, "c": 9223372036854775808.0})
	equal(params.values().map(typeof), [TYPE_INT, TYPE_FLOAT, TYPE_FLOAT])


func test_values_may_be_kept_changed_and_dropped_in_any_order() -> void:
	var members := PackedStringArray()
	for index in 2_000:
		members.append('{"id":%d,"name":"node %d","list":[1,2,{"deep":null}]}' % [index, index])
	var params := '{"items":[%s]}' % ",".join(members)
	var kept: Array = []
	for turn in 60:
		var request: FramewireRequest = await received(params)
		var items: Array = request.params.items
		match turn % 4:
			0:
				kept.append(items[turn])
			1:
				items.clear()
			2:
				kept.append(request.params)
				items[0].name = "changed"
			3:
				kept.clear()
		equal(request.respond({"size": items.size()}), OK)
		if turn % 2 == 0:
			requests.clear()
	await until(func() -> bool: return peer.messages.size() == 60, "the answers")
