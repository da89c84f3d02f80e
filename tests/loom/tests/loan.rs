//! A loan ends once, and nobody frees what is lent but who ends it.

use framewire_models::scene::{OLD, Place, beside, explore};

#[test]
fn of_two_polls_at_once_one_lends_and_the_other_touches_nothing() {
    explore(3, || {
        let place = Place::new(2);
        let other = beside(&place, |place| place.poll(OLD).map(|lent| lent.read()));
        let mine = place.poll(OLD).map(|lent| lent.read());
        let theirs = other.join().unwrap();
        assert!(mine.is_some() ^ theirs.is_some(), "{mine:?} {theirs:?}");
        assert!(mine.or(theirs).unwrap());
        assert!(place.release(OLD));
        assert!(place.close(OLD) && place.is_free());
    });
}

#[test]
fn a_close_beside_a_reader_leaves_the_memory_until_it_is_released() {
    explore(3, || {
        let place = Place::new(1);
        let closer = beside(&place, |place| place.close(OLD));
        if let Some(lent) = place.poll(OLD) {
            assert!(lent.read(), "freed while it is read");
            assert!(place.release(OLD), "a release is accepted, close or not");
            assert!(!lent.read());
        }
        assert!(closer.join().unwrap());
        assert!(!place.release(OLD), "nothing is lent any more");
        assert!(place.is_free());
    });
}

#[test]
fn a_place_is_freed_once_by_the_close_or_by_the_release() {
    explore(3, || {
        let place = Place::new(1);
        assert!(place.poll(OLD).is_some());
        let closer = beside(&place, |place| place.close(OLD));
        let second = beside(&place, |place| place.release(OLD));
        let first = place.release(OLD);
        let (closed, second) = (closer.join().unwrap(), second.join().unwrap());
        assert!(closed && (first || second), "the loan was ended by one of the two");
        assert!(place.is_free());
    });
}
