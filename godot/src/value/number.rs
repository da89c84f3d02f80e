//! Numbers of a JSON text, and numbers written into one. Pure.

/// A number as Godot has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    /// An `int`.
    Int(i64),
    /// A `float`.
    Float(f64),
}

/// Reads a number of a JSON text: correctly rounded, infinite beyond the range of a float. With `integers_as_int` one
/// without fraction and exponent is an int where it fits 64 bits; `-0` stays a float, so that its sign is kept.
pub(super) fn read(literal: &str, integers_as_int: bool) -> Number {
    if integers_as_int
        && literal != "-0"
        && let Ok(int) = literal.parse()
    {
        return Number::Int(int);
    }
    // The scanner has let no literal through that std does not read.
    Number::Float(literal.parse().unwrap_or_default())
}

/// Writes a float so that it reads back as the same one: always with a fraction or an exponent, so that it stays a
/// float. NaN, which JSON has not, is `null`; infinities are numbers that every reader rounds to infinity, and Godot's
/// without a warning.
pub(super) fn write_float(out: &mut Vec<u8>, float: f64) {
    match float {
        _ if float.is_nan() => out.extend_from_slice(b"null"),
        _ if float.is_infinite() => out.extend_from_slice(if float > 0.0 { b"1e400" } else { b"-1e400" }),
        // Writing to memory does not fail.
        _ => drop(serde_json::to_writer(out, &float)),
    }
}

/// Writes an int.
pub(super) fn write_int(out: &mut Vec<u8>, int: i64) {
    drop(serde_json::to_writer(out, &int));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn float(literal: &str) -> u64 {
        match read(literal, false) {
            Number::Float(float) => float.to_bits(),
            Number::Int(_) => panic!("{literal} is an int"),
        }
    }

    #[test]
    fn floats_are_correctly_rounded() {
        // The right bits by an independent reader, CPython's.
        for (literal, bits) in [
            ("0", 0),
            ("-0", 0x8000_0000_0000_0000),
            ("1e23", 0x44b5_2d02_c7e1_4af6),
            ("8.41e21", 0x447c_7e83_209e_90b2),
            ("9007199254740993", 0x4340_0000_0000_0000),
            ("9007199254740993.00000000000000000000000000000000000001", 0x4340_0000_0000_0001),
            ("2.2250738585072011e-308", 0x000f_ffff_ffff_ffff),
            ("5e-324", 1),
            ("2e-324", 0),
            ("1.7976931348623157e308", 0x7fef_ffff_ffff_ffff),
            ("123456789012345678901234567890", 0x45f8_ee90_ff6c_373e),
            ("1e999", f64::INFINITY.to_bits()),
            ("-1e999", f64::NEG_INFINITY.to_bits()),
            ("1e-999", 0),
        ] {
            assert_eq!(float(literal), bits, "{literal}");
        }
    }

    #[test]
    fn integers_are_ints_on_request_and_where_they_fit() {
        for (literal, number) in [
            ("0", Number::Int(0)),
            ("-1", Number::Int(-1)),
            ("9223372036854775807", Number::Int(i64::MAX)),
            ("-9223372036854775808", Number::Int(i64::MIN)),
            ("9223372036854775808", Number::Float(9_223_372_036_854_775_808.0)),
            ("1.0", Number::Float(1.0)),
            ("1e2", Number::Float(100.0)),
        ] {
            assert_eq!(read(literal, true), number, "{literal}");
        }
        assert_eq!(read("7", false), Number::Float(7.0));
        assert!(matches!(read("-0", true), Number::Float(zero) if zero.is_sign_negative()));
    }

    fn written(float: f64) -> String {
        let mut out = Vec::new();
        write_float(&mut out, float);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn floats_read_back_as_they_were_and_stay_floats() {
        for float in [0.0, -0.0, 1.0, 0.1, 1e16, 1e23, 1e300, 5e-324, f64::MAX, f64::MIN_POSITIVE, -123.456, 1e-7] {
            let text = written(float);
            assert!(text.contains(['.', 'e']), "{text}");
            assert_eq!(text.parse::<f64>().unwrap().to_bits(), float.to_bits(), "{text}");
        }
        assert_eq!(written(1.0), "1.0");
        assert_eq!(written(f64::NAN), "null");
        for (float, text) in [(f64::INFINITY, "1e400"), (f64::NEG_INFINITY, "-1e400")] {
            assert_eq!(written(float), text);
            assert_eq!(text.parse(), Ok(float));
        }
    }
}
