//! Every phase against every input: where it leads, and what the session wants done.
//!
//! The rows in `session_table/rows.rs` are the specification, written out in full. A pair without a cell does not
//! compile; an input without a row fails the first test.
#[path = "session_table/inputs.rs"]
mod inputs;
#[path = "session_table/places.rs"]
mod places;
#[path = "session_table/rows.rs"]
mod rows;

use framewire::protocol::ProfileKind;
use framewire::session::phase::{Phase, Signal, TRANSITIONS};
use inputs::{INPUTS, NAMES, Trial, name_of};
use places::{Place, give};
use rows::{GODOT_AI, RAW, Row};

fn check(profile: ProfileKind, rows: &[Row]) {
    let mut faults = Vec::new();
    for (input, row) in INPUTS.iter().zip(rows) {
        assert_eq!(input.0, row.0, "rows stand in the order of the inputs");
        for (place, expected) in Place::ALL.into_iter().zip(row.1) {
            let found = give(profile, place, &input.1);
            if found != expected {
                faults.push(format!("{profile:?}, {place:?}, {}: `{found}`, not `{expected}`", input.0));
            }
        }
    }
    assert!(faults.is_empty(), "{} of the pairs differ:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_kind_of_input_has_its_rows() {
    for rows in [RAW, GODOT_AI] {
        assert_eq!(rows.len(), INPUTS.len());
    }
    let given = |name: &&str| {
        INPUTS.iter().any(|(_, trial)| match trial {
            Trial::Give(input) => name_of(&input()) == *name,
            Trial::Timer(_) => *name == "Timeout",
        })
    };
    assert_eq!(NAMES.iter().filter(|name| !given(name)).collect::<Vec<_>>(), Vec::<&&str>::new());
}

#[test]
fn godot_ai_rows_hold() {
    check(ProfileKind::GodotAi, GODOT_AI);
}

#[test]
fn raw_rows_hold() {
    check(ProfileKind::Raw, RAW);
}

#[test]
fn phases_move_by_the_table_and_in_no_other_way() {
    const SIGNALS: [Signal; 10] = [
        Signal::Dial,
        Signal::Connecting,
        Signal::Securing,
        Signal::Upgrading,
        Signal::Opened,
        Signal::Acknowledged,
        Signal::CloseBegun,
        Signal::Redial,
        Signal::Stay,
        Signal::Finish,
    ];
    use Phase::{Active, Closed, Closing, Connecting, Disconnected, Greeting, Resolving, Securing, Upgrading, Waiting};
    // One line a phase, one cell a signal in the order above.
    #[rustfmt::skip]
    let expected: [(Phase, [Option<Phase>; 10]); 10] = [
        (Disconnected, [Some(Resolving), None, None, None, None, None, None, Some(Waiting), None, Some(Closed)]),
        (Waiting, [Some(Resolving), None, None, None, None, None, None, Some(Waiting), Some(Disconnected), Some(Closed)]),
        (Resolving, [None, Some(Connecting), None, None, None, None, None, Some(Waiting), Some(Disconnected), Some(Closed)]),
        (Connecting, [None, None, Some(Securing), Some(Upgrading), None, None, None, Some(Waiting), Some(Disconnected), Some(Closed)]),
        (Securing, [None, None, None, Some(Upgrading), None, None, None, Some(Waiting), Some(Disconnected), Some(Closed)]),
        (Upgrading, [None, None, None, None, Some(Greeting), None, None, Some(Waiting), Some(Disconnected), Some(Closed)]),
        (Greeting, [None, None, None, None, None, Some(Active), Some(Closing), Some(Waiting), Some(Disconnected), Some(Closed)]),
        (Active, [None, None, None, None, None, None, Some(Closing), Some(Waiting), Some(Disconnected), Some(Closed)]),
        (Closing, [None, None, None, None, None, None, None, Some(Waiting), Some(Disconnected), Some(Closed)]),
        (Closed, [None; 10]),
    ];
    assert_eq!(expected.map(|row| row.0), Phase::ALL);
    for (phase, row) in expected {
        for (signal, next) in SIGNALS.into_iter().zip(row) {
            assert_eq!(phase.next(signal), next, "{phase:?}, {signal:?}");
            let rows = TRANSITIONS.iter().filter(|row| (row.0, row.1) == (phase, signal)).count();
            assert_eq!(rows, usize::from(next.is_some()), "{phase:?}, {signal:?} stands once or not at all");
        }
    }
}
