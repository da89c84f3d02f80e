//! Links that begin, change hands and end.

use framewire::ffi::*;

use super::given::Place;
use super::hosts::{Handle, Host, Link};
use super::peer;
use super::statuses;
use crate::views::{Room, Text};

impl Host {
    pub fn open(&mut self, name: u8, profile: u8, owner: u8, is_alone: bool, is_small: bool) {
        let name = name % 3;
        let profile = [
            FRAMEWIRE_PROFILE_JSON_RPC,
            FRAMEWIRE_PROFILE_RAW,
            FRAMEWIRE_PROFILE_GODOT_AI,
            FRAMEWIRE_PROFILE_UNITY_MCP,
        ][usize::from(profile % 4)];
        let texts = [format!("fuzz-{name}"), format!("owner-{}", owner % 2), r#"{"project_hash":"h"}"#.to_owned()];
        let [name_text, owner_text, hello] = texts.map(|text| Text::of(Some(text.as_bytes())));
        let url = Text::of(Some(if is_alone { b"ws://127.0.0.1:1/" } else { peer::url().as_bytes() }));
        let mut room = Room::new(size_of::<framewire_config>());
        let size = size_of::<framewire_config>() as u64;
        // SAFETY: the room is as long as it says, and filled behind the call.
        let config = unsafe {
            assert_eq!(framewire_config_init(room.pointer(), size, FRAMEWIRE_ABI_VERSION), FRAMEWIRE_OK);
            &mut *room.pointer::<framewire_config>()
        };
        (config.name, config.owner, config.url) = (name_text.view(), owner_text.view(), url.view());
        (config.profile, config.log_level) = (profile, FRAMEWIRE_LOG_TRACE);
        if profile == FRAMEWIRE_PROFILE_UNITY_MCP {
            config.hello = hello.view();
        }
        if is_alone {
            config.flags = FRAMEWIRE_CONFIG_START_DISCONNECTED;
        }
        if is_small {
            (config.inbound_count, config.outbound_count, config.request_slots, config.max_calls) = (2, 2, 1, 1);
            (config.outbound_bytes, config.request_timeout_ms, config.hold_ms) = (300, 5, 3);
        }
        let (mut link, mut error) = (77, Room::new(size_of::<framewire_error>()));
        // SAFETY: both are as long as they say, and the texts live on.
        let status = unsafe { framewire_open(config, &raw mut link, error.pointer()) };
        assert_eq!(error.read::<framewire_error>(0).status, status);
        let known = self.links.entry(name).or_default();
        match status {
            FRAMEWIRE_OK => {
                assert!(!known.is_there, "a link of this name lives");
                *known = Link { is_there: true, ..Link::default() };
            }
            FRAMEWIRE_ATTACHED => {
                assert!(known.is_there);
                known.is_detached = false;
                for old in self.handles.iter_mut().filter(|old| old.name == name) {
                    // The loan of the one before ends; one of a link that was closed earlier does not.
                    if old.is_alive || old.was_detached {
                        old.loan.clear();
                        (old.is_alive, old.was_detached) = (false, false);
                    }
                }
            }
            FRAMEWIRE_NAME_IN_USE | FRAMEWIRE_CONFIG_DIFFERS => {
                assert!(known.is_there && link == 0);
                return;
            }
            other => panic!("{other} on a good configuration"),
        }
        assert!(self.handles.iter().all(|old| old.number != link), "a handle is never used again");
        self.handles.push(Handle { number: link, name, is_alive: true, ..Handle::default() });
    }

    pub fn close(&mut self, on: u8, linger: u32, report: Place) {
        let (link, index) = self.handle(on);
        let mut room = Room::new(size_of::<framewire_close_report>() + 8);
        let size = size_of::<framewire_close_report>() as u64;
        // SAFETY: the room is as long as it says.
        let status = unsafe { framewire_close(link, linger, report.of(room.pointer()), size) };
        statuses::check(status, self.is_alive(index));
        assert_eq!(status == FRAMEWIRE_OK, self.is_alive(index) && report != Place::Misaligned);
        if status == FRAMEWIRE_OK {
            let handle = &mut self.handles[index.expect("it lived")];
            handle.is_alive = false;
            self.links.insert(handle.name, Link::default());
        }
    }

    pub fn detach(&mut self, on: u8, readiness: u8) {
        let (link, index) = self.handle(on);
        let readiness = u32::from(readiness % 12);
        let status = framewire_detach(link, readiness);
        statuses::check(status, self.is_alive(index));
        assert_eq!(status == FRAMEWIRE_OK, self.is_alive(index) && readiness < 11);
        if status == FRAMEWIRE_OK {
            let handle = &mut self.handles[index.expect("it lived")];
            (handle.is_alive, handle.was_detached) = (false, true);
            self.link(index).expect("it is known").is_detached = true;
        }
    }

    pub fn shutdown(&mut self) {
        assert_eq!(framewire_shutdown(0), FRAMEWIRE_OK);
        for handle in &mut self.handles {
            (handle.is_alive, handle.was_detached) = (false, false);
            handle.loan.clear();
        }
        self.links.clear();
    }
}
