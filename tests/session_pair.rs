//! A session and a scripted server over a slow wire in memory that breaks after any byte, under a fake clock that jumps, with a
//! frame loop that works badly. Random schedules; the promises P1, P2, P3, P5 and P7 are checked all the way.
//!
//! `FRAMEWIRE_PAIR_CASES` sets the number of schedules (256), `FRAMEWIRE_PAIR_SECONDS` the simulated length of each
//! at most (15), and `FRAMEWIRE_PAIR_SEED` one schedule's seed in place of all.
#[path = "session_pair/book.rs"]
mod book;
#[path = "session_pair/chance.rs"]
mod chance;
#[path = "session_pair/host.rs"]
mod host;
#[path = "session_pair/server.rs"]
mod server;
#[path = "session_pair/wire.rs"]
mod wire;
#[path = "session_pair/worker.rs"]
mod worker;
#[path = "session_pair/world.rs"]
mod world;

use framewire::session::config::Overflow;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use server::Speaks;
use worker::Bounds;
use world::{Plan, World};

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} must be a number")))
}

fn bounds() -> impl Strategy<Value = Bounds> {
    (1..20_usize, 1..20_usize, 100..20_000_usize, 1..20_u64, 100..20_000_u64).prop_map(
        |(slots, inbound_messages, inbound_bytes, outbound_sends, outbound_bytes)| Bounds {
            slots,
            inbound_messages,
            inbound_bytes,
            outbound_sends,
            outbound_bytes,
        },
    )
}

fn plan() -> impl Strategy<Value = Plan> {
    let speaks = prop_oneof![1 => Just(Speaks::Raw), 2 => Just(Speaks::Protocol1), 2 => Just(Speaks::Protocol2)];
    let overflow = prop_oneof![Just(Overflow::Pause), Just(Overflow::DropNewest), Just(Overflow::Close)];
    let wire = (1..3000_u64, 0..20_u64, 16..8000_usize, prop_oneof![Just(0), 0..600_u64, 0..60_000_u64]);
    let pace = (1..60_u64, 1..200_u64, 0..20_u64, 1..=setting("FRAMEWIRE_PAIR_SECONDS", 15));
    let jumps = prop_oneof![2 => Just(0), 1 => 1..20_u64];
    (any::<u64>(), speaks, overflow, bounds(), wire, pace, jumps).prop_map(|plan| {
        let (seed, speaks, overflow, bounds, wire, pace, jump_hours) = plan;
        let (piece, delay_ms, system, breaks_after) = wire;
        let (frame_ms, server_ms, burst, seconds) = pace;
        let seed = setting("FRAMEWIRE_PAIR_SEED", seed);
        Plan {
            seed,
            speaks,
            overflow,
            bounds,
            seconds,
            piece,
            delay_ms,
            system,
            breaks_after,
            frame_ms,
            server_ms,
            burst,
            jump_hours,
        }
    })
}

#[test]
fn promises_p1_p2_p3_p5_p7_hold_over_random_schedules() {
    let cases = u32::try_from(setting("FRAMEWIRE_PAIR_CASES", 256)).unwrap();
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(cases) });
    let totals = std::cell::RefCell::new(world::Outcome::default());
    let result = runner.run(&plan(), |plan| {
        let outcome = World::new(plan).run();
        let mut totals = totals.borrow_mut();
        totals.closes += outcome.closes;
        totals.answered += outcome.answered;
        totals.never_seen += outcome.never_seen;
        totals.jumps += outcome.jumps;
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    let totals = totals.into_inner();
    let cases = u64::from(cases);
    println!("{cases} schedules: {totals:?}");
    // The schedules are worth something: connections end, requests are answered, some are never seen, clocks jump. The bounds
    // are a fraction of what is usual, which few schedules miss by far more than many.
    assert!(totals.closes > cases && totals.answered > 10 * cases && totals.never_seen > cases / 8, "{totals:?}");
    assert!(totals.jumps > 0 || cases < 64, "{totals:?}");
}
