//! What a test does that cannot run here.

use std::io::Write as _;

/// Says aloud that something was not tested; fails where everything must be.
pub fn skip(what: &str) {
    assert!(std::env::var("FRAMEWIRE_REQUIRE_ALL").as_deref() != Ok("1"), "FRAMEWIRE_REQUIRE_ALL=1, but {what}");
    // Not eprintln!: the test harness would keep it to itself.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {what}");
    // A runner may keep standard error of a test that passed to itself, too: `make test` reads this file.
    if let Some(path) = std::env::var_os("FRAMEWIRE_SKIPS") {
        let thread = std::thread::current();
        let test = std::env::var("NEXTEST_TEST_NAME").ok().or_else(|| thread.name().map(str::to_owned));
        let line = format!("{}: {what}\n", test.as_deref().unwrap_or("a test"));
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
        file.and_then(|mut file| file.write_all(line.as_bytes())).expect("FRAMEWIRE_SKIPS names a writable file");
    }
}
