//! The raw profile: what comes in is handed on byte for byte, what goes out is text exactly where it is UTF-8. Input:
//! settings, then messages.

use std::sync::Arc;

use bytes::Bytes;
use framewire::protocol::{BadPayloadKind, Conversation, Envelope, Hello, Inbound, Limits, ProfileKind, Purpose};
use framewire::readiness::ReadinessCell;
use framewire::session::Session;
use framewire::session::call_table::CallTable;
use framewire::session::event::{EventKind, Reason};
use framewire::session::input::{Arrival, Input, Output, Send, Step, What};
use framewire::session::slots::SlotTable;

use crate::pieces;
use crate::settings;

/// Tries one input.
pub fn run(input: &[u8]) {
    let (settings, messages) = pieces::split(input);
    let config = settings::config(ProfileKind::Raw, Hello::Raw);
    let limit = [usize::MAX, 0, 7, 100][settings.choice(0, 4)];
    let config = framewire::session::config::SessionConfig { peer_max_message: limit, ..config };
    let (slots, calls) = (Arc::new(SlotTable::new(4)), Arc::new(CallTable::new(4)));
    let mut session = Session::new(config, slots, calls, Arc::<ReadinessCell>::default());
    for input in [Input::Connect, Input::DialStep(Step::Connecting), Input::DialStep(Step::Upgrading)] {
        session.handle(1, input);
    }
    session.handle(1, Input::DialOpened { capability: None, entropy: Box::default() });
    while session.poll_output().is_some() {}
    for (number, message) in (1..).zip(messages) {
        conversation(message);
        comes_in(&mut session, message, number % 2 == 0);
        goes_out(&mut session, message, number, limit);
    }
}

/// The profile itself has no opinion on any message.
fn conversation(message: &[u8]) {
    let mut raw = Conversation::Raw;
    assert_eq!(raw.receive(message, true, "ready", &Limits::default()), Inbound::Message);
    assert_eq!(raw.response("1", "ready"), Envelope::default());
    assert_eq!(raw.busy("1", "why", 0, "ready"), "");
    match (raw.check_payload(message, Purpose::Text), std::str::from_utf8(message)) {
        (Ok(()), Ok(_)) => {}
        (Err(bad), Err(error)) => {
            assert_eq!((bad.kind, bad.offset), (BadPayloadKind::BadUtf8, error.valid_up_to()));
        }
        (checked, known) => panic!("{checked:?}, but {known:?}"),
    }
}

fn comes_in(session: &mut Session, message: &[u8], is_text: bool) {
    let payload = Bytes::copy_from_slice(message);
    let arrival = Arrival { is_text, payload, has_room: true, places: 1, reply_room: usize::MAX };
    session.handle(2, Input::Message(arrival));
    let Some(Output::Deliver(event)) = session.poll_output() else { panic!("a message is handed on") };
    assert_eq!(event.kind, if is_text { EventKind::Text } else { EventKind::Binary });
    assert_eq!(event.buffer.get(event.data.clone()), Some(message));
    session.recycle(event);
    assert!(session.poll_output().is_none());
}

fn goes_out(session: &mut Session, message: &[u8], number: u64, limit: usize) {
    for is_text in [true, false] {
        let what = if is_text { What::Text(message.to_vec()) } else { What::Binary(message.to_vec()) };
        session.handle(3, Input::Send(Send { number, generation: 1, reserved: 5, what }));
        let fault = std::str::from_utf8(message).err().filter(|_| is_text);
        match session.poll_output() {
            Some(Output::Transmit(frame)) => {
                assert!(fault.is_none() && message.len() <= limit);
                assert_eq!((frame.is_text, frame.number, frame.reserved), (is_text, number, 5));
                assert_eq!([frame.head, frame.payload, frame.tail].concat(), message);
            }
            Some(Output::Release(released)) => {
                assert_eq!((released.reserved, released.sends), (5, 1));
                let Some(Output::Deliver(event)) = session.poll_output() else { panic!("the host is told") };
                assert_eq!((event.kind, event.first, event.last), (EventKind::SendDropped, number, number));
                match fault {
                    Some(error) => {
                        assert_eq!((event.reason, event.code), (Reason::BadUtf8, error.valid_up_to() as u32))
                    }
                    None => assert!(event.reason == Reason::MessageTooLarge && message.len() > limit),
                }
            }
            other => panic!("{other:?}"),
        }
        assert!(session.poll_output().is_none());
    }
}
