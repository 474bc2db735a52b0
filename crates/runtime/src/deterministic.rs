//! Runs that can be repeated: a clock and random numbers that are the same every time.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use taipan_web::random::{RandomError, RandomSource};

use crate::clock::{Clock, Sleep};

/// What the clock shows at first: the beginning of the year 2000, in seconds since the Unix epoch.
const START: Duration = Duration::from_secs(946_684_800);

/// A clock that stands still while anything happens. When nothing but timers is left to wait for, it jumps to the next.
#[derive(Debug, Default)]
pub(crate) struct VirtualClock {
    /// Nanoseconds: they last for five centuries.
    now: AtomicU64,
}

impl Clock for VirtualClock {
    fn now(&self) -> Duration {
        Duration::from_nanos(self.now.load(Ordering::Relaxed))
    }

    fn system_time(&self) -> SystemTime {
        UNIX_EPOCH + START + self.now()
    }

    fn utc_offset(&self, _: SystemTime) -> Option<i32> {
        Some(0)
    }

    fn sleep_until(&self, time: Duration, only_timers: bool) -> Sleep {
        if !only_timers {
            return Box::pin(std::future::pending());
        }
        let time = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.now.fetch_max(time, Ordering::Relaxed);
        Box::pin(std::future::ready(()))
    }
}

/// The generator xoshiro256++, by Blackman and Vigna: <https://prng.di.unimi.it/>. What it gives can be foretold.
#[derive(Debug)]
pub(crate) struct SeededRandom(Mutex<[u64; 4]>);

impl SeededRandom {
    /// Seeds it by SplitMix64, as its authors advise.
    pub(crate) fn new(mut seed: u64) -> Self {
        let state = std::array::from_fn(|_| {
            seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = seed;
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            word ^ (word >> 31)
        });
        Self(Mutex::new(state))
    }
}

impl RandomSource for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in bytes.chunks_mut(8) {
            let [a, b, c, d] = &mut *state;
            let word = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
            let shifted = *b << 17;
            *c ^= *a;
            *d ^= *b;
            *b ^= *c;
            *a ^= *d;
            *c ^= shifted;
            *d = d.rotate_left(45);
            chunk.copy_from_slice(&word.to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_the_one_it_says() {
        // The first words for the state 1, 2, 3, 4, as the reference implementation gives them.
        let source = SeededRandom(Mutex::new([1, 2, 3, 4]));
        let mut bytes = [0; 24];
        source.fill(&mut bytes).expect("bytes");
        let words: Vec<u64> = bytes
            .chunks(8)
            .map(|word| u64::from_le_bytes(word.try_into().expect("eight bytes")))
            .collect();
        assert_eq!(words, [41_943_041, 58_720_359, 3_588_806_011_781_223]);
    }

    #[test]
    fn the_clock_jumps_only_when_nothing_else_is_pending() {
        let clock = VirtualClock::default();
        let hour = Duration::from_secs(3600);
        drop(clock.sleep_until(hour, false));
        assert_eq!(clock.now(), Duration::ZERO);
        drop(clock.sleep_until(hour, true));
        drop(clock.sleep_until(hour / 2, true));
        assert_eq!(clock.now(), hour);
        assert_eq!(clock.system_time(), UNIX_EPOCH + START + hour);
    }
}
