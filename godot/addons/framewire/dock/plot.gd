@tool
extends Control
## Two small curves over the last half minute: what the link costs a frame, and what it carries.

const Style := preload("style.gd")

const SAMPLES := 120

var _cost := PackedFloat32Array()
var _inbound := PackedFloat32Array()
var _outbound := PackedFloat32Array()
var _is_quiet := true


func _init() -> void:
	tooltip_text = "What link and handlers cost a frame on average, and what is received and sent, in half a minute"
	custom_minimum_size = Vector2(Style.px(180), Style.px(112))
	clip_contents = true
	for curve: PackedFloat32Array in [_cost, _inbound, _outbound]:
		curve.resize(SAMPLES)


## Takes a sample: microseconds of the frame thread a frame, and bytes a second each way.
func push(cost_usec: float, inbound: float, outbound: float) -> void:
	_shift(_cost, cost_usec)
	_shift(_inbound, inbound)
	_shift(_outbound, outbound)
	# A flat curve need not be drawn again: each redraw wakes an editor that saves power.
	var is_quiet := _peak(_cost) + _peak(_inbound) + _peak(_outbound) <= 0.0
	if not (is_quiet and _is_quiet):
		queue_redraw()
	_is_quiet = is_quiet


## The newest sample: cost in microseconds, bytes a second in and out.
func newest() -> Vector3:
	return Vector3(_cost[SAMPLES - 1], _inbound[SAMPLES - 1], _outbound[SAMPLES - 1])


func _draw() -> void:
	var gap := float(Style.px(4))
	var height := (size.y - gap) / 2.0
	var upper := Rect2(0.0, 0.0, size.x, height)
	var lower := Rect2(0.0, height + gap, size.x, height)
	var accent := Style.color(&"accent_color")
	var into := Style.color(&"success_color")
	var out := Style.color(&"warning_color")
	for lane: Rect2 in [upper, lower]:
		draw_style_box(Style.panel(Style.ground(), 0.0), lane)
	var top := ceiling_of(_peak(_cost), 10.0)
	_curve(upper, _cost, accent, top)
	_caption(upper, [["frame ", Style.dim()], [_microseconds(_cost[SAMPLES - 1]), accent]], _microseconds(top))
	top = ceiling_of(maxf(_peak(_inbound), _peak(_outbound)), 1024.0)
	_curve(lower, _inbound, into, top)
	_curve(lower, _outbound, out, top)
	var traffic := [["in ", Style.dim()], [Style.bytes(_inbound[SAMPLES - 1]) + "/s", into]]
	traffic += [["   out ", Style.dim()], [Style.bytes(_outbound[SAMPLES - 1]) + "/s", out]]
	_caption(lower, traffic, Style.bytes(top))


func _curve(lane: Rect2, samples: PackedFloat32Array, color: Color, top: float) -> void:
	# The caption has the upper edge of its lane to itself.
	var area := lane.grow_individual(0.0, -Style.font_size(0.8) - Style.px(6), 0.0, -Style.px(2))
	var points := PackedVector2Array()
	for at in SAMPLES:
		var across := area.position.x + area.size.x * at / (SAMPLES - 1)
		points.append(Vector2(across, area.end.y - area.size.y * clampf(samples[at] / top, 0.0, 1.0)))
	if _peak(samples) > 0.0:
		var under := points.duplicate()
		under.append(Vector2(area.end.x, area.end.y + 1.0))
		under.append(Vector2(area.position.x, area.end.y + 1.0))
		draw_colored_polygon(under, Color(color, 0.16))
	draw_polyline(points, color, maxf(1.0, Style.px(1)), true)


## [param words] at the left, each with its colour; at the right what the upper edge of the lane stands for.
func _caption(lane: Rect2, words: Array, top: String) -> void:
	var font := Style.font(&"main")
	var font_size := Style.font_size(0.8)
	var at := lane.position + Vector2(Style.px(6), Style.px(3) + font.get_ascent(font_size))
	for word: Array in words:
		draw_string(font, at, word[0], HORIZONTAL_ALIGNMENT_LEFT, -1, font_size, word[1])
		at.x += font.get_string_size(word[0], HORIZONTAL_ALIGNMENT_LEFT, -1, font_size).x
	var left := lane.end.x - Style.px(6) - font.get_string_size(top, HORIZONTAL_ALIGNMENT_LEFT, -1, font_size).x
	# Where it is too narrow for both, the values are worth more than the scale.
	if left > at.x + Style.px(8):
		draw_string(font, Vector2(left, at.y), top, HORIZONTAL_ALIGNMENT_LEFT, -1, font_size, Style.dim())


static func _shift(samples: PackedFloat32Array, newest_value: float) -> void:
	samples.remove_at(0)
	samples.append(newest_value)


static func _peak(samples: PackedFloat32Array) -> float:
	var peak := 0.0
	for sample in samples:
		peak = maxf(peak, sample)
	return peak


## The end of the axis: a step of 1, 2 or 5, so that the curve does not breathe with each sample.
static func ceiling_of(peak: float, least: float) -> float:
	var step := least
	while step < peak:
		for factor: float in [2.0, 2.5, 2.0]:
			step *= factor
			if step >= peak:
				break
	return step


static func _microseconds(value: float) -> String:
	if value >= 10000.0:
		return "%d ms" % roundi(value / 1000.0)
	return "%.1f ms" % (value / 1000.0) if value >= 1000.0 else "%d us" % roundi(value)
