//! Time and the calendar. The time zone is UTC.

use crate::{Error, emscripten::guest::Guest, sys::Waiting};

const SECOND: u64 = 1_000_000_000;
const DAY: i64 = 86_400;
/// Years that a date may have: what a `struct tm` can hold.
const YEARS: core::ops::RangeInclusive<i64> = -2_147_481_748..=2_147_485_547;

/// A point in time as a `struct tm` has it; months and days of the year count from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) second: i64,
    pub(super) minute: i64,
    pub(super) hour: i64,
    pub(super) day: i64,
    pub(super) month: i64,
    pub(super) year: i64,
    pub(super) weekday: i64,
    pub(super) yearday: i64,
}

impl Date {
    /// The date so many seconds after 1970-01-01T00:00:00Z, if a `struct tm` can hold it.
    pub(super) fn from_seconds(time: i64) -> Option<Self> {
        let (days, second) = (time.div_euclid(DAY), time.rem_euclid(DAY));
        // Years start in March here, so that the leap day is a year's last.
        let shifted = days.checked_add(719_468)?;
        let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day_of_month = day - (153 * month + 2) / 5 + 1;
        let year = 400 * era + year + i64::from(month >= 10);
        if !YEARS.contains(&year) {
            return None;
        }
        Some(Self {
            second: second % 60,
            minute: second / 60 % 60,
            hour: second / 3600,
            day: day_of_month,
            month: (month + 2) % 12,
            year,
            weekday: (days + 4).rem_euclid(7),
            yearday: days - days_before(year),
        })
    }

