//! Durations as people write them.

use std::{str::FromStr, time::Duration};

/// `10ms`, `0.5s`, `2m`: a number and a unit.
///
/// # Errors
///
/// What is wrong with anything else.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    let unit = match unit.trim() {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "" => return Err("the unit is missing: ms, s or m".to_owned()),
        other => return Err(format!("\"{other}\" is none of ms, s and m")),
    };
    let number = f64::from_str(number).map_err(|error| error.to_string())?;
    Duration::try_from_secs_f64(number * unit).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::duration;

    #[test]
    fn numbers_have_units() {
        assert_eq!(duration("10ms"), Ok(Duration::from_millis(10)));
        assert_eq!(duration("0.5s"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2 m"), Ok(Duration::from_secs(120)));
        for wrong in ["10", "ms", "", "1h", "1.2.3s", "-1s"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
