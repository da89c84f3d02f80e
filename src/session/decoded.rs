//! What a host's decoder made of a payload.

use core::any::Any;
use core::fmt;

/// A host value made of a payload, and what it takes. The default is none.
#[derive(Default)]
pub struct Decoded {
    /// The value; `None` where the decoder made none, and the event is delivered with its bytes alone.
    pub value: Option<Box<dyn Any + Send>>,
    /// Bytes of memory that the value takes, estimated. Counts against `Config::decoded_bytes` until the event comes
    /// back from the frame loop.
    pub weight: usize,
}

impl Decoded {
    /// A value of that many bytes.
    pub fn new(value: impl Any + Send, weight: usize) -> Self {
        Self { value: Some(Box::new(value)), weight }
    }
}

/// A clone has no value: there is one, it belongs to the event that is lent, and it ends on the decode worker.
impl Clone for Decoded {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl fmt::Debug for Decoded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = if self.value.is_some() { "some" } else { "none" };
        formatter.debug_struct("Decoded").field("value", &value).field("weight", &self.weight).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::{Event, EventKind};
    use super::*;

    #[test]
    fn a_value_is_lent_as_what_it_is_and_never_copied() {
        let event = Event { decoded: Decoded::new(7_u32, 40), ..Event::new(EventKind::Request) };
        assert_eq!((event.decoded::<u32>(), event.decoded::<u64>()), (Some(&7), None));
        assert_eq!(event.clone().decoded::<u32>(), None);
        assert_eq!(format!("{:?}", event.decoded), r#"Decoded { value: "some", weight: 40 }"#);
    }
}
