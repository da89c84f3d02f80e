//! The least that anything of the kind can cost on this machine, measured in every run.

use std::hint::black_box;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use crate::host;
use crate::samples::{Figures, latencies, median};

const LOADS: u32 = 20_000_000;
const EMPTY_READS: u32 = 100_000;
const ROUND_TRIPS: usize = 5_000;
const WARM_UP: usize = 500;
const COPIED: usize = 8 << 20;
const COPIES: usize = 12;

/// One relaxed atomic load, and the same loop around nothing.
pub fn atomic_load() -> Figures {
    let word = AtomicU64::new(1);
    let bare = per_turn(LOADS, || {});
    let load = per_turn(LOADS, || {
        black_box(black_box(&word).load(Ordering::Acquire));
    });
    vec![("bare_loop_ns".to_owned(), bare), ("atomic_load_ns".to_owned(), load)]
}

fn per_turn(turns: u32, mut work: impl FnMut()) -> f64 {
    let start = host::thread_cpu_ns();
    for turn in 0..turns {
        black_box(turn);
        work();
    }
    (host::thread_cpu_ns() - start) as f64 / f64::from(turns)
}

/// A `recv` that finds nothing.
pub fn empty_read(tcp_port: u16) -> io::Result<Figures> {
    let mut stream = TcpStream::connect(("127.0.0.1", tcp_port))?;
    stream.set_nonblocking(true)?;
    let mut byte = [0];
    let mut unexpected = 0;
    let cost = per_turn(EMPTY_READS, || unexpected += usize::from(stream.read(&mut byte).is_ok()));
    if unexpected > 0 {
        return Err(io::Error::other("the idle peer sent something"));
    }
    Ok(vec![("cpu_ns".to_owned(), cost)])
}

/// 64 bytes of plain TCP there and back; `spinning` reads without blocking.
pub fn round_trip(tcp_port: u16, spinning: bool) -> io::Result<Figures> {
    let mut stream = TcpStream::connect(("127.0.0.1", tcp_port))?;
    stream.set_nodelay(true)?;
    stream.set_nonblocking(spinning)?;
    let mut buffer = [0; 64];
    let mut times = Vec::with_capacity(ROUND_TRIPS);
    for turn in 0..WARM_UP + ROUND_TRIPS {
        let start = Instant::now();
        stream.write_all(&buffer)?;
        let mut seen = 0;
        while seen < buffer.len() {
            match stream.read(&mut buffer[seen..]) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(taken) => seen += taken,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        if turn >= WARM_UP {
            times.push(start.elapsed().as_nanos() as f64);
        }
    }
    Ok(latencies(&times))
}

/// 8 MiB copied into memory in use, and into memory fresh from the system.
pub fn copy() -> io::Result<Figures> {
    let source = vec![1_u8; COPIED];
    let mut target = vec![2_u8; COPIED];
    let (mut warm, mut cold) = (Vec::new(), Vec::new());
    for _ in 0..COPIES {
        warm.push(timed_copy(&source, target.as_mut_ptr()));
        // SAFETY: a new private mapping of COPIED bytes; it is unmapped below and nothing else knows it.
        let fresh = unsafe {
            let (access, kind) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
            libc::mmap(std::ptr::null_mut(), COPIED, access, kind, -1, 0)
        };
        if fresh == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        cold.push(timed_copy(&source, fresh.cast()));
        // SAFETY: the mapping made above, used no more.
        unsafe { libc::munmap(fresh, COPIED) };
    }
    Ok(vec![("warm_ns".to_owned(), median(&warm)), ("cold_ns".to_owned(), median(&cold))])
}

/// CPU time of one copy; `target` has room for `source`.
fn timed_copy(source: &[u8], target: *mut u8) -> f64 {
    let start = host::thread_cpu_ns();
    // SAFETY: the caller gives room for the whole source, in other memory.
    unsafe { std::ptr::copy_nonoverlapping(black_box(source).as_ptr(), black_box(target), source.len()) };
    (host::thread_cpu_ns() - start) as f64
}
