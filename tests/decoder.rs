//! Payloads that become host values on the decode worker, over real sockets: in order, bounded, and ended there.

#[path = "decoder/bounds.rs"]
mod bounds;
#[path = "decoder/endings.rs"]
mod endings;
#[path = "decoder/flood.rs"]
mod flood;
#[path = "decoder/order.rs"]
mod order;
#[path = "decoder/owners.rs"]
mod owners;
#[path = "decoder/scripted.rs"]
mod scripted;
mod support;
#[path = "decoder/values.rs"]
mod values;
