//! Every change of the editor's word is counted, and every operation that ends brings back what was before it.

use framewire_models::readiness::Readiness::{Compiling, Importing, Playing, Ready};
use framewire_models::readiness::ReadinessCell;
use framewire_models::scene::{beside, explore};
use loom::sync::Arc;

#[test]
fn operations_of_two_threads_end_in_any_order_and_leave_what_was() {
    explore(3, || {
        let cell = Arc::new(ReadinessCell::default());
        cell.set(Ready);
        let other = beside(&cell, |cell| {
            cell.set(Importing);
            cell.restore(Importing);
        });
        cell.set(Compiling);
        assert_ne!(cell.get(), Ready, "an operation is under way");
        cell.restore(Compiling);
        other.join().unwrap();
        assert_eq!(cell.get(), Ready);
    });
}

#[test]
fn each_change_has_its_number() {
    explore(3, || {
        let cell = Arc::new(ReadinessCell::default());
        let other = beside(&cell, |cell| cell.set(Playing));
        assert!(cell.set(Ready));
        assert!(other.join().unwrap());
        let word = cell.word();
        assert_eq!(word.serial, 2);
        assert!(word.readiness == Ready || word.readiness == Playing);
    });
}

#[test]
fn of_two_threads_that_say_the_same_one_has_changed_it() {
    explore(3, || {
        let cell = Arc::new(ReadinessCell::default());
        let other = beside(&cell, |cell| cell.set(Ready));
        assert!(cell.set(Ready) ^ other.join().unwrap());
        assert_eq!(cell.word().serial, 1);
    });
}
