//! Images as PNG. Godot's own encoder does the work: it knows every pixel format, and editors trust its output.

use godot::classes::Image;
use godot::prelude::*;

use super::SendError;

/// A second image over the pixels of `image`, which nobody else has. Godot shares them copy-on-write, so this copies
/// none, and what the caller draws into the first one later is not seen.
pub(super) fn share(image: &Gd<Image>) -> Result<(Gd<Image>, usize), SendError> {
    if image.is_empty() {
        return Err(SendError::Image);
    }
    let pixels = image.get_data();
    let (width, height, mipmaps) = (image.get_width(), image.get_height(), image.has_mipmaps());
    let shared = Image::create_from_data(width, height, mipmaps, image.get_format(), &pixels);
    shared.map(|shared| (shared, pixels.len())).ok_or(SendError::Image)
}

/// The image as PNG. For the encode worker: a screenshot takes a good part of a second.
pub(super) fn png(image: &Gd<Image>) -> Result<PackedByteArray, SendError> {
    let png = image.save_png_to_buffer();
    if png.is_empty() { Err(SendError::Image) } else { Ok(png) }
}
