//! What the object hears: of the engine's frames, of coroutines, of its link. By the names of methods, for connections
//! to closures would not survive a reload of the extension.

use std::sync::Weak;

use godot::prelude::*;

use super::editor_link::FramewireEditorLink;
use super::{command, frame};
use crate::link::FramewireLink;
use crate::request::FramewireRequest;

/// Which signals of the link are heard, by which method, and how many arguments that one leaves out.
const HEARD: [(&str, &str, usize); 11] = [
    ("request_received", "_request_received", 0),
    ("request_orphaned", "_request_orphaned", 0),
    ("request_ended", "_request_ended", 1),
    ("opened", "_connected", 1),
    ("acknowledged", "_connected", 1),
    ("closed", "_disconnected", 1),
    ("send_dropped", "_send_dropped", 1),
    ("response_received", "_heard", 2),
    ("notification_received", "_heard", 3),
    ("text_received", "_heard", 1),
    ("binary_received", "_heard", 1),
];

#[godot_api(secondary)]
impl FramewireEditorLink {
    #[func(gd_self, rename = _frame)]
    fn frame(this: Gd<Self>) {
        frame::run(&this);
    }

    #[func(gd_self, rename = _completed)]
    fn completed(this: Gd<Self>, returned: Variant, id: i64) {
        command::completed(&this, returned, id);
    }

    #[func(rename = _request_received)]
    fn request_received(&mut self, request: Gd<FramewireRequest>) {
        self.desk.waiting.push_back(request);
        self.heard();
    }

    #[func(rename = _request_orphaned)]
    fn request_orphaned(&mut self, request: Gd<FramewireRequest>) {
        self.desk.orphans.push(request);
        self.heard();
    }

    #[func(rename = _request_ended)]
    fn request_ended(&mut self, id: i64) {
        self.desk.forget(id);
    }

    #[func(rename = _heard)]
    pub(super) fn heard(&mut self) {
        if self.keeps_awake {
            self.awake.stir();
        }
    }

    #[func(rename = _connected)]
    fn connected(&mut self) {
        self.herald.connected();
    }

    #[func(rename = _send_dropped)]
    fn send_dropped(&mut self) {
        self.herald.forget();
    }

    #[func(rename = _disconnected)]
    fn disconnected(&mut self) {
        self.herald.disconnected();
    }
}

impl FramewireEditorLink {
    /// A method of this object by its name: unlike a closure it survives a reload of the extension.
    pub(super) fn own(&self, method: &str) -> Callable {
        Callable::from_object_method(&self.to_gd(), method)
    }

    /// What hears a signal of the link.
    fn ear(&self, method: &str, left_out: usize) -> Callable {
        let own = self.own(method);
        if left_out == 0 { own } else { own.unbind(left_out) }
    }

    /// Serves `link` from now on, and no other.
    pub(super) fn serve(&mut self, link: Option<Gd<FramewireLink>>) {
        self.let_go();
        if let Some(mut link) = link.clone() {
            link.bind().set_auto_poll(false);
            for (signal, method, left_out) in HEARD {
                link.connect(signal, &self.ear(method, left_out));
            }
        }
        self.served = link;
    }

    /// Serves nothing any more.
    pub(super) fn let_go(&mut self) {
        self.desk.clear();
        self.awake.end();
        if self.pauses > 0
            && let Some(hosted) = self.adopted.upgrade()
        {
            hosted.link.resume();
        }
        self.adopted = Weak::new();
        if let Some(mut link) = self.served.take() {
            for (signal, method, left_out) in HEARD {
                link.disconnect(signal, &self.ear(method, left_out));
            }
        }
    }
}
