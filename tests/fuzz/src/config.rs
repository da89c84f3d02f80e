//! What a link is configured with: hellos, capability records, and `framewire_config` itself. Input: settings and numbers
//! in the first piece, then the texts in the order of their fields.

use framewire::ffi::*;
use framewire::protocol::{Conversation, Hello, Opening, ProfileKind, parse_capability_record, session_id};

use crate::conversation::{NONCE, capability};
use crate::oracle;
use crate::pieces::{self, Settings};
use crate::scratch;
use crate::views::{Room, Text, touch};

/// Tries one input.
pub fn run(input: &[u8]) {
    let (settings, texts) = pieces::split(input);
    let texts: Vec<&[u8]> = texts.collect();
    for text in &texts {
        hello(text);
        record(text);
    }
    open(settings, &texts);
}

/// What is taken for a hello makes first messages that are JSON.
fn hello(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else { return };
    for profile in [ProfileKind::Raw, ProfileKind::JsonRpc, ProfileKind::GodotAi, ProfileKind::UnityMcp] {
        let hello = match Hello::parse(profile, Some(text)) {
            Ok(hello) => hello,
            Err(why) => {
                assert!(!why.is_empty() && why.len() < 500, "{why}");
                continue;
            }
        };
        assert!(oracle::json(text.as_bytes()).is_some_and(oracle::is_object), "{text}");
        let id = hello.fixed_session_id().map_or_else(|| session_id(&hello, [9; 8]), str::to_owned);
        assert!(id.len() <= 128 && id.bytes().all(|byte| byte.is_ascii_graphic()), "{id:?}");
        let capability = capability();
        for protocol in [0, 1, 2] {
            let opening = Opening {
                hello: &hello,
                session_id: &id,
                readiness: "ready",
                protocol,
                capability: (protocol != 1).then_some(&capability),
                capability_sought: "the config",
                nonce: NONCE,
            };
            let (_, first) = Conversation::open(&opening).expect("a hello can be said");
            first
                .iter()
                .for_each(|text| assert!(oracle::json(text.as_bytes()).is_some_and(oracle::is_object), "{text}"));
        }
    }
}

/// What is taken for a capability record is one, and what is said of it tells no secret.
fn record(text: &[u8]) {
    match parse_capability_record(text, "the record") {
        Ok(capability) => {
            assert!(text.len() <= 1024 && oracle::json(text).is_some_and(oracle::is_object));
            assert!(!format!("{capability:?}").contains("5a5a"));
        }
        Err(why) => assert!(!why.contains("5a5a"), "{why}"),
    }
}

