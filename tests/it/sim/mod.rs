//! The simulation: the engine over the real store, against a broker with a ledger of its own.
//! Must never read a clock or a thread's chance: a seed is a whole story, and replays exactly.

mod broker;
mod checkers;
mod faults;
mod people;
mod world;

use world::World;

/// Seeds that once failed: replayed for ever.
const PAST_FAILURES: &str = include_str!("seeds.txt");

#[expect(clippy::disallowed_methods, reason = "whoever soaks says how long by the environment")]
fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|number| number.parse().ok())
}

fn seeds() -> Vec<u64> {
    let fresh = asked("SIM_SEEDS").unwrap_or(200);
    let past = PAST_FAILURES.lines().filter_map(|line| line.split_whitespace().next());
    past.filter_map(|seed| seed.parse().ok()).chain(1..=fresh).collect()
}

/// `SIM_SEEDS=10000 cargo test --test it sim` soaks; `SIM_SEED=17` replays one.
#[test]
fn every_seed_ends_with_desk_and_broker_agreeing() {
    let one = asked("SIM_SEED");
    let seeds = one.map_or_else(seeds, |seed| vec![seed]);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let mut total = world::Tally::default();
    for seed in seeds {
        let told = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            runtime.block_on(World::new(seed)).run(&runtime)
        }));
        // Its own words were printed when it happened.
        let tally = told.ok();
        let tally =
            tally.unwrap_or_else(|| panic!("SIM_SEED={seed} fails; add it to sim/seeds.txt"));
        total.add(&tally);
    }
    let went_wrong = [total.deaths, total.lost, total.doubled];
    let was_done = [total.orders, total.fills, total.refused, total.amended, total.canceled];
    let all = went_wrong.iter().chain(&was_done).all(|count| *count > 0);
    assert!(one.is_some() || all, "a world in which nothing goes wrong shows nothing: {total:?}");
}
