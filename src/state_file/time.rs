//! UTC times as state files write them: `2026-05-16T01:02:03.4567890Z`. No clock.

/// Units of 100 ns in a second: the seven digits.
const TICKS: u64 = 10_000_000;
const DAY_SECONDS: u64 = 86_400;

/// Writes a time, ns since 1970 UTC, with seven digits behind the point.
pub fn format_utc(ns: u64) -> String {
    let (seconds, ticks) = (ns / 1_000_000_000, ns / 100 % TICKS);
    let (year, month, day) = date(seconds / DAY_SECONDS);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ticks:07}Z")
}

/// Reads a time, ns since 1970 UTC, with up to nine digits behind the point; `None` if it is none, or before 1970.
pub fn parse_utc(text: &str) -> Option<u64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let [year, month, day] = numbers(date, '-')?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, ""));
    let [hour, minute, second] = numbers(time, ':')?;
    let is_fraction = fraction.len() <= 9 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) || !is_fraction {
        return None;
    }
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let ns: u64 = format!("{fraction:0<9}").parse().ok()?;
    let seconds = days(year, month, day)? * DAY_SECONDS + hour * 3600 + minute * 60 + second;
    seconds.checked_mul(1_000_000_000)?.checked_add(ns)
}

fn numbers(text: &str, separator: char) -> Option<[u64; 3]> {
    let mut parts = text.split(separator).map(|part| {
        let is_number = !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse().ok()).flatten()
    });
    let numbers = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(numbers)
}

/// Year, month and day of a count of days since 1970.
///
/// Years are counted from March, so that the leap day is the last of its year, in eras of 400 years.
fn date(days: u64) -> (u64, u64, u64) {
    const ERA: u64 = 146_097;
    let days = days + 719_468;
    let (era, day) = (days / ERA, days % ERA);
    let year_of_era = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day_of_month)
}

/// The inverse of [`date`], for years from 1970.
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    let year = if month <= 2 { year - 1 } else { year };
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year % 400 * 365 + year % 400 / 4 - year % 400 / 100 + day_of_year;
    (year / 400 * 146_097 + day_of_era).checked_sub(719_468)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn known_times_are_written_and_read() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00.0000000Z"),
            (951_782_399, "2000-02-28T23:59:59.0000000Z"),
            (951_782_400, "2000-02-29T00:00:00.0000000Z"),
            (1_778_893_323, "2026-05-16T01:02:03.0000000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.0000000Z"),
        ] {
            assert_eq!(format_utc(seconds * SECOND), text);
            assert_eq!(parse_utc(text), Some(seconds * SECOND), "{text}");
        }
        assert_eq!(format_utc(456_789_099), "1970-01-01T00:00:00.4567890Z", "cut, not rounded");
    }

    #[test]
    fn fractions_of_any_length_are_read_and_other_texts_are_not() {
        assert_eq!(parse_utc("1970-01-01T00:00:01Z"), Some(SECOND));
        assert_eq!(parse_utc("1970-01-01T00:00:00.5Z"), Some(SECOND / 2));
        for text in [
            "",
            "Z",
            "1970-01-01",
            "1970-01-01T00:00:00.0000000",
            "1969-12-31T23:59:59Z",
            "1970-13-01T00:00:00Z",
            "1970-00-01T00:00:00Z",
            "1970-01-01T24:00:00Z",
            "1970-01-01T00:00:00.x000000Z",
            "1970-01-01-01T00:00:00Z",
            "+970-01-01T00:00:00Z",
            "99999-01-01T00:00:00Z",
        ] {
            assert_eq!(parse_utc(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(ns in any::<u64>()) {
            let ticks = ns / 100 * 100;
            prop_assert_eq!(parse_utc(&format_utc(ns)), Some(ticks));
        }

        #[test]
        fn any_text_is_survived(text in ".*") {
            let _ = parse_utc(&text);
        }
    }
}
