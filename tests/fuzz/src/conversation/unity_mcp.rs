//! unity_mcp.

use super::Shape;

pub(super) const SHAPE: Shape =
    Shape { id: "id", method: "name", takes_objects: true, has_raw_ids: false, refuses_twins: true };
