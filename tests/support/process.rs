//! What this process holds: threads of links, file descriptors.

use std::fs;

/// A flag of a thread that runs no code of the process any more (`PF_EXITING` of the kernel).
const EXITING: u64 = 0x4;

/// Names of the threads of links. One that was joined may be listed for a moment longer, and does not count.
pub fn link_threads() -> Vec<String> {
    let tasks = fs::read_dir("/proc/self/task").expect("procfs");
    let names = tasks.flatten().filter_map(|task| {
        let stat = fs::read_to_string(task.path().join("stat")).ok()?;
        let (head, fields) = stat.rsplit_once(')')?;
        let flags: u64 = fields.split_whitespace().nth(6)?.parse().ok()?;
        (flags & EXITING == 0).then(|| head.split_once('(').map(|(_, name)| name.to_owned()))?
    });
    names.filter(|name| name.starts_with("fw:")).collect()
}

/// Open file descriptors, but the one that looks.
pub fn descriptors() -> usize {
    fs::read_dir("/proc/self/fd").expect("procfs").count() - 1
}
