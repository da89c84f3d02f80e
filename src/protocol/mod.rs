//! Wire profiles: how a peer's text becomes an [`Inbound`], and ours becomes text. Pure.
pub mod pointer;
