extends "res://values/linked_case.gd"
## Answers with bytes and images.


func bytes_of(length: int) -> PackedByteArray:
	var bytes := PackedByteArray()
	bytes.resize(length)
	for index in mini(length, 1000):
		bytes[index] = index % 256
	return bytes


func test_bytes_arrive_as_they_were_at_the_call() -> void:
	for length: int in [0, 1, 1000, 40_000, 3_000_000]:
		var request: FramewireRequest = await asked()
		var bytes := bytes_of(length)
		equal(link.respond_bytes(request.id, {"kind": "file", "content": null}, "/content", bytes), OK)
		bytes.fill(255)
		bytes.append(1)
		var got: Dictionary = await answered()
		equal(got.kind, "file")
		check(Marshalls.base64_to_raw(got.content) == bytes_of(length), "%d bytes" % length)


func test_a_place_is_made_in_a_copy() -> void:
	var inner := {"list": [{"a": 1}]}
	var data := {"inner": inner}
	var places := {
		"/image": {"inner": inner, "image": "AQI="},
		"/inner/image": {"inner": {"list": [{"a": 1.0}], "image": "AQI="}},
		"/inner/list/0/b~1c": {"inner": {"list": [{"a": 1.0, "b/c": "AQI="}]}},
		"/inner/list/0": {"inner": {"list": ["AQI="]}},
		"/inner": {"inner": "AQI="},
	}
	for pointer: String in places:
		var request: FramewireRequest = await asked()
		equal(link.respond_bytes(request.id, data, pointer, PackedByteArray([1, 2])), OK, pointer)
		equal(JSON.stringify(await answered()), JSON.stringify(JSON.parse_string(JSON.stringify(places[pointer]))))
	equal(data, {"inner": {"list": [{"a": 1}]}})
	var typed: Dictionary[String, int] = {"width": 1}
	var last: FramewireRequest = await asked()
	equal(link.respond_bytes(last.id, typed, "/image", PackedByteArray([1, 2])), OK)
	equal(await answered(), {"width": 1.0, "image": "AQI="})


func test_a_pointer_that_leads_nowhere_is_refused() -> void:
	var request: FramewireRequest = await asked()
	for pointer: String in ["image", "/a/b", "/list/5", "/list/x", "/text/a", "/~2"]:
		var outcome := link.respond_bytes(request.id, {"list": [1], "text": ""}, pointer, PackedByteArray([1]))
		equal(outcome, ERR_INVALID_PARAMETER, pointer)
	check(request.is_open(), "the request is open")
	equal(request.respond({}), OK)


func test_an_image_arrives_as_it_was_at_the_call() -> void:
	var formats: Array[Image.Format] = [
		Image.FORMAT_L8, Image.FORMAT_RGB8, Image.FORMAT_RGBA8, Image.FORMAT_RGBAF, Image.FORMAT_RGB565
	]
	for format in formats:
		var image := Image.create_empty(640, 480, false, Image.FORMAT_RGBA8)
		image.fill(Color.WHITE)
		image.set_pixel(3, 2, Color.BLACK)
		image.convert(format)
		var request: FramewireRequest = await asked()
		equal(request.respond_image(image, {"width": 640}), OK)
		image.fill(Color.RED)
		var got: Dictionary = await answered()
		equal(got.width, 640.0)
		var back := Image.new()
		equal(back.load_png_from_buffer(Marshalls.base64_to_raw(got.image)), OK)
		equal(back.get_size(), Vector2i(640, 480))
		back.convert(Image.FORMAT_RGBA8)
		equal([back.get_pixel(3, 2), back.get_pixel(4, 2)], [Color.BLACK, Color.WHITE])


func test_an_image_is_written_on_another_thread() -> void:
	if not DirAccess.dir_exists_absolute("/proc/self/task"):
		return skip("the system does not show threads as files")
	# That of the test before may still be ending.
	await until(func() -> bool: return encoders().is_empty(), "no fw:encode")
	var noise := Crypto.new().generate_random_bytes(1 << 20)
	var bytes := PackedByteArray()
	for _part in 3:
		bytes.append_array(noise)
	var image := Image.create_from_data(1024, 1024, false, Image.FORMAT_RGB8, bytes)
	var request: FramewireRequest = await asked()
	equal(request.respond_image(image), OK)
	# Nothing else starts it; its name is its own first deed, so it may be seen a moment later.
	var found: PackedStringArray = await until(encoders, "fw:encode")
	equal(found.size(), 1, "threads fw:encode")
	check((await answered()).image.length() > 4_000_000, "the answer")
	# Of a hundred a second; to compress that much takes several.
	print("TICKS ", ticks(found[0]))
	check(ticks(found[0]) >= 2, "fw:encode worked for %d ticks" % ticks(found[0]))


## The folders of the threads of this process that finish what is sent.
func encoders() -> PackedStringArray:
	var found := PackedStringArray()
	for id in DirAccess.get_directories_at("/proc/self/task"):
		var folder := "/proc/self/task/" + id
		if read_line(folder + "/comm") == "fw:encode":
			found.append(folder)
	return found


## The processor time of a thread in the program's own code.
func ticks(folder: String) -> int:
	# After the name, which ends with a bracket: the fields from the third on; the time is the fourteenth.
	return int(read_line(folder + "/stat").get_slice(") ", 1).split(" ")[11])


## The first line of a file that has no length; empty if it has just gone.
func read_line(path: String) -> String:
	var file := FileAccess.open(path, FileAccess.READ)
	return file.get_line() if file != null else ""


func test_an_image_with_mipmaps_and_one_without_pixels() -> void:
	var image := Image.create_empty(64, 64, false, Image.FORMAT_RGBA8)
	image.generate_mipmaps()
	var request: FramewireRequest = await asked()
	equal(request.respond_image(Image.new()), ERR_INVALID_PARAMETER)
	equal(request.respond_image(image, null, "/a"), OK)
	var back := Image.new()
	equal(back.load_png_from_buffer(Marshalls.base64_to_raw((await answered()).a)), OK)
	equal(back.get_size(), Vector2i(64, 64))


func test_many_images_at_once() -> void:
	var image := Image.create_empty(256, 256, false, Image.FORMAT_RGB8)
	for _count in 16:
		peer.ask()
	await until(func() -> bool: return requests.size() == 16, "the requests")
	for index in 16:
		image.fill(Color8(index, 0, 0))
		equal(requests[index].respond_image(image), OK)
	await until(func() -> bool: return peer.messages.size() == 16, "the answers")
	for index in 16:
		var back := Image.new()
		back.load_png_from_buffer(Marshalls.base64_to_raw(peer.answer(index + 1).result.image))
		equal(back.get_pixel(9, 9), Color8(index, 0, 0))