    /// Seconds since 1970-01-01T00:00:00Z. Fields out of range carry over; weekday and yearday do
    /// not matter.
    pub(super) fn to_seconds(self) -> Option<i64> {
        let year = self.year.checked_add(self.month.div_euclid(12))?;
        let month = self.month.rem_euclid(12);
        let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
        let index = usize::try_from(month).ok()?;
        let leap = i64::from(month > 1 && is_leap(year));
        let days = days_before(year).checked_add(before[index] + leap + self.day - 1)?;
        let seconds = self.hour * 3600 + self.minute * 60 + self.second;
        days.checked_mul(DAY)?.checked_add(seconds)
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// The days from 1970-01-01 to the first day of a year.
fn days_before(year: i64) -> i64 {
    let past = year - 1;
    365 * (year - 1970) + past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400) - 477
}

/// Reads a `struct tm`.
pub(super) fn read_date<T>(guest: &Guest<'_, '_, T>, tm: u32) -> Result<Date, Error> {
    let field = |index: u64| guest.read::<i32>(u64::from(tm) + 4 * index).map(i64::from);
    Ok(Date {
        second: field(0)?,
        minute: field(1)?,
        hour: field(2)?,
        day: field(3)?,
        month: field(4)?,
        year: field(5)? + 1900,
        weekday: field(6)?,
        yearday: field(7)?,
    })
}

/// Writes a `struct tm`, all but the name of the zone.
fn write_date<T>(guest: &mut Guest<'_, '_, T>, tm: u32, date: Date) -> Result<(), Error> {
    let Date { second, minute, hour, day, month, year, weekday, yearday } = date;
    let fields = [second, minute, hour, day, month, year - 1900, weekday, yearday, 0, 0];
    for (index, field) in (0_u64..).zip(fields) {
        let field = i32::try_from(field).unwrap_or(i32::MAX);
        guest.write(u64::from(tm) + 4 * index, field)?;
    }
    Ok(())
}

/// `_gmtime_js` and `_localtime_js`, given the time.
pub(super) fn break_down<T>(guest: &mut Guest<'_, '_, T>, time: i64, tm: u32) -> Result<(), Error> {
    write_date(guest, tm, Date::from_seconds(time).unwrap_or_default())
}

/// `_gmtime_js` and `_localtime_js` of older programs, given where the time is.
pub(super) fn break_down_at<T>(
    guest: &mut Guest<'_, '_, T>,
    time: u32,
    tm: u32,
) -> Result<(), Error> {
    let time: i32 = guest.read(time.into())?;
    break_down(guest, time.into(), tm)
}

/// `_mktime_js` and `_timegm_js`: also brings the fields into their ranges.
pub(super) fn make<T>(guest: &mut Guest<'_, '_, T>, tm: u32) -> Result<i64, Error> {
    let time = read_date(guest, tm)?.to_seconds();
    let date = time.and_then(Date::from_seconds);
    match (time, date) {
        (Some(time), Some(date)) => {
            write_date(guest, tm, date)?;
            Ok(time)
        }
        _ => Ok(-1),
    }
}

/// `_tzset_js(timezone, daylight, standard_name, daylight_name)`: names are buffers of 17 bytes.
pub(super) fn tzset<T>(
    guest: &mut Guest<'_, '_, T>,
    timezone: u32,
    daylight: u32,
    standard: u32,
    summer: u32,
) -> Result<(), Error> {
    guest.write(timezone.into(), 0_u32)?;
    guest.write(daylight.into(), 0_u32)?;
    guest.write_bytes(standard.into(), b"UTC\0")?;
    guest.write_bytes(summer.into(), b"UTC\0")
}

/// `_tzset_js(timezone, daylight, names)` of older programs, which want the names allocated.
pub(super) fn tzset_names<T>(
    guest: &mut Guest<'_, '_, T>,
    timezone: u32,
    daylight: u32,
    names: u32,
) -> Result<(), Error> {
    let name = guest.malloc(4)?;
    if name != 0 {
        guest.write_bytes(name.into(), b"UTC\0")?;
    }
    guest.write(timezone.into(), 0_u32)?;
    guest.write(daylight.into(), 0_u32)?;
    guest.write(names.into(), name)?;
    guest.write(u64::from(names) + 4, name)
}

fn realtime<T>(guest: &mut Guest<'_, '_, T>) -> u64 {
    guest.state().wasi.clock.realtime()
}

/// Milliseconds.
#[expect(clippy::cast_precision_loss, reason = "exact for 285 years in microseconds")]
fn milliseconds(nanoseconds: u64) -> f64 {
    (nanoseconds / 1000) as f64 / 1000.0
}

/// `emscripten_date_now`
pub(super) fn date_now<T>(guest: &mut Guest<'_, '_, T>) -> Result<f64, Error> {
    Ok(milliseconds(realtime(guest)).floor())
}

/// `emscripten_get_now`
pub(super) fn now<T>(guest: &mut Guest<'_, '_, T>) -> Result<f64, Error> {
    Ok(milliseconds(guest.state().wasi.clock.monotonic()))
}

/// `emscripten_get_now_res`: in nanoseconds.
#[expect(clippy::cast_precision_loss, reason = "it is small")]
pub(super) fn now_resolution<T>(guest: &mut Guest<'_, '_, T>) -> Result<f64, Error> {
    Ok(guest.state().wasi.clock.resolution().max(1000) as f64)
}

/// `emscripten_get_now_is_monotonic`
pub(super) fn now_is_monotonic<T>(_guest: &mut Guest<'_, '_, T>) -> Result<u32, Error> {
    Ok(1)
}

/// `time(pointer)` of older programs, whose times have 32 bits.
pub(super) fn time<T>(guest: &mut Guest<'_, '_, T>, to: u32) -> Result<u32, Error> {
    let time = low_word(realtime(guest) / SECOND);
    if to != 0 {
        guest.write(to.into(), time)?;
    }
    Ok(time)
}

/// `clock()`: in microseconds.
pub(super) fn clock<T>(guest: &mut Guest<'_, '_, T>) -> Result<u32, Error> {
    Ok(low_word(guest.state().wasi.clock.monotonic() / 1000))
}

#[expect(clippy::cast_possible_truncation, reason = "as a C program's 32-bit time wraps")]
fn low_word(number: u64) -> u32 {
    number as u32
}

/// `clock_gettime(clock, timespec)` of older programs.
pub(super) fn gettime<T>(guest: &mut Guest<'_, '_, T>, clock: u32, to: u32) -> Result<i32, Error> {
    let now = match clock {
        0 => realtime(guest),
        _ => guest.state().wasi.clock.monotonic(),
    };
    guest.write(to.into(), low_word(now / SECOND))?;
    guest.write(u64::from(to) + 4, low_word(now % SECOND))?;
    Ok(0)
}

/// `clock_getres(clock, timespec)` of older programs.
pub(super) fn getres<T>(guest: &mut Guest<'_, '_, T>, _clock: u32, to: u32) -> Result<i32, Error> {
    let resolution = guest.state().wasi.clock.resolution();
    if to != 0 {
        guest.write(to.into(), low_word(resolution / SECOND))?;
        guest.write(u64::from(to) + 4, low_word(resolution % SECOND))?;
    }
    Ok(0)
}

/// `gettimeofday(timeval, timezone)` of older programs.
pub(super) fn gettimeofday<T>(
    guest: &mut Guest<'_, '_, T>,
    to: u32,
    _zone: u32,
) -> Result<i32, Error> {
    let now = realtime(guest);
    guest.write(to.into(), low_word(now / SECOND))?;
    guest.write(u64::from(to) + 4, low_word(now % SECOND / 1000))?;
    Ok(0)
}

/// `emscripten_thread_sleep(milliseconds)`
pub(super) fn sleep<T>(guest: &mut Guest<'_, '_, T>, milliseconds: f64) -> Result<(), Error> {
    let nanoseconds = whole(milliseconds * 1e6);
    let waiting = Waiting::of(&mut *guest.caller);
    let wasi = &mut guest.state().wasi;
    wasi.waiting = waiting;
    let mut timer = wasi.timer();
    let mut wait = timer.begin();
    let mut result = Ok(());
    while result.is_ok() && wait.left_of(nanoseconds) > 0 {
        let left = wait.left_of(nanoseconds);
        result = timer.pass(&mut wait, left, false);
    }
    // Nothing but an interrupt ends it early.
    wasi.waiting.end(result).map(|_| ())
}

/// A number without its fraction; what is less than nothing is nothing.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
fn whole(number: f64) -> u64 {
    number as u64
}

/// `usleep(microseconds)` of older programs.
pub(super) fn usleep<T>(guest: &mut Guest<'_, '_, T>, microseconds: u32) -> Result<i32, Error> {
    sleep(guest, f64::from(microseconds) / 1000.0)?;
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        let date = |time| {
            let date = Date::from_seconds(time).unwrap();
            let Date { second, minute, hour, day, month, year, weekday, yearday } = date;
            [year, month, day, hour, minute, second, weekday, yearday]
        };
        assert_eq!(date(0), [1970, 0, 1, 0, 0, 0, 4, 0]);
        assert_eq!(date(951_782_400), [2000, 1, 29, 0, 0, 0, 2, 59]);
        assert_eq!(date(-1), [1969, 11, 31, 23, 59, 59, 3, 364]);
        assert_eq!(date(4_102_444_799), [2099, 11, 31, 23, 59, 59, 4, 364]);
        assert_eq!(date(-2_208_988_800), [1900, 0, 1, 0, 0, 0, 1, 0]);
        assert_eq!(Date::from_seconds(i64::MAX), None);
        assert_eq!(Date::from_seconds(i64::MIN), None);
    }

    #[test]
    fn there_and_back() {
        for time in (-9_000_000_000_i64..9_000_000_000).step_by(86_399 * 17) {
            assert_eq!(Date::from_seconds(time).unwrap().to_seconds(), Some(time));
        }
        let date = Date { year: 2024, month: 14, day: 0, hour: -1, ..Date::default() };
        let same = Date { year: 2025, month: 1, day: 27, hour: 23, ..Date::default() };
        assert_eq!(date.to_seconds(), same.to_seconds());
        let wild = i64::from(i32::MAX);
        let date = Date {
            year: wild,
            month: wild,
            day: wild,
            hour: wild,
            minute: wild,
            second: wild,
            ..date
        };
        assert!(date.to_seconds().is_some());
    }
}