/// The struct by C: whatever stands in it, the call says what is wrong, or gives a link that closes again.
fn open(settings: Settings<'_>, texts: &[&[u8]]) {
    // Nothing is written but in the scratch directory, whatever the path.
    let place = |index: usize| {
        let name = texts.get(index).copied().filter(|name| !name.is_empty() && !name.contains(&b'/'))?;
        let directory = scratch::directory().to_str()?.as_bytes();
        Some([directory, b"/", name].concat())
    };
    let text = |index: usize| Text::of(texts.get(index).copied().filter(|text| *text != b"-"));
    let given = [(); 9].map(|()| ()).iter().enumerate().map(|(index, ())| text(index)).collect::<Vec<_>>();
    let (state_file, project) = (Text::of(place(9).as_deref()), Text::of(place(10).as_deref()));
    let keepalive = text(11);
    let delays: Box<[u32]> = (0..settings.choice(0, 40)).map(|place| settings.choice(place, 256) as u32).collect();
    let size = [size_of::<framewire_config>(), 304, 303, 400, 4096, 0][settings.choice(1, 6)];
    let mut room = Room::new(size.max(size_of::<framewire_config>()));
    // SAFETY: the room is as long as it says.
    let status = unsafe { framewire_config_init(room.pointer(), size as u64, FRAMEWIRE_ABI_VERSION) };
    if status != FRAMEWIRE_OK {
        return assert!(size == 0 || size == 303);
    }
    let number = |place: usize| [0, 1, 7, 100, 70_000, u32::MAX - 1, u32::MAX][settings.choice(place, 7)];
    // SAFETY: it was filled as far as it goes, and the rest is a pattern.
    let config = unsafe { &mut *room.pointer::<framewire_config>() };
    let fields = [
        &mut config.name,
        &mut config.owner,
        &mut config.url,
        &mut config.headers,
        &mut config.subprotocol,
        &mut config.tls_ca_file,
        &mut config.hello,
        &mut config.token,
        &mut config.capability_file,
    ];
    fields.into_iter().zip(&given).for_each(|(field, text)| *field = text.view());
    config.reconnect_delays_ms = if settings.choice(0, 256) == 41 { std::ptr::null() } else { delays.as_ptr() };
    config.reconnect_delay_count = delays.len() as u64;
    config.profile = settings.choice(2, 5) as u32;
    config.protocol = settings.choice(3, 4) as u32;
    for choice in 4..4 + settings.choice(4, 8) {
        let number = number(choice + 8);
        match settings.choice(choice, 26) {
            0 => config.http_port = number,
            1 => config.reconnect = number,
            2 => config.reconnect_limit = number,
            3 => config.reconnect_jitter_percent = number,
            4 => config.overflow = number,
            5 => config.max_message = number.into(),
            6 => config.peer_max_message = number.into(),
            7 => config.inbound_bytes = u64::from(number) << settings.choice(choice + 1, 40),
            8 => config.outbound_bytes = u64::from(number) << settings.choice(choice + 1, 40),
            9 => config.inbound_count = number,
            10 => config.outbound_count = number,
            11 => config.request_slots = number,
            12 => config.max_depth = number,
            13 => config.budget_bytes = number.into(),
            14 => config.hello_timeout_ms = number,
            15 => config.request_timeout_ms = number,
            16 => config.close_timeout_ms = number,
            17 => config.heartbeat_interval_ms = number,
            18 => config.log_level = number,
            19 => config.reserved = number,
            20 => config.flags = number,
            21 if size >= size_of::<framewire_config>() => config.max_calls = number,
            22 if size >= size_of::<framewire_config>() => config.stall_ms = number,
            23 if size >= size_of::<framewire_config>() => config.hold_ms = number,
            24 if size >= size_of::<framewire_config>() => config.keepalive_interval_ms = number,
            25 if size >= size_of::<framewire_config>() => config.ledger_bytes = u64::MAX / u64::from(number.max(1)),
            _ => {}
        }
    }
    if size >= size_of::<framewire_config>() {
        (config.state_file, config.project, config.keepalive_message) =
            (state_file.view(), project.view(), keepalive.view());
    }
    config.flags |= FRAMEWIRE_CONFIG_START_DISCONNECTED;
    opened(room.pointer());
}

fn opened(config: *const framewire_config) {
    let (mut link, mut error) = (77, Room::new(size_of::<framewire_error>()));
    // SAFETY: as long as they say.
    let status = unsafe { framewire_open(config, &raw mut link, error.pointer()) };
    let error = error.read::<framewire_error>(0);
    assert_eq!(error.status, status);
    let words: Vec<u8> = error.text.iter().map(|byte| *byte as u8).take_while(|byte| *byte != 0).collect();
    assert!(words.len() < error.text.len() && std::str::from_utf8(&words).is_ok());
    assert!(!touch(framewire_status_name(status)).is_empty());
    if status == FRAMEWIRE_OK {
        assert!(link != 0 && words.is_empty());
        // SAFETY: no report is wanted.
        assert_eq!(unsafe { framewire_close(link, 0, std::ptr::null_mut(), 0) }, FRAMEWIRE_OK);
    } else {
        assert!(matches!(status, FRAMEWIRE_INVALID | FRAMEWIRE_UNSUPPORTED), "{status}");
        assert!(link == 0 && !words.is_empty());
    }
}
