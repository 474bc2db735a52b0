//! What the benchmarks of this crate have in common: each compares two things by turns, in one
//! run, and tells the ratio of the medians.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each benchmark takes what it needs, and what fails here fails it"
)]

use std::fmt::Debug;

/// The value in the middle.
pub(crate) fn median<T: PartialOrd + Copy>(values: &[T]) -> T {
    let mut values = values.to_vec();
    values.sort_by(|a, b| a.partial_cmp(b).unwrap());
    values[values.len() / 2]
}

/// Runs both by turns, `rounds` times, after one round that does not count.
pub(crate) fn by_turns<A: PartialOrd + Copy + Debug>(
    rounds: usize,
    mut ours: impl FnMut() -> A,
    mut theirs: impl FnMut() -> A,
) -> (A, A) {
    ours();
    theirs();
    let mut times = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        times.0.push(ours());
        times.1.push(theirs());
    }
    (median(&times.0), median(&times.1))
}

/// Prints a comparison and whether it is within its limit.
pub(crate) fn tell(what: &str, ours: f64, theirs: f64, limit: f64) {
    let ratio = ours / theirs;
    let verdict = if ratio <= limit { "within" } else { "BEYOND" };
    println!("{what}: {ratio:.2} times, {verdict} {limit}");
}
