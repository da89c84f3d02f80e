//! json_rpc.

use super::Shape;

pub(super) const SHAPE: Shape =
    Shape { id: "id", method: "method", takes_objects: false, has_raw_ids: true, refuses_twins: false };
