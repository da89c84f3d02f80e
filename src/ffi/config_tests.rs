//! Every field that can be wrong, and where the error points.
use super::*;
use crate::ffi::config::framewire_config_init;
use crate::ffi::testing::{config, of, raw, try_open};
use crate::ffi::text::ABSENT;

const SIZE: u64 = size_of::<framewire_config>() as u64;

fn accepted(config: &framewire_config) -> Config {
    // SAFETY: the texts are static.
    unsafe { convert(config) }.expect("a good configuration")
}

fn refused(config: &framewire_config) -> (framewire_status, u32) {
    // SAFETY: the texts are static, or have lengths that are refused before anything is read.
    let fault = unsafe { convert(config) }.expect_err("a bad configuration");
    assert!(!fault.text.is_empty());
    (fault.status, fault.field)
}

#[test]
fn the_defaults_are_those_of_the_rust_side() {
    let mut given = config("defaults");
    given.flags = 0;
    given.name = of("a");
    given.url = of("b");
    let expected = Config { newest_event: FRAMEWIRE_EVENT_LOG, test_turn_limit: None, ..Config::new("a", "b") };
    assert_eq!(format!("{:?}", accepted(&given)), format!("{expected:?}"));
}

#[test]
fn every_field_arrives() {
    let mut given = config("fields");
    given.owner = of("me");
    given.headers = of("A: b\r\n  C-D :e:f \n\n");
    given.subprotocol = of("sub");
    given.tls_ca_file = of("/ca.pem");
    given.hello = of("{}");
    given.token = of("");
    given.capability_file = of("/cap");
    let waits = [5, 6];
    given.reconnect_delays_ms = waits.as_ptr();
    given.reconnect_delay_count = 2;
    given.profile = FRAMEWIRE_PROFILE_GODOT_AI;
    given.flags = FRAMEWIRE_CONFIG_ALLOW_REMOTE | FRAMEWIRE_CONFIG_ALLOW_INSECURE_REMOTE;
    given.reconnect = FRAMEWIRE_RECONNECT_LIMITED;
    given.reconnect_limit = 3;
    given.overflow = FRAMEWIRE_OVERFLOW_CLOSE;
    given.peer_max_message = 10;
    given.close_timeout_ms = 11;
    let config = accepted(&given);
    assert_eq!(config.owner, "me");
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(config.headers, [header("A", "b"), header("C-D", "e:f")]);
    assert_eq!(config.subprotocol.as_deref(), Some("sub"));
    assert_eq!(config.tls_ca_file.as_deref(), Some("/ca.pem".as_ref()));
    assert_eq!(config.hello.as_deref(), Some("{}"));
    assert_eq!(config.token.as_deref(), Some(""));
    assert_eq!(config.capability_file.as_deref(), Some("/cap".as_ref()));
    assert_eq!(config.reconnect_delays_ms, waits);
    assert_eq!(config.profile, ProfileKind::GodotAi);
    assert!(config.allow_remote && config.allow_insecure_remote && !config.start_disconnected);
    assert_eq!(config.reconnect, Reconnect::Limited(3));
    assert_eq!(config.overflow, Overflow::Close);
    assert_eq!((config.peer_max_message, config.outbound_bytes), (Some(10), None));
    assert_eq!(config.close_timeout_ms, Some(11));
}

