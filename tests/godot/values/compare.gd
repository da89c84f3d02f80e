extends RefCounted
## Compares values by type and content.


## What differs first between two values, or nothing. Members must come in the same order where
## `is_ordered`. Floats must be the same bit for bit where `is_exact`; else they may differ as much
## as the engine's own reader errs.
static func difference(
	found: Variant, wanted: Variant, is_ordered := true, is_exact := false, path := "$"
) -> String:
	if typeof(found) != typeof(wanted):
		return "%s is a %s, not a %s" % [path, type_string(typeof(found)), type_string(typeof(wanted))]
	match typeof(found):
		TYPE_ARRAY:
			return _of_arrays(found, wanted, is_ordered, is_exact, path)
		TYPE_DICTIONARY:
			return _of_dictionaries(found, wanted, is_ordered, is_exact, path)
		TYPE_FLOAT:
			if is_exact:
				if var_to_bytes([found]) == var_to_bytes([wanted]):
					return ""
			elif are_near(found, wanted):
				return ""
		_:
			if found == wanted:
				return ""
	return "%s is %s, not %s" % [path, var_to_str(found), var_to_str(wanted)]


## The engine's reader rounds several times, keeps 18 digits, zeros in front included, and takes the
## smallest floats (of many digits: below 1e-285) for 0.
static func are_near(found: float, wanted: float) -> bool:
	if is_nan(found) or is_inf(found) or is_nan(wanted) or is_inf(wanted):
		# Near the largest float the engine's reader may be beyond it, or not yet.
		var largest := 1.797693134862e308
		return found == wanted or (absf(found) > largest and absf(wanted) > largest and found * wanted > 0.0)
	return absf(found - wanted) <= maxf(absf(wanted) * 1e-12, 1e-285)


static func _of_arrays(
	found: Array, wanted: Array, is_ordered: bool, is_exact: bool, path: String
) -> String:
	if found.size() != wanted.size():
		return "%s has %d elements, not %d" % [path, found.size(), wanted.size()]
	for index in found.size():
		var at := "%s[%d]" % [path, index]
		var what := difference(found[index], wanted[index], is_ordered, is_exact, at)
		if what:
			return what
	return ""


static func _of_dictionaries(
	found: Dictionary, wanted: Dictionary, is_ordered: bool, is_exact: bool, path: String
) -> String:
	var names := found.keys()
	var others := wanted.keys()
	if not is_ordered:
		names.sort()
		others.sort()
	var what := difference(names, others, is_ordered, is_exact, path + ".keys()")
	if what:
		return what
	for name: Variant in names:
		what = difference(found[name], wanted[name], is_ordered, is_exact, "%s.%s" % [path, name])
		if what:
			return what
	return ""
