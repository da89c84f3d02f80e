//! The message that is sent from time to time.

use serde_json::json;

use super::calling_tests::calm;
use super::config::{KeepAlive, SessionConfig};
use super::fixture::{Rig, SECOND};
use super::input::{Farewell, Input};

#[test]
fn the_keep_alive_goes_out_while_the_link_is_active() {
    let keepalive = Some(KeepAlive { message: r#"{"method":"alive"}"#.into(), interval: 10 * SECOND });
    let mut rig = Rig::active_with(SessionConfig { keepalive, ..calm() });
    rig.pass(10 * SECOND - 1);
    assert!(rig.drain().is_empty());
    for _ in 0..3 {
        rig.pass(SECOND);
        assert_eq!(rig.sent(), [json!({ "method": "alive" })]);
        rig.take_all();
        rig.pass(9 * SECOND);
    }
    rig.request("m", "", 60_000);
    rig.seen.clear();
    rig.pass(20 * SECOND);
    assert!(rig.drain().is_empty(), "the peer has yet to take what went before");
    rig.take_all();
    rig.pass(10 * SECOND);
    assert_eq!(rig.sent().len(), 1);
    rig.give(Input::Disconnect(Farewell::default()));
    rig.seen.clear();
    rig.pass(60 * SECOND);
    assert_eq!(rig.texts(), Vec::<String>::new());
}
