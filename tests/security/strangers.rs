//! Another user of the same machine: what a program of theirs can do to the files of ours.

use std::os::unix::process::CommandExt;
use std::process::Command;

use framewire::state_file::{Publisher, Verdict, lock_path, read};

use crate::figures;
use crate::files::{is_root, said};
use crate::support::scratch::Scratch;
use crate::support::skip::skip;

/// Runs a shell line as a user who is nobody; `None` where that cannot be done.
fn as_stranger(line: &str) -> Option<bool> {
    let mut command = if is_root() {
        let mut command = Command::new("sh");
        command.uid(65_534).gid(65_534);
        command
    } else {
        let mut command = Command::new("sudo");
        command.args(["-n", "-u", "nobody", "sh"]);
        command
    };
    let output = command.arg("-c").arg(format!("id -u; {line}")).output().ok()?;
    // Without the id it was not the line that failed.
    String::from_utf8_lossy(&output.stdout).trim_start().starts_with("65534").then(|| output.status.success())
}

#[test]
fn a_stranger_reads_and_writes_nothing_of_ours() {
    let scratch = Scratch::new();
    let directory = scratch.path().join("own");
    let file = directory.join("state.json");
    let mut publisher = Publisher::new(file.clone());
    publisher.publish(said("ready")).expect("it can be written");
    let Some(true) = as_stranger("true") else {
        return skip("no right to run a program as another user (neither root nor sudo): none was tried");
    };
    let (file_name, lock) = (file.display(), lock_path(&file));
    let lines = [
        format!("cat {file_name}"),
        format!("ls {}", directory.display()),
        format!("echo forged > {file_name}"),
        format!("rm -f {file_name}"),
        format!("ln -sf /etc/passwd {file_name}"),
        format!("cat {}", lock.display()),
        format!("mv {} {}/gone", directory.display(), scratch.path().display()),
    ];
    for line in &lines {
        assert_eq!(as_stranger(line), Some(false), "{line}");
    }
    // In a directory that lets them in, the files still do not.
    std::fs::set_permissions(&directory, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a mode");
    for line in [format!("cat {file_name}"), format!("echo forged >> {file_name}"), format!("cat {}", lock.display())] {
        assert_eq!(as_stranger(&line), Some(false), "{line}");
    }
    assert_eq!(as_stranger(&format!("ls {file_name}")), Some(true), "what failed above failed for the rights");
    assert_eq!(read(&file).verdict, Verdict::Ready);
    figures::held("tries of another user refused", lines.len() + 3);
}
