//! A parameter of any type that callers may leave out.

use godot::meta::shape::GodotShape;
use godot::meta::{GodotImmutable, conv::ByValue};
use godot::prelude::*;

/// Any value; `null` where the caller gives none.
#[derive(Clone, Debug)]
pub struct Optional(pub Variant);

/// The default of such a parameter: `#[opt(default = none())]`.
pub fn none() -> Optional {
    Optional(Variant::nil())
}

impl GodotConvert for Optional {
    type Via = Variant;

    fn godot_shape() -> GodotShape {
        Variant::godot_shape()
    }
}

impl ToGodot for Optional {
    type Pass = ByValue;

    fn to_godot(&self) -> Variant {
        self.0.clone()
    }
}

impl FromGodot for Optional {
    fn try_from_godot(value: Variant) -> Result<Self, ConvertError> {
        Ok(Self(value))
    }
}

// SAFETY: what becomes a default is nil below, which nobody can change.
unsafe impl GodotImmutable for Optional {
    fn into_runtime_immutable(self) -> Self {
        none()
    }
}
