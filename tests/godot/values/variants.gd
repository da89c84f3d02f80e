extends RefCounted
## Makes values of every type that may be sent, the same ones for the same seed.

const TEXTS: Array[String] = ["", "plain", "\"\\/", "\n\t\r", "\u0001\u001f\u007f", "é日本😀", "\u2028", "null"]

var _random := RandomNumberGenerator.new()


func _init(seed_number: int) -> void:
	_random.seed = seed_number


## The next value.
func next() -> Variant:
	return _value(4)


func _value(depth: int) -> Variant:
	match _random.randi_range(0, 11 if depth > 0 else 8):
		0:
			return null
		1:
			return _random.randi() % 2 == 0
		2:
			return _int()
		3, 4:
			return _float()
		5, 6:
			return _text()
		7:
			return _packed()
		8:
			return _other()
		9:
			return _array(depth)
		_:
			return _dictionary(depth)


func _array(depth: int) -> Array:
	if _random.randi() % 4 == 0:
		return [_int(), _int()] as Array[int]
	var array := []
	for _element in _random.randi_range(0, 5):
		array.append(_value(depth - 1))
	return array


func _dictionary(depth: int) -> Dictionary:
	if _random.randi() % 6 == 0:
		return {_text(): 1, "b": 2} as Dictionary[String, int]
	var dictionary := {}
	for _member in _random.randi_range(0, 5):
		dictionary[_name()] = _value(depth - 1)
	return dictionary


func _name() -> Variant:
	match _random.randi_range(0, 5):
		0:
			return _random.randi_range(0, 3)
		1:
			return StringName(_text())
		2:
			return [null, true, Vector2(1, 2), 1.5, ^"a/b:c", [1, "x"]][_random.randi_range(0, 5)]
		_:
			return _text()


func _int() -> int:
	var edges: Array[int] = [0, 1, -1, 9223372036854775807, -9223372036854775807 - 1, 9007199254740993]
	return edges[_random.randi_range(0, 5)] if _random.randi() % 2 else _random.randi_range(-1000, 1000)


func _float() -> float:
	if _random.randi() % 3 == 0:
		return [0.0, -0.0, 1.0, 0.1, 1e23, 1e300, -1e-300, INF, -INF, 123456.789][_random.randi_range(0, 9)]
	return _random.randf_range(-10.0, 10.0) * pow(10.0, _random.randi_range(-20, 20))


func _text() -> String:
	return TEXTS[_random.randi_range(0, TEXTS.size() - 1)] + TEXTS[_random.randi_range(0, TEXTS.size() - 1)]


func _packed() -> Variant:
	var all := [
		PackedByteArray([0, 255]), PackedInt32Array([-1, 2147483647]), PackedInt64Array([_int()]),
		PackedFloat32Array([0.1, -1.5]), PackedFloat64Array([_float()]), PackedStringArray([_text(), ""]),
		PackedVector2Array([Vector2(1, 2.5)]), PackedVector3Array([Vector3.ONE]), PackedColorArray([Color.RED]),
		PackedVector4Array([Vector4.ONE]), PackedInt32Array()
	]
	return all[_random.randi_range(0, all.size() - 1)]


func _other() -> Variant:
	var all := [
		Vector2(1, -2.5), Vector2i(1, 2), Rect2(0, 1, 2, 3), Vector3(1, 2, 3), Transform2D(), Vector4.ONE, Plane(0, 1, 0, 2),
		Quaternion(), AABB(), Basis(), Transform3D(), Projection(), Color(1, 0, 0.5), StringName(_text()),
		NodePath("a/%s" % _random.randi()), RID(), Callable(), Signal()
	]
	return all[_random.randi_range(0, all.size() - 1)]
