//! What the program may use up.

use std::{str::FromStr, time::Duration};

use clap::Args;
use taipan::{Error, Limits, RuntimeBuilder};

use crate::watchdog::Bounds;

/// What the program may use up.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitArgs {
    /// End the program, or what was typed, when it has run for TIME, waiting included: a number with ms, s, m or h
    #[arg(long, value_name = "TIME", value_parser = time)]
    timeout: Option<Duration>,

    /// End the program when its WebAssembly code has used up N units of fuel, about one an instruction
    #[arg(long, value_name = "N")]
    fuel: Option<u64>,

    /// End a script or function of which the loops go round more than N times
    #[arg(long, value_name = "N")]
    max_loop_iterations: Option<u64>,

    /// Let calls nest at most N deep
    #[arg(long, value_name = "N")]
    max_recursion: Option<usize>,

    /// Let all memories of WebAssembly together have at most SIZE bytes: a number, or one with
    /// KiB, MiB or GiB
    #[arg(long, value_name = "SIZE", value_parser = size::<usize>)]
    max_memory: Option<usize>,

    /// Let all tables of WebAssembly together have at most N elements
    #[arg(long, value_name = "N")]
    max_table_elements: Option<u64>,

    /// End the program when it uses more than SIZE bytes, by estimate, memories of WebAssembly not included
    #[arg(long, value_name = "SIZE", value_parser = size::<usize>)]
    max_heap: Option<usize>,

    /// End the process when it has more than SIZE bytes of memory in use, all of it together; by default nine tenths of
    /// what there is
    #[arg(long, value_name = "SIZE", value_parser = size::<u64>)]
    max_rss: Option<u64>,

    /// Let the body of a response have at most SIZE bytes, after decoding
    #[arg(long, value_name = "SIZE", value_parser = size::<u64>)]
    max_response: Option<u64>,

    /// Let at most N connections be open at once
    #[arg(long, value_name = "N")]
    max_connections: Option<usize>,

    /// Let at most N responses be under way at once
    #[arg(long, value_name = "N")]
    max_fetches: Option<usize>,

    /// Let at most N timers be pending
    #[arg(long, value_name = "N")]
    max_timers: Option<usize>,

    /// Let at most N workers run at once
    #[arg(long, value_name = "N")]
    max_workers: Option<usize>,

    /// Do the same every time: random numbers come of SEED (0 unless given), time stands still but for
    /// timers, and what is fetched comes in the order in which it was asked for
    #[arg(
        long,
        value_name = "SEED",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "0"
    )]
    deterministic: Option<u64>,
}

impl LimitArgs {
    /// What the process as a whole may use up.
    pub(crate) fn bounds(&self) -> Bounds {
        Bounds {
            timeout: self.timeout,
            memory: self.max_rss,
        }
    }

    /// Sets the limits of the program.
    pub(crate) fn apply(&self, builder: RuntimeBuilder) -> Result<RuntimeBuilder, Error> {
        /// Sets a limit that was given.
        fn set<T>(limits: Limits, value: Option<T>, setter: fn(Limits, T) -> Limits) -> Limits {
            match value {
                Some(value) => setter(limits, value),
                None => limits,
            }
        }
        let limits = Limits::new();
        let limits = set(limits, self.timeout, Limits::run_timeout);
        let limits = set(limits, self.fuel, Limits::fuel);
        let limits = set(limits, self.max_loop_iterations, Limits::loop_iterations);
        let limits = set(limits, self.max_recursion, Limits::recursion);
        let limits = set(limits, self.max_memory, Limits::memory);
        let limits = set(limits, self.max_table_elements, Limits::table_elements);
        let limits = set(limits, self.max_heap, Limits::heap);
        let limits = set(limits, self.max_response, Limits::response_size);
        let limits = set(limits, self.max_connections, Limits::connections);
        let limits = set(limits, self.max_fetches, Limits::fetches);
        let limits = set(limits, self.max_timers, Limits::timers);
        let limits = set(limits, self.max_workers, Limits::workers);
        let builder = builder.limits(limits);
        Ok(match self.deterministic {
            Some(seed) => builder.deterministic(seed),
            None => builder,
        })
    }
}

/// The number a text begins with, and its unit.
fn split(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    (number, unit.trim())
}

/// `500ms`, `5s`, `1.5m`, `2h`; seconds without a unit.
fn time(text: &str) -> Result<Duration, String> {
    let (number, unit) = split(text);
    let unit = match unit {
        "ms" => 0.001,
        "s" | "" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        other => return Err(format!("\"{other}\" is none of ms, s, m and h")),
    };
    let number = f64::from_str(number).map_err(|error| error.to_string())?;
    Duration::try_from_secs_f64(number * unit).map_err(|error| error.to_string())
}

/// `1000`, `64KiB`, `64MiB`, `1GiB`; the `iB` may be left out.
fn size<T: TryFrom<u64>>(text: &str) -> Result<T, String> {
    let (number, unit) = split(text);
    let shift = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kib" => 10,
        "m" | "mib" => 20,
        "g" | "gib" => 30,
        _ => return Err(format!("\"{unit}\" is none of KiB, MiB and GiB")),
    };
    let number = u64::from_str(number).map_err(|error| error.to_string())?;
    let bytes = number
        .checked_mul(1 << shift)
        .and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| "it is too large".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        assert_eq!(time("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(time("5s"), Ok(Duration::from_secs(5)));
        assert_eq!(time("5"), Ok(Duration::from_secs(5)));
        assert_eq!(time("1.5m"), Ok(Duration::from_secs(90)));
        assert_eq!(time("2h"), Ok(Duration::from_secs(7200)));
        for bad in [
            "",
            "s",
            "5x",
            "-1s",
            "1e3s",
            "1.2.3s",
            "99999999999999999999h",
        ] {
            assert!(time(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn sizes() {
        assert_eq!(size::<u64>("1000"), Ok(1000));
        assert_eq!(size::<u64>("64KiB"), Ok(64 << 10));
        assert_eq!(size::<u64>("64 MiB"), Ok(64 << 20));
        assert_eq!(size::<u64>("1g"), Ok(1 << 30));
        for bad in ["", "MiB", "1.5MiB", "1TB", "-1", "99999999999GiB"] {
            assert!(size::<u64>(bad).is_err(), "{bad}");
        }
        assert!(size::<u8>("300").is_err());
    }
}
