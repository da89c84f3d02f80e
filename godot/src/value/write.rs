//! Writes the values without containers in them.

use godot::builtin::VariantType;
use godot::prelude::*;

use super::{number, string};

/// Most JSON bytes that a character of a String becomes, but for control characters.
const CHAR_BYTES: usize = 2;
/// A usual length of a number, with its comma.
const NUMBER_BYTES: usize = 12;

/// Estimate of the bytes of a string as JSON.
pub(super) fn string_size(chars: &[char]) -> usize {
    chars.len() * CHAR_BYTES
}

/// Estimate of the bytes of a packed array as JSON; 0 for what is none. They may be long and are shared copy-on-write.
pub(super) fn packed_size(value: &Variant, kind: VariantType) -> usize {
    match kind {
        VariantType::PACKED_BYTE_ARRAY => value.to::<PackedByteArray>().len() * 5,
        VariantType::PACKED_INT32_ARRAY => value.to::<PackedInt32Array>().len() * NUMBER_BYTES,
        VariantType::PACKED_INT64_ARRAY => value.to::<PackedInt64Array>().len() * NUMBER_BYTES,
        VariantType::PACKED_FLOAT32_ARRAY => value.to::<PackedFloat32Array>().len() * NUMBER_BYTES,
        VariantType::PACKED_FLOAT64_ARRAY => value.to::<PackedFloat64Array>().len() * NUMBER_BYTES,
        VariantType::PACKED_STRING_ARRAY => {
            let strings = value.to::<PackedStringArray>();
            strings.as_slice().iter().map(|string| string_size(string.chars()) + NUMBER_BYTES).sum()
        }
        VariantType::PACKED_VECTOR2_ARRAY => value.to::<PackedVector2Array>().len() * 3 * NUMBER_BYTES,
        VariantType::PACKED_VECTOR3_ARRAY => value.to::<PackedVector3Array>().len() * 4 * NUMBER_BYTES,
        VariantType::PACKED_COLOR_ARRAY => value.to::<PackedColorArray>().len() * 5 * NUMBER_BYTES,
        _ => 0,
    }
}

/// A share of a packed array that later changes leave as it is. A Variant holds a packed array by reference, so a clone
/// of it would follow them; the array itself is shared copy-on-write.
pub(super) fn packed_share(value: &Variant, kind: VariantType) -> Variant {
    match kind {
        VariantType::PACKED_BYTE_ARRAY => value.to::<PackedByteArray>().to_variant(),
        VariantType::PACKED_INT32_ARRAY => value.to::<PackedInt32Array>().to_variant(),
        VariantType::PACKED_INT64_ARRAY => value.to::<PackedInt64Array>().to_variant(),
        VariantType::PACKED_FLOAT32_ARRAY => value.to::<PackedFloat32Array>().to_variant(),
        VariantType::PACKED_FLOAT64_ARRAY => value.to::<PackedFloat64Array>().to_variant(),
        VariantType::PACKED_STRING_ARRAY => value.to::<PackedStringArray>().to_variant(),
        VariantType::PACKED_VECTOR2_ARRAY => value.to::<PackedVector2Array>().to_variant(),
        VariantType::PACKED_VECTOR3_ARRAY => value.to::<PackedVector3Array>().to_variant(),
        VariantType::PACKED_COLOR_ARRAY => value.to::<PackedColorArray>().to_variant(),
        _ => value.clone(),
    }
}

/// Writes a value that is neither Array nor Dictionary, as `JSON.stringify` has it: what JSON does not know becomes the
/// string that `str()` makes of it.
pub(super) fn write_leaf(out: &mut Vec<u8>, value: &Variant, kind: VariantType) {
    match kind {
        VariantType::NIL => out.extend_from_slice(b"null"),
        VariantType::BOOL => out.extend_from_slice(if value.booleanize() { b"true" } else { b"false" }),
        VariantType::INT => number::write_int(out, value.to()),
        VariantType::FLOAT => number::write_float(out, value.to()),
        VariantType::STRING => string::write(out, value.to::<GString>().chars()),
        VariantType::PACKED_INT32_ARRAY => {
            write_list(out, value.to::<PackedInt32Array>().as_slice(), |out, int| {
                number::write_int(out, (*int).into());
            });
        }
        VariantType::PACKED_INT64_ARRAY => {
            write_list(out, value.to::<PackedInt64Array>().as_slice(), |out, int| number::write_int(out, *int));
        }
        VariantType::PACKED_FLOAT32_ARRAY => {
            let floats = value.to::<PackedFloat32Array>();
            write_list(out, floats.as_slice(), |out, float| number::write_float(out, (*float).into()));
        }
        VariantType::PACKED_FLOAT64_ARRAY => {
            write_list(out, value.to::<PackedFloat64Array>().as_slice(), |out, float| number::write_float(out, *float));
        }
        VariantType::PACKED_STRING_ARRAY => {
            let strings = value.to::<PackedStringArray>();
            write_list(out, strings.as_slice(), |out, text| string::write(out, text.chars()));
        }
        _ => string::write(out, value.stringify().chars()),
    }
}

fn write_list<T>(out: &mut Vec<u8>, elements: &[T], write: impl Fn(&mut Vec<u8>, &T)) {
    out.push(b'[');
    for (index, element) in elements.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(out, element);
    }
    out.push(b']');
}
