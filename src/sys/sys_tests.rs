//! Tests of the system calls.

use super::*;

#[test]
fn thread_names_are_cut_where_the_system_would() {
    for (name, expected) in [
        ("fw:link", "fw:link"),
        ("fw:0123456789abcdef", "fw:0123456789ab"),
        ("fw:aaaaaaaaaaaä", "fw:aaaaaaaaaaa"),
        ("a\0b", "a?b"),
    ] {
        let (sender, receiver) = std::sync::mpsc::channel();
        let thread =
            spawn(name, move || sender.send(std::thread::current().name().map(str::to_owned)).unwrap()).unwrap();
        assert_eq!(receiver.recv().unwrap().as_deref(), Some(expected));
        thread.join().unwrap();
    }
}

#[test]
fn the_library_can_be_pinned_again_and_again() {
    pin_library().unwrap();
    pin_library().unwrap();
}

#[test]
fn a_running_process_is_not_shutting_down() {
    assert!(!is_shutting_down());
}

#[cfg(unix)]
mod unix_only {
    use super::*;
    use std::mem::MaybeUninit;

    /// Which of these signals the calling thread blocks.
    fn blocked(signals: &[i32]) -> Vec<bool> {
        let mut mask = MaybeUninit::<libc::sigset_t>::zeroed();
        // SAFETY: only asks for the mask, which is large enough and a valid set afterwards.
        unsafe {
            assert_eq!(libc::pthread_sigmask(libc::SIG_BLOCK, std::ptr::null(), mask.as_mut_ptr()), 0);
            signals.iter().map(|signal| libc::sigismember(mask.as_ptr(), *signal) == 1).collect()
        }
    }

    #[test]
    fn threads_take_no_signal_but_their_own_faults() {
        const KEPT_OUT: [i32; 6] =
            [libc::SIGINT, libc::SIGTERM, libc::SIGPIPE, libc::SIGCHLD, libc::SIGUSR1, libc::SIGALRM];
        const FAULTS: [i32; 4] = [libc::SIGSEGV, libc::SIGBUS, libc::SIGFPE, libc::SIGILL];
        let before = blocked(&KEPT_OUT);
        let (sender, receiver) = std::sync::mpsc::channel();
        let thread = spawn("signals", move || sender.send((blocked(&KEPT_OUT), blocked(&FAULTS))).unwrap()).unwrap();
        assert_eq!(receiver.recv().unwrap(), (vec![true; 6], vec![false; 4]));
        thread.join().unwrap();
        assert_eq!(blocked(&KEPT_OUT), before, "the creator's own mask is as it was");
    }

    #[test]
    fn a_forked_child_knows_it() {
        register_fork_handler().unwrap();
        register_fork_handler().unwrap();
        // SAFETY: the child only reads an atomic and leaves by _exit, both allowed after a fork of
        // a process with threads.
        let child = unsafe {
            match libc::fork() {
                0 => libc::_exit(if is_forked() { 42 } else { 1 }),
                child => child,
            }
        };
        assert!(child > 0);
        let mut status = 0;
        // SAFETY: waits for the child just made; `status` outlives the call.
        assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
        assert!(libc::WIFEXITED(status));
        assert_eq!(libc::WEXITSTATUS(status), 42);
        assert!(!is_forked(), "the parent is no child");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_of_which_one_thread_is_stopped_does_not_stand_still() {
    let program = "import threading, time; threading.Thread(target=time.sleep, args=(600,)).start(); time.sleep(600)";
    let mut child = std::process::Command::new("python3").args(["-c", program]).spawn().unwrap();
    let pid = child.id();
    let is_soon = |what: &dyn Fn() -> bool| {
        (0..6000).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(10));
            what()
        })
    };
    let threads = || -> Vec<i32> {
        let threads = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
        threads.map(|thread| thread.unwrap().file_name().to_str().unwrap().parse().unwrap()).collect()
    };
    assert!(is_soon(&|| threads().len() == 2), "the second thread never comes");
    let stop = |thread: i32| {
        let none = std::ptr::null_mut::<libc::c_void>();
        // SAFETY: takes no memory of ours; the child is ours, and ends below.
        let stopped = unsafe {
            libc::ptrace(libc::PTRACE_SEIZE, thread, none, none) == 0
                && libc::ptrace(libc::PTRACE_INTERRUPT, thread, none, none) == 0
                && libc::waitpid(thread, std::ptr::null_mut(), libc::__WALL) == thread
        };
        assert!(stopped, "{}", io::Error::last_os_error());
    };
    let all = threads();
    for (number, thread) in all.iter().copied().enumerate() {
        assert!(!process::is_halted(pid), "{number} threads are stopped");
        stop(thread);
    }
    assert!(process::is_halted(pid), "each thread is stopped");
    child.kill().unwrap();
    // The end of a process is told when its tracer has seen that of each other thread.
    for thread in all.into_iter().filter(|thread| thread.unsigned_abs() != pid) {
        // SAFETY: takes no memory of ours.
        assert_eq!(unsafe { libc::waitpid(thread, std::ptr::null_mut(), libc::__WALL) }, thread);
    }
    child.wait().unwrap();
    assert!(!process::is_halted(pid), "it is gone");
}
