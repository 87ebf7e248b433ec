//! Sizes and durations as a person writes them: `64M`, `500ms`.

use std::time::Duration;

/// A number of bytes: `4096`, `64K`, `64M`, `1.5G`, `64MiB`. Units are powers of 1024.
pub(crate) fn bytes(text: &str) -> Result<u64, String> {
    let expected = || format!("expected a size such as 65536, 512K, 64M or 2G, not `{text}`");
    let (number, unit) = split(text).ok_or_else(expected)?;
    let shift = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        _ => return Err(expected()),
    };
    let bytes = number * 2_f64.powi(shift);
    if bytes >= u64::MAX as f64 {
        return Err(format!("`{text}` is more than any memory can hold"));
    }
    #[expect(clippy::cast_possible_truncation, reason = "the value is in range")]
    Ok(bytes as u64)
}

/// A span of time: `1s`, `500ms`, `2m`, `1h`; a number alone means seconds.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let expected = || format!("expected a duration such as 500ms, 1.5s or 2m, not `{text}`");
    let (number, unit) = split(text).ok_or_else(expected)?;
    let seconds = match unit {
        "us" | "µs" => number * 1e-6,
        "ms" => number * 1e-3,
        "" | "s" => number,
        "m" | "min" => number * 60.0,
        "h" => number * 3600.0,
        _ => return Err(expected()),
    };
    Duration::try_from_secs_f64(seconds).map_err(|_| expected())
}

/// The number in front, and the unit behind it.
fn split(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    Some((number.parse().ok()?, unit.trim_start()))
}

/// A number of bytes as a person reads it: `4.5 KiB`.
pub(crate) fn readable(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    match bytes {
        1 => return "1 byte".into(),
        0..1024 => return format!("{bytes} bytes"),
        _ => {}
    }
    let mut value = bytes as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    let text = format!("{value:.1}");
    format!("{} {}", text.strip_suffix(".0").unwrap_or(&text), UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_powers_of_1024() {
        assert_eq!(bytes("65536"), Ok(65536));
        assert_eq!(bytes("64M"), Ok(64 << 20));
        assert_eq!(bytes("1.5 GiB"), Ok(3 << 29));
        assert!(bytes("64X").is_err());
        assert!(bytes("-1").is_err());
        assert!(bytes("99999999T").is_err());
    }

    #[test]
    fn durations_have_units() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("1.5s"), Ok(Duration::from_millis(1500)));
        assert_eq!(duration("2"), Ok(Duration::from_secs(2)));
        assert!(duration("soon").is_err());
    }

    #[test]
    fn sizes_are_readable() {
        assert_eq!(readable(1), "1 byte");
        assert_eq!(readable(1023), "1023 bytes");
        assert_eq!(readable(65536), "64 KiB");
        assert_eq!(readable(1 << 48), "256 TiB");
        assert_eq!(readable(1_500_000), "1.4 MiB");
    }
}
