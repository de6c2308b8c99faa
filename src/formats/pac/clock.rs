//! What scripts ask of the clock, where the user states the time.
//!
//! Sources: MDN, "Proxy Auto-Configuration (PAC) file"; Mozilla's `ProxyAutoConfig.cpp`, whose functions Chromium and
//! pacparser share. Where the two give different answers the time is left open, as clients differ.

use super::value::Value;
use crate::stated::Moment;
use time::{Date, Duration, Month, PrimitiveDateTime};

/// Whether the stated time lies in the range of one of the three functions; `None` if that cannot be told.
pub(super) fn range(moment: Option<Moment>, function: &str, arguments: &[Value<'_>]) -> Option<bool> {
    let moment = moment?;
    let (arguments, by_utc) = match arguments.split_last() {
        Some((Value::Str(last), rest)) if last.as_ref() == "GMT" => (rest, true),
        _ => (arguments, false),
    };
    let clock = if by_utc { moment.utc? } else { moment.local };
    // Mozilla's functions compare parts of the date by UTC with parts of the local one.
    let of_month = |clock: PrimitiveDateTime| (clock.year(), clock.month());
    let same_month = of_month(clock) == of_month(moment.local);
    let same_date = same_month && clock.day() == moment.local.day();
    match function {
        "weekdayRange" => weekdays(clock.date(), arguments),
        "dateRange" if same_month || arguments.len() == 1 => dates(clock.date(), arguments),
        "timeRange" if same_date || arguments.len() <= 2 => hours(clock, arguments),
        _ => None,
    }
}

fn weekdays(today: Date, arguments: &[Value<'_>]) -> Option<bool> {
    const NAMES: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
    let days: Vec<usize> = arguments.iter().map(|day| place(&NAMES, day)).collect::<Option<_>>()?;
    let today = usize::from(today.weekday().number_days_from_sunday());
    match days.as_slice() {
        [day] => Some(today == *day),
        [first, last] => between(&today, first, last),
        _ => None,
    }
}

/// A part of a date that `dateRange` names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Year(i32),
    Month(Month),
    Day(u8),
}

fn dates(today: Date, arguments: &[Value<'_>]) -> Option<bool> {
    let parts: Vec<Part> = arguments.iter().map(part_of_date).collect::<Option<_>>()?;
    let (first, last) = match parts.as_slice() {
        [_] => (parts.as_slice(), parts.as_slice()),
        _ if parts.len().is_multiple_of(2) && parts.len() <= 6 => parts.split_at(parts.len() / 2),
        _ => return None,
    };
    let names = |parts: &[Part]| parts.iter().map(std::mem::discriminant).collect::<Vec<_>>();
    let repeats = (1..first.len()).any(|at| names(first)[..at].contains(&names(first)[at]));
    if names(first) != names(last)
        || repeats
        || (parts.len() > 1 && [first, last].iter().any(|end| !exists(end, today)))
    {
        return None;
    }
    let (from, to) = (key(first), key(last));
    let holds = |today: Date| between(&same_parts(today, first), &from, &to);
    // The end of a range of months is up to three days late in Mozilla's function.
    let by_month = parts.len() > 1 && !first.iter().any(|part| matches!(part, Part::Day(_)));
    let late = (1..=3).filter_map(|days| today.checked_sub(Duration::days(days))).any(|day| holds(day) != Some(false));
    let is_late = by_month && holds(today) == Some(false) && late;
    holds(today).filter(|_| !is_late)
}

fn part_of_date(value: &Value<'_>) -> Option<Part> {
    const NAMES: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    match value {
        Value::Number(number) if *number >= 1.0 && *number < 32.0 && number.fract() == 0.0 => {
            Some(Part::Day(*number as u8))
        }
        Value::Number(number) if *number >= 1000.0 && *number < 10_000.0 && number.fract() == 0.0 => {
            Some(Part::Year(*number as i32))
        }
        name => Month::try_from(place(&NAMES, name)? as u8 + 1).ok().map(Part::Month),
    }
}

/// Whether the day exists in the month that is named, or in this one; another runs over into the next.
fn exists(parts: &[Part], today: Date) -> bool {
    let parts_of = |year: i32, of: Date| {
        parts.iter().fold((year, of.month(), 1), |(year, month, day), part| match *part {
            Part::Year(_) => (year, month, day),
            Part::Month(named) => (year, named, day),
            Part::Day(named) => (year, month, named),
        })
    };
    let years = parts.iter().filter_map(|part| if let Part::Year(year) = part { Some(*year) } else { None });
    years.chain([today.year()]).all(|year| {
        let (year, month, day) = parts_of(year, today);
        Date::from_calendar_date(year, month, day).is_ok()
    })
}

/// Year, month and day, as far as they are named.
fn key(parts: &[Part]) -> [i32; 3] {
    parts.iter().fold([0; 3], |[year, month, day], part| match *part {
        Part::Year(named) => [named, month, day],
        Part::Month(named) => [year, i32::from(u8::from(named)), day],
        Part::Day(named) => [year, month, i32::from(named)],
    })
}

fn same_parts(today: Date, parts: &[Part]) -> [i32; 3] {
    let named = parts.iter().map(|part| match part {
        Part::Year(_) => Part::Year(today.year()),
        Part::Month(_) => Part::Month(today.month()),
        Part::Day(_) => Part::Day(today.day()),
    });
    key(&named.collect::<Vec<_>>())
}

fn hours(clock: PrimitiveDateTime, arguments: &[Value<'_>]) -> Option<bool> {
    let numbers: Vec<u32> = arguments.iter().map(small).collect::<Option<_>>()?;
    let at = |hour: u32, minute: u32, second: u32| hour * 3600 + minute * 60 + second;
    // What the last number names is over when it begins, says MDN, and when it ends, to Mozilla's function.
    let (first, last, rest) = match *numbers.as_slice() {
        [hour] => (at(hour, 0, 0), at(hour, 59, 59), 0),
        [from, to] => (at(from, 0, 0), at(to, 0, 0), 3599),
        [from, minute, to, last] => (at(from, minute, 0), at(to, last, 0), 59),
        [from, minute, second, to, last, end] => (at(from, minute, second), at(to, last, end), 0),
        _ => return None,
    };
    let (hour, minute, second) = clock.time().as_hms();
    let now = at(hour.into(), minute.into(), second.into());
    let holds = between(&now, &first, &last);
    holds.filter(|_| holds == between(&now, &first, &(last + rest)))
}

/// A number of an hour, a minute or a second.
fn small(value: &Value<'_>) -> Option<u32> {
    match value {
        Value::Number(number) if (0.0..60.0).contains(number) && number.fract() == 0.0 => Some(*number as u32),
        _ => None,
    }
}

fn place(names: &[&str], value: &Value<'_>) -> Option<usize> {
    match value {
        Value::Str(name) => names.iter().position(|known| *known == name.as_ref()),
        _ => None,
    }
}

/// Whether it lies in a range with both ends. Not in all versions of Mozilla's functions a range goes round where its first
/// end is the greater.
fn between<T: PartialOrd>(it: &T, first: &T, last: &T) -> Option<bool> {
    match first <= last {
        true => Some(first <= it && it <= last),
        false => (it < first && it > last).then_some(false),
    }
}

/// What a method of `new Date()` gives.
pub(super) fn part<'a>(moment: Moment, method: &str) -> Option<Value<'a>> {
    let (clock, name) = match method.strip_prefix("getUTC") {
        Some(name) => (moment.utc?, name),
        None => (moment.local, method.strip_prefix("get")?),
    };
    let number = match name {
        "Day" => i32::from(clock.weekday().number_days_from_sunday()),
        "Date" => i32::from(clock.day()),
        "Month" => i32::from(u8::from(clock.month())) - 1,
        "FullYear" => clock.year(),
        "Hours" => i32::from(clock.hour()),
        "Minutes" => i32::from(clock.minute()),
        _ => return None,
    };
    Some(Value::Number(f64::from(number)))
}