#[test]
fn wrong_numbers_point_at_their_field() {
    let waits = [1_u32; 40];
    let odd = core::ptr::without_provenance::<u32>(2);
    type Break<'a> = &'a dyn Fn(&mut framewire_config);
    let rows: [(Break<'_>, u32); 16] = [
        (&|config| config.profile = 4, offset!(profile)),
        (&|config| config.profile = u32::MAX, offset!(profile)),
        (&|config| config.flags |= 8, offset!(flags)),
        (&|config| config.flags |= 1 << 31, offset!(flags)),
        (&|config| config.http_port = 0, offset!(http_port)),
        (&|config| config.http_port = 65_536, offset!(http_port)),
        (&|config| config.reconnect = 3, offset!(reconnect)),
        (&|config| config.reconnect_jitter_percent = 101, offset!(reconnect_jitter_percent)),
        (&|config| config.overflow = 3, offset!(overflow)),
        (&|config| config.log_level = 0, offset!(log_level)),
        (&|config| config.log_level = 6, offset!(log_level)),
        (&|config| config.reserved = 1, offset!(reserved)),
        (&|config| config.reconnect_delay_count = 1, offset!(reconnect_delays_ms)),
        (&|config| (config.reconnect_delays_ms, config.reconnect_delay_count) = (odd, 1), offset!(reconnect_delays_ms)),
        (&|config| config.reconnect_delays_ms = waits.as_ptr(), offset!(reconnect_delay_count)),
        (
            &|config| (config.reconnect_delays_ms, config.reconnect_delay_count) = (waits.as_ptr(), 33),
            offset!(reconnect_delay_count),
        ),
    ];
    for (row, (damage, field)) in rows.into_iter().enumerate() {
        let mut given = config("numbers");
        damage(&mut given);
        assert_eq!(refused(&given), (FRAMEWIRE_INVALID, field), "row {row}");
    }
}

#[test]
fn wrong_texts_point_at_their_field() {
    macro_rules! rows {
        ($($field:ident)*) => { [$((
            (|config, text| config.$field = text) as fn(&mut framewire_config, framewire_str),
            offset!($field),
        )),*] };
    }
    let fields = rows!(name owner url headers subprotocol tls_ca_file hello token capability_file);
    let null_with_length = framewire_str { len: 3, ..ABSENT };
    let endless = framewire_str { len: 1 << 63, ..of("x") };
    for (set, field) in fields {
        for text in [null_with_length, endless, raw(b"ws://\xff"), raw(b"ws://a\0b")] {
            let mut given = config("texts");
            set(&mut given, text);
            assert_eq!(refused(&given), (FRAMEWIRE_INVALID, field), "field at {field}, {text:?}");
        }
    }
    for (set, field) in [fields[0], fields[2]] {
        let mut given = config("texts");
        set(&mut given, ABSENT);
        assert_eq!(refused(&given), (FRAMEWIRE_INVALID, field));
    }
    for lines in ["no colon", ": value", "A: b\nbad"] {
        let mut given = config("texts");
        given.headers = of(lines);
        assert_eq!(refused(&given), (FRAMEWIRE_INVALID, offset!(headers)), "{lines}");
    }
}

#[test]
fn versions_and_sizes_of_other_headers() {
    let rows = [
        (0, FRAMEWIRE_ABI_VERSION, FRAMEWIRE_INVALID, offset!(size)),
        (8, FRAMEWIRE_ABI_VERSION, FRAMEWIRE_INVALID, offset!(size)),
        (framewire_config::OLDEST as u32 - 8, FRAMEWIRE_ABI_VERSION, FRAMEWIRE_INVALID, offset!(size)),
        (SIZE as u32 + 4, FRAMEWIRE_ABI_VERSION, FRAMEWIRE_INVALID, offset!(size)),
        (4104, FRAMEWIRE_ABI_VERSION, FRAMEWIRE_INVALID, offset!(size)),
        (u32::MAX, FRAMEWIRE_ABI_VERSION, FRAMEWIRE_INVALID, offset!(size)),
        (SIZE as u32, 0, FRAMEWIRE_UNSUPPORTED, offset!(abi_version)),
        (SIZE as u32, 2 << 16, FRAMEWIRE_UNSUPPORTED, offset!(abi_version)),
        (SIZE as u32, FRAMEWIRE_ABI_VERSION + 1, FRAMEWIRE_UNSUPPORTED, offset!(abi_version)),
    ];
    for (size, abi_version, status, field) in rows {
        let given = framewire_config { size, abi_version, ..config("versions") };
        assert_eq!(refused(&given), (status, field), "{size} {abi_version:#x}");
    }
    // SAFETY: neither pointer is read.
    unsafe {
        let odd = core::ptr::without_provenance::<framewire_config>(4);
        assert_eq!(convert(core::ptr::null()).unwrap_err().status, FRAMEWIRE_INVALID);
        assert_eq!(convert(odd).unwrap_err().status, FRAMEWIRE_INVALID);
    }
}

#[test]
fn a_newer_configuration_passes_while_its_new_fields_are_zero() {
    #[repr(C)]
    struct Newer {
        known: framewire_config,
        new: [u64; 2],
    }
    let mut newer = Newer { known: config("newer"), new: [0, 0] };
    newer.known.size = size_of::<Newer>() as u32;
    // SAFETY: all of `Newer` is readable; the pointer is to the whole of it.
    let take = |newer: &Newer| unsafe { convert(core::ptr::from_ref(newer).cast()) };
    assert!(take(&newer).is_ok());
    newer.new[1] = 1;
    let fault = take(&newer).unwrap_err();
    assert_eq!((fault.status, fault.field), (FRAMEWIRE_UNSUPPORTED, offset!(size)));
}

#[test]
fn init_checks_size_and_version_before_it_writes() {
    let mut bytes = [0xAA_u8; 4104];
    let to = (&raw mut bytes).cast::<framewire_config>().map_addr(|at| at.next_multiple_of(8));
    let version = FRAMEWIRE_ABI_VERSION;
    for (size, version, status) in [
        (framewire_config::OLDEST as u64 - 8, version, FRAMEWIRE_INVALID),
        (SIZE + 4, version, FRAMEWIRE_INVALID),
        (0, version, FRAMEWIRE_INVALID),
        (4104, version, FRAMEWIRE_INVALID),
        (u64::MAX, version, FRAMEWIRE_INVALID),
        (SIZE, 0, FRAMEWIRE_UNSUPPORTED),
        (SIZE, version + 1, FRAMEWIRE_UNSUPPORTED),
        (SIZE, 2 << 16, FRAMEWIRE_UNSUPPORTED),
    ] {
        // SAFETY: refused before anything is written.
        let given = unsafe { framewire_config_init(to, size, version) };
        assert_eq!(given, status, "{size} {version:#x}");
    }
    // SAFETY: as above.
    unsafe {
        let odd = core::ptr::without_provenance_mut(4);
        assert_eq!(framewire_config_init(core::ptr::null_mut(), SIZE, version), FRAMEWIRE_INVALID);
        assert_eq!(framewire_config_init(odd, SIZE, version), FRAMEWIRE_INVALID);
    }
    assert!(bytes.iter().all(|&byte| byte == 0xAA));
    // SAFETY: 8 bytes more than ours fit.
    unsafe {
        assert_eq!(framewire_config_init(to, SIZE + 8, version), FRAMEWIRE_OK);
        assert_eq!(((*to).size, (*to).abi_version), (SIZE as u32 + 8, version));
        assert_eq!(to.add(1).cast::<u64>().read(), 0, "zeroed behind ours");
        assert_eq!(to.add(1).cast::<u64>().add(1).cast::<u8>().read(), 0xAA, "and no further");
    }
}

#[test]
fn the_error_points_at_the_field_that_the_link_refused() {
    let mut given = config("refused");
    given.url = of("gopher://127.0.0.1/");
    let (status, link, (field, words)) = try_open(&given);
    assert_eq!((status, link, field), (FRAMEWIRE_INVALID, 0, offset!(url)));
    assert!(!words.is_empty());

    let mut given = config("refused");
    given.name = of("");
    let (status, link, (field, _)) = try_open(&given);
    assert_eq!((status, link, field), (FRAMEWIRE_INVALID, 0, offset!(name)));
}
