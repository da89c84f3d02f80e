//! JSON and Godot's values: what arrives becomes Variants, what is sent becomes JSON.

mod build;
mod decode;
mod draft;
mod encode;
mod functions;
mod number;
mod string;
mod text;
mod write;

pub use decode::{DecodedJson, JsonDecoder, Options, decode};
pub use draft::Draft;
pub use encode::{EncodeError, MAX_DEPTH, encode};
pub use text::gstring;
