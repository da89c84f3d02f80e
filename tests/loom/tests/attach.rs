//! A link changes hands whole: what one owner has, the other has not, and nobody is given a link that has ended.

use framewire_models::link::succession::Succession;
use framewire_models::scene::{NEW, OLD, Place, beside, explore};
use framewire_models::sync::AtomicBool;
use loom::sync::Arc;
use loom::sync::atomic::Ordering;

#[test]
fn an_event_is_polled_by_the_old_owner_or_by_the_new_one() {
    explore(3, || {
        let place = Place::new(1);
        let old = beside(&place, |place| place.poll(OLD).is_some());
        assert!(place.attach(NEW));
        let is_mine = place.poll(NEW).is_some();
        let is_theirs = old.join().unwrap();
        assert!(is_mine ^ is_theirs, "once, not twice and not never");
        assert!(place.poll(OLD).is_none() && !place.release(OLD) && !place.close(OLD), "the old handle is stale");
        assert_eq!(place.release(NEW), true);
        assert!(place.close(NEW) && place.is_free());
    });
}

#[test]
fn what_is_said_of_the_old_owner_does_not_stay_said_of_the_new_one() {
    explore(3, || {
        let place = Place::new(0);
        let old = beside(&place, |place| place.detach(OLD));
        assert!(place.attach(NEW), "detached or not");
        old.join().unwrap();
        let is_detached = place.entry.with_link(NEW, |link| link.is_detached.load(Ordering::SeqCst));
        assert_eq!(is_detached, Some(false));
    });
}

#[test]
fn a_link_is_closed_by_the_old_owner_or_given_to_the_new_one() {
    explore(3, || {
        let place = Place::new(0);
        let closer = beside(&place, |place| place.close(OLD));
        let is_attached = place.attach(NEW);
        assert!(closer.join().unwrap() ^ is_attached);
        assert_eq!(place.close(NEW), is_attached);
        assert!(place.is_free());
    });
}

#[test]
fn of_two_new_owners_the_later_one_has_the_link() {
    explore(3, || {
        const LATER: u64 = 3 << 12;
        let place = Place::new(1);
        let other = beside(&place, |place| (place.attach(LATER), place.poll(LATER).is_some()));
        assert!(place.attach(NEW));
        let is_mine = place.poll(NEW).is_some();
        let (is_attached, is_theirs) = other.join().unwrap();
        assert!(is_attached && (is_mine ^ is_theirs || (!is_mine && !is_theirs)));
        let owner = place.entry.current();
        assert!(owner == NEW || owner == LATER);
        assert!(place.release(owner));
        assert!(place.close(owner) && place.is_free());
    });
}

#[test]
fn a_link_that_ends_by_itself_is_over_or_has_an_heir() {
    explore(3, || {
        let links = Arc::new((Succession::default(), AtomicBool::new(false)));
        let owner = beside(&links, |(succession, _)| {
            succession.enter(|left| {
                assert_eq!(left.replace("new"), None);
                true
            })
        });
        let (succession, closing) = &*links;
        let is_over = succession.end_without_heir(closing, 0);
        // An heir whom the I/O thread has seen has left what it brought.
        assert!(is_over || succession.take() == Some("new"));
        assert!(owner.join().unwrap() ^ is_over);
    });
}

#[test]
fn what_two_owners_brought_comes_to_the_io_thread_or_to_the_second() {
    explore(3, || {
        let succession = Arc::new(Succession::<Vec<u32>>::default());
        let enter = |succession: &Succession<Vec<u32>>, number| {
            succession.enter(|left| {
                left.get_or_insert_default().push(number);
                true
            })
        };
        let other = beside(&succession, move |succession| enter(succession, 1));
        let io_thread = beside(&succession, |succession| {
            let attaches = succession.attaches();
            (attaches, succession.take().unwrap_or_default())
        });
        assert!(enter(&succession, 2));
        assert!(other.join().unwrap());
        let (attaches, mut brought) = io_thread.join().unwrap();
        assert!(brought.len() as u64 >= attaches, "whoever was counted has left it");
        brought.extend(succession.take().unwrap_or_default());
        brought.sort_unstable();
        assert_eq!((brought, succession.attaches()), (vec![1, 2], 2));
    });
}
