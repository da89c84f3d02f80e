//! A writer of the older kind, which moves the final file away before the new one takes its place, at full speed.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use framewire::state_file::sidecars;

use crate::support::scratch::Scratch;
use crate::watch::Watch;

fn write(file: &Path, number: u64) {
    let beside = sidecars(file);
    let _ = fs::remove_file(&beside.unfinished);
    fs::write(&beside.unfinished, format!("{{\"phase\": \"ready\", \"generationId\": \"{number}\"}}")).unwrap();
    let _ = fs::remove_file(&beside.complete);
    fs::rename(&beside.unfinished, &beside.complete).unwrap();
    if file.exists() {
        let _ = fs::remove_file(&beside.previous);
        fs::rename(file, &beside.previous).unwrap();
    }
    fs::rename(&beside.complete, file).unwrap();
}

#[test]
fn a_writer_that_replaces_in_two_steps_is_never_read_backwards() {
    let scratch = Scratch::new();
    let file = scratch.file();
    let watch = Watch::start(file.clone(), 2);
    let end = Instant::now() + Duration::from_secs(4);
    let mut number = 0;
    while (Instant::now() < end || number < 2000) && !watch.has_failed() {
        number += 1;
        write(&file, number);
    }
    let looks = watch.end();
    assert!(number >= 2000 && looks > 1000, "{number} writes, {looks} looks");
}
