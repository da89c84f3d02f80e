//! Somebody who changes what lies in a place between a publisher's look and its step, as fast as the system lets them.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use framewire::state_file::{Publisher, Verdict, lock_path, read, sidecars};

use crate::figures;
use crate::files::{Victim, said};
use crate::support::scratch::Scratch;

fn rounds() -> usize {
    if std::env::var("FRAMEWIRE_PROOF").is_ok_and(|form| form == "full") { 50_000 } else { 12_000 }
}

/// Puts one thing after the other where `place` is, until told to stop; how often.
fn swap(place: &Path, victim: &Path, stop: &AtomicBool) -> usize {
    let mut swaps = 0;
    while !stop.load(Ordering::Relaxed) {
        let _ = fs::remove_file(place);
        let _ = match swaps % 4 {
            0 => symlink(victim, place),
            // Followed, it would make a file there.
            1 => symlink(victim.with_file_name("made"), place),
            2 => fs::hard_link(victim, place),
            _ => fs::write(place, "{\"phase\":\"ready\",\"generationId\":\"forged\"}"),
        };
        swaps += 1;
    }
    swaps
}

#[test]
fn no_swap_leads_a_write_elsewhere() {
    let mut swaps = 0;
    let mut published = 0;
    for place in [|file: &Path| file.to_owned(), lock_path, |file: &Path| sidecars(file).unfinished] {
        let (scratch, victim) = (Scratch::new(), Victim::new());
        let (file, stop) = (scratch.file(), AtomicBool::new(false));
        std::thread::scope(|scope| {
            let (place, aim) = (place(&file), victim.path());
            let stop = &stop;
            let swapper = scope.spawn(move || swap(&place, &aim, stop));
            let mut publisher = Publisher::new(file.clone());
            for _ in 0..rounds() {
                published += usize::from(publisher.publish(said("ready")).is_ok());
            }
            stop.store(true, Ordering::Relaxed);
            swaps += swapper.join().expect("the swapper");
        });
        victim.is_whole("swapped");
        // When it is over, the next write puts things right.
        for leftover in [file.clone(), lock_path(&file), sidecars(&file).unfinished] {
            let _ = fs::remove_file(leftover);
        }
        let mut publisher = Publisher::new(file.clone());
        publisher.publish(said("stopped")).expect("nothing is in the way any more");
        assert_eq!(read(&file).verdict, Verdict::Stopped);
    }
    assert!(swaps > 300 && published > 0, "{swaps} swaps, {published} records");
    println!("{swaps} swaps against {} writes, of which {published} were done", 3 * rounds());
    figures::held("swaps during writes", swaps);
}
