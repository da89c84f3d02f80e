//! The conversions of the link, for scripts.

use godot::prelude::*;

use super::{Options, decode, encode};
use crate::link::FramewireLink;

#[godot_api(secondary)]
impl FramewireLink {
    /// Reads [param text] as the link reads what it receives: like [method JSON.parse_string], but with numbers rightly
    /// rounded, in silence, and strictly (no comma before a closing bracket, for one). With [param integers_as_int]
    /// integers that fit 64 bits become [int], else every number is a [float].
    ///
    /// Returns [code]null[/code] for what is no JSON, is nested deeper than 1024 levels, or has half of a surrogate
    /// pair. There is no [code]node_budget[/code] here. It may be called from any thread.
    #[func]
    fn parse_json(text: GString, #[opt(default = false)] integers_as_int: bool) -> Variant {
        let options = Options { integers_as_int, node_budget: usize::MAX };
        decode(&text.to_string(), options).map(|(value, _)| value).unwrap_or_default()
    }

    /// Writes [param value] as the link writes what it sends. Who reads it finds what he finds in that of
    /// [method JSON.stringify]; members keep their order, floats all their digits, control characters are escaped. A [float]
    /// has a fraction ([code]1.0[/code]), an [int] none; NaN becomes [code]null[/code], infinity [code]1e400[/code].
    ///
    /// Returns an empty [String] for what is nested deeper than 512 levels or contains itself.
    #[func]
    fn stringify_json(value: Variant) -> GString {
        let Ok(draft) = encode(&value, Vec::new()) else { return GString::new() };
        GString::from(String::from_utf8_lossy(&draft.finish()).as_ref())
    }
}
