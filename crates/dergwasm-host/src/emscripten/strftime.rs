//! `strftime`, which older programs leave to the host. The language is that of the locale `C`.

use crate::{
    Error,
    emscripten::{
        guest::Guest,
        time::{Date, read_date},
    },
};
use core::fmt::Write as _;

const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// How long a result may be, whatever the program claims.
const MAX_RESULT: usize = 1 << 16;

/// `strftime(to, size, format, tm)`; 0 if the result does not fit.
pub(super) fn strftime<T>(
    guest: &mut Guest<'_, '_, T>,
    to: u32,
    size: u32,
    format: u32,
    tm: u32,
) -> Result<u32, Error> {
    let (format, date) = (guest.text(format)?, read_date(guest, tm)?);
    let mut text = String::new();
    expand(&mut text, &format, date);
    let len = u32::try_from(text.len()).unwrap_or(u32::MAX);
    if len >= size {
        return Ok(0);
    }
    text.push('\0');
    guest.write_bytes(to.into(), text.as_bytes())?;
    Ok(len)
}

/// `strftime_l`, in whatever locale.
pub(super) fn strftime_l<T>(
    guest: &mut Guest<'_, '_, T>,
    to: u32,
    size: u32,
    format: u32,
    tm: u32,
    _locale: u32,
) -> Result<u32, Error> {
    strftime(guest, to, size, format, tm)
}

/// Appends `format` with the conversions replaced.
fn expand(out: &mut String, format: &str, date: Date) {
    let mut chars = format.chars();
    while let Some(char) = chars.next() {
        if out.len() > MAX_RESULT {
            return;
        }
        if char != '%' {
            out.push(char);
            continue;
        }
        let conversion = chars.by_ref().find(|char| !matches!(char, 'E' | 'O' | '-' | '_' | '0'));
        match conversion {
            Some(conversion) => convert(out, conversion, date),
            None => return out.push('%'),
        }
    }
}

fn convert(out: &mut String, conversion: char, date: Date) {
    let hour12 = (date.hour + 11).rem_euclid(12) + 1;
    let compound = match conversion {
        'c' => "%a %b %e %T %Y",
        'D' | 'x' => "%m/%d/%y",
        'F' => "%Y-%m-%d",
        'r' => "%I:%M:%S %p",
        'R' => "%H:%M",
        'T' | 'X' => "%T",
        _ => "",
    };
    // Writing to a string does not fail.
    let _ = match conversion {
        'T' | 'X' => write!(out, "{:02}:{:02}:{:02}", date.hour, date.minute, date.second),
        _ if !compound.is_empty() => return expand(out, compound, date),
        'a' => write!(out, "{:.3}", name(&DAYS, date.weekday)),
        'A' => write!(out, "{}", name(&DAYS, date.weekday)),
        'b' | 'h' => write!(out, "{:.3}", name(&MONTHS, date.month)),
        'B' => write!(out, "{}", name(&MONTHS, date.month)),
        'C' => write!(out, "{:02}", date.year.div_euclid(100)),
        'd' => write!(out, "{:02}", date.day),
        'e' => write!(out, "{:2}", date.day),
        'g' => write!(out, "{:02}", iso_week(date).0.rem_euclid(100)),
        'G' => write!(out, "{}", iso_week(date).0),
        'H' => write!(out, "{:02}", date.hour),
        'I' => write!(out, "{hour12:02}"),
        'j' => write!(out, "{:03}", date.yearday + 1),
        'k' => write!(out, "{:2}", date.hour),
        'l' => write!(out, "{hour12:2}"),
        'm' => write!(out, "{:02}", date.month + 1),
        'M' => write!(out, "{:02}", date.minute),
        'n' => writeln!(out),
        'p' => write!(out, "{}", if date.hour < 12 { "AM" } else { "PM" }),
        'P' => write!(out, "{}", if date.hour < 12 { "am" } else { "pm" }),
        's' => write!(out, "{}", date.to_seconds().unwrap_or(-1)),
        'S' => write!(out, "{:02}", date.second),
        't' => write!(out, "\t"),
        'u' => write!(out, "{}", (date.weekday + 6).rem_euclid(7) + 1),
        'U' => write!(out, "{:02}", (date.yearday + 7 - date.weekday).div_euclid(7)),
        'V' => write!(out, "{:02}", iso_week(date).1),
        'w' => write!(out, "{}", date.weekday),
        'W' => {
            let since_monday = (date.weekday + 6).rem_euclid(7);
            write!(out, "{:02}", (date.yearday + 7 - since_monday).div_euclid(7))
        }
        'y' => write!(out, "{:02}", date.year.rem_euclid(100)),
        'Y' => write!(out, "{}", date.year),
        'z' => write!(out, "+0000"),
        'Z' => write!(out, "UTC"),
        '%' => write!(out, "%"),
        other => write!(out, "%{other}"),
    };
}

fn name<'a>(names: &[&'a str], index: i64) -> &'a str {
    usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or("?")
}

/// Year and week as ISO 8601 counts them: weeks begin on Monday, and the first of a year is the
/// one with its first Thursday.
fn iso_week(date: Date) -> (i64, i64) {
    let thursday = date.yearday + 3 - (date.weekday + 6).rem_euclid(7);
    let length = |year: i64| {
        if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) { 366 } else { 365 }
    };
    if thursday < 0 {
        (date.year - 1, (thursday + length(date.year - 1)).div_euclid(7) + 1)
    } else if thursday >= length(date.year) {
        (date.year + 1, 1)
    } else {
        (date.year, thursday / 7 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_in_c() {
        let text = |format: &str, seconds| {
            let mut out = String::new();
            expand(&mut out, format, Date::from_seconds(seconds).unwrap());
            out
        };
        assert_eq!(text("%c|%F %T", 951_782_400), "Tue Feb 29 00:00:00 2000|2000-02-29 00:00:00");
        assert_eq!(text("%G-W%V-%u %j %U %W", 1_104_537_600), "2004-W53-6 001 00 00");
        assert_eq!(text("%I:%M %p%%%Q%", 13 * 3600), "01:00 PM%%Q%");
        assert_eq!(text("%A %B %e %y %s", 0), "Thursday January  1 70 0");
        assert_eq!(text("%Ey %-d", 0), "70 01");
    }

    #[test]
    fn wild_dates_do_no_harm() {
        let wild = Date {
            month: i64::from(i32::MAX),
            weekday: i64::from(i32::MIN),
            yearday: i64::from(i32::MIN),
            year: i64::from(i32::MAX) + 1900,
            hour: i64::from(i32::MIN),
            ..Date::default()
        };
        let mut out = String::new();
        expand(&mut out, "%a%b%C%d%g%G%I%j%m%p%s%U%V%W%y%c%r%", wild);
        assert!(!out.is_empty());
    }
}
