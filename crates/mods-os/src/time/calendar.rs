//! Calendar time: `struct_time`, its text, the local zone.

use taipan_host::{Host, LocalTime};
use taipan_macros::native;
use taipan_object::native::{Args, FromArgument, MethodDef};
use taipan_object::types::str::Str;
use taipan_object::types::structseq;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Outcome, Ref, Thread, Value, protocol, structseq};

use crate::failure::OrRaise;
use crate::timestamp::{Rounding, SECOND, whole_seconds};

pub(super) const FUNCTIONS: &[MethodDef] =
    &[GMTIME, LOCALTIME, ASCTIME, CTIME, MKTIME, STRFTIME, STRPTIME, TZSET];

structseq! {
    /// The type `time.struct_time`.
    pub(super) static STRUCT_TIME = "time.struct_time", visible 9, slots SLOTS,
    doc Some("The time value as returned by gmtime(), localtime(), and strptime(), and\n accepted by asctime(), mktime() and strftime().  May be considered as a\n sequence of 9 integers.\n\n Note that several fields' values are not the same as those defined by\n the C language standard for struct tm.  For example, the value of the\n field tm_year is the actual year, not year - 1900.  See individual\n fields' descriptions for details."),
    fields {
        "tm_year": "year, for example, 1993",
        "tm_mon": "month of year, range [1, 12]",
        "tm_mday": "day of month, range [1, 31]",
        "tm_hour": "hours, range [0, 23]",
        "tm_min": "minutes, range [0, 59]",
        "tm_sec": "seconds, range [0, 61])",
        "tm_wday": "day of week, range [0, 6], Monday is 0",
        "tm_yday": "day of year, range [1, 366]",
        "tm_isdst": "1 if summer time is in effect, 0 if not, and -1 if unknown",
        "tm_zone": "abbreviation of timezone name",
        "tm_gmtoff": "offset from UTC in seconds",
    }
}

fn struct_time(thread: &mut Thread, time: &LocalTime) -> Outcome {
    let mut fields = vec![thread.int(i128::from(time.year))?];
    let parts = [
        time.month,
        time.day,
        time.hour,
        time.minute,
        time.second,
        time.weekday,
        time.yearday,
        time.daylight,
    ];
    fields.extend(parts.map(|part| Value::small_int(i64::from(part))));
    fields.push(thread.fs_decode(&time.zone)?);
    fields.push(Value::small_int(time.offset));
    thread.structseq(&STRUCT_TIME, fields)
}

/// Seconds since 1970: the argument, or now.
fn moment(thread: &mut Thread, args: Args<'_>, function: &str) -> Outcome<i64> {
    args.no_keywords(thread, &format!("time.{function}"))?;
    match args.positionals() {
        [] => now(thread),
        [time] if time.is_none() => now(thread),
        [time] => whole_seconds(thread, *time, Rounding::Floor),
        many => {
            let count = many.len();
            Err(thread.type_error(format!("{function}() takes at most 1 argument ({count} given)")))
        }
    }
}

fn now(thread: &mut Thread) -> Outcome<i64> {
    let time = thread.interp().host.clock(0).or_raise(thread)?;
    Ok(time.div_euclid(SECOND))
}

/// gmtime([seconds]) -> (tm_year, tm_mon, tm_mday, tm_hour, tm_min,
///                        tm_sec, tm_wday, tm_yday, tm_isdst)
///
/// Convert seconds since the Epoch to a time tuple expressing UTC (a.k.a.
/// GMT).  When 'seconds' is not passed in, convert the current time instead.
///
/// If the platform supports the tm_gmtoff and tm_zone, they are available as
/// attributes only.
#[native(signature = "($module, *args)", hidden)]
fn gmtime(thread: &mut Thread, args: Args<'_>) -> Outcome {
    let seconds = moment(thread, args, "gmtime")?;
    let time = thread.interp().host.utc_time(seconds).or_raise(thread)?;
    struct_time(thread, &time)
}

/// localtime([seconds]) -> (tm_year,tm_mon,tm_mday,tm_hour,tm_min,
///                           tm_sec,tm_wday,tm_yday,tm_isdst)
///
/// Convert seconds since the Epoch to a time tuple expressing local time.
/// When 'seconds' is not passed in, convert the current time instead.
#[native(signature = "($module, *args)", hidden)]
fn localtime(thread: &mut Thread, args: Args<'_>) -> Outcome {
    let seconds = moment(thread, args, "localtime")?;
    let time = thread.interp().host.local_time(seconds).or_raise(thread)?;
    struct_time(thread, &time)
}

/// A tuple of nine integers as calendar time, not yet checked.
fn time_of(thread: &mut Thread, object: Ref<'_>, function: &str) -> Outcome<LocalTime> {
    let Some(tuple) = object.downcast::<Tuple>() else {
        return Err(thread.type_error("Tuple or struct_time argument required"));
    };
    if tuple.len() != 9 {
        return Err(thread.type_error(format!("{function}(): illegal time tuple argument")));
    }
    let mut parts = [0; 9];
    for (part, item) in parts.iter_mut().zip(tuple.items()) {
        let number = protocol::index(thread, *item)?;
        *part = match crate::path::narrow(number.as_ref()) {
            Some(number) if i32::try_from(number).is_ok() => number as i32,
            Some(number) if number < 0 => {
                return Err(thread.overflow_error("signed integer is less than minimum"));
            }
            None | Some(_) => {
                return Err(thread.overflow_error("signed integer is greater than maximum"));
            }
        };
    }
    let [year, month, day, hour, minute, second, weekday, yearday, daylight] = parts;
    if year < i32::MIN + 1900 {
        return Err(thread.overflow_error("year out of range"));
    }
    let (mut zone, mut offset) = (Vec::new(), 0);
    if object.ty().is(&STRUCT_TIME) {
        let fields = structseq::all_fields(object);
        if let Some(name) = fields[9].downcast::<Str>() {
            zone = thread.fs_encode(name)?.into_owned();
        }
        if !fields[10].is_none() {
            offset = i64::from_argument(thread, fields[10], "", 0)?;
        }
    }
    Ok(LocalTime {
        year: i64::from(year),
        month,
        day,
        hour,
        minute,
        second,
        weekday,
        yearday,
        daylight,
        zone,
        offset,
    })
}

/// Refuses what `strftime` of the C library would read tables with; 0 means the first.
fn check(thread: &mut Thread, time: &mut LocalTime) -> Outcome<()> {
    let first = |part: &mut i32| {
        if *part == 0 {
            *part = 1;
        }
    };
    first(&mut time.month);
    first(&mut time.day);
    first(&mut time.yearday);
    let wrong = if !(1..=12).contains(&time.month) {
        "month out of range"
    } else if !(1..=31).contains(&time.day) {
        "day of month out of range"
    } else if !(0..=23).contains(&time.hour) {
        "hour out of range"
    } else if !(0..=59).contains(&time.minute) {
        "minute out of range"
    } else if !(0..=61).contains(&time.second) {
        "seconds out of range"
    } else if time.weekday < -1 {
        "day of week out of range"
    } else if !(1..=366).contains(&time.yearday) {
        "day of year out of range"
    } else {
        return Ok(());
    };
    Err(thread.value_error(wrong))
}

/// The argument as calendar time, or the local time of now.
fn checked_time(thread: &mut Thread, object: Option<Ref<'_>>, function: &str) -> Outcome<LocalTime> {
    let Some(object) = object else {
        let seconds = now(thread)?;
        return thread.interp().host.local_time(seconds).or_raise(thread);
    };
    let mut time = time_of(thread, object, function)?;
    check(thread, &mut time)?;
    time.weekday = time.weekday.rem_euclid(7);
    Ok(time)
}

/// `Sun Jun 20 23:21:05 1993`
fn text(time: &LocalTime) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    format!(
        "{} {}{:3} {:02}:{:02}:{:02} {}",
        DAYS[time.weekday.rem_euclid(7) as usize],
        MONTHS[(time.month - 1).rem_euclid(12) as usize],
        time.day,
        time.hour,
        time.minute,
        time.second,
        time.year
    )
}

/// asctime([time_tuple]) -> string
///
/// Convert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'.
/// When the time tuple is not present, current time as returned by localtime()
/// is used.
#[native(signature = "($module, tuple=None, /)", hidden)]
fn asctime(thread: &mut Thread, tuple: Option<Ref<'_>>) -> Outcome<String> {
    Ok(text(&checked_time(thread, tuple, "asctime")?))
}

/// ctime([seconds]) -> string
///
/// Convert a time in seconds since the Epoch to a string in local time.
/// This is equivalent to asctime(localtime(seconds)). When 'seconds' is not
/// passed in, convert the current time instead.
#[native(signature = "($module, *args)", hidden)]
fn ctime(thread: &mut Thread, args: Args<'_>) -> Outcome<String> {
    let seconds = moment(thread, args, "ctime")?;
    let time = thread.interp().host.local_time(seconds).or_raise(thread)?;
    Ok(text(&time))
}

/// mktime(time_tuple) -> floating-point number
///
/// Convert a time tuple in local time to seconds since the Epoch.
/// Note that mktime(gmtime(0)) will not generally return zero for most
/// time zones; instead the returned value will either be equal to that
/// of the timezone or altzone attributes on the time module.
#[native(signature = "($self, object, /)")]
fn mktime(thread: &mut Thread, _: Ref<'_>, object: Ref<'_>) -> Outcome<f64> {
    let time = time_of(thread, object, "mktime")?;
    match thread.interp().host.seconds_of_local_time(&time).or_raise(thread)? {
        Some(seconds) => Ok(seconds as f64),
        None => Err(thread.overflow_error("mktime argument out of range")),
    }
}

/// strftime(format[, time_tuple]) -> string
///
/// Convert a time tuple to a string according to a format specification.
/// See the library reference manual for formatting codes. When the time tuple
/// is not present, current time as returned by localtime() is used.
///
/// Commonly used format codes:
///
/// %Y  Year with century as a decimal number.
/// %m  Month as a decimal number [01,12].
/// %d  Day of the month as a decimal number [01,31].
/// %H  Hour (24-hour clock) as a decimal number [00,23].
/// %M  Minute as a decimal number [00,59].
/// %S  Second as a decimal number [00,61].
/// %z  Time zone offset from UTC.
/// %a  Locale's abbreviated weekday name.
/// %A  Locale's full weekday name.
/// %b  Locale's abbreviated month name.
/// %B  Locale's full month name.
/// %c  Locale's appropriate date and time representation.
/// %I  Hour (12-hour clock) as a decimal number [01,12].
/// %p  Locale's equivalent of either AM or PM.
///
/// Other codes may be available on your platform.  See documentation for
/// the C library strftime function.
#[native(signature = "($module, *args)", hidden)]
fn strftime(thread: &mut Thread, args: Args<'_>) -> Outcome {
    args.no_keywords(thread, "time.strftime")?;
    let (format, tuple) = match args.positionals() {
        [] => return Err(thread.type_error("strftime() takes at least 1 argument (0 given)")),
        [format] => (*format, None),
        [format, tuple] => (*format, Some(*tuple)),
        many => {
            let count = many.len();
            return Err(thread.type_error(format!("strftime() takes at most 2 arguments ({count} given)")));
        }
    };
    let Some(format) = format.downcast::<Str>() else {
        let ty = format.ty().name().into_owned();
        return Err(thread.type_error(format!("strftime() argument 1 must be str, not {ty}")));
    };
    let mut time = checked_time(thread, tuple, "strftime")?;
    time.daylight = time.daylight.clamp(-1, 1);
    let format =
        taipan_object::types::str::codec::encode_text(thread, format, "utf-8", Some("surrogatepass"))?;
    let host: &Host = &thread.interp().host;
    let mut out = Vec::new();
    for (index, part) in format.split(|&byte| byte == 0).enumerate() {
        if index > 0 {
            out.push(0);
        }
        out.extend(host.format_time(part, &time).or_raise(thread)?.unwrap_or_default());
    }
    let out = thread.bytes_from(out)?;
    taipan_object::types::str::codec::decode_object(thread, out.as_ref(), "utf-8", Some("surrogatepass"))
}

/// strptime(string[, format]) -> struct_time
///
/// Parse a string to a time tuple according to a format specification.
/// See the library reference manual for formatting codes (same as
/// strftime()).
///
/// Commonly used format codes:
///
/// %Y  Year with century as a decimal number.
/// %m  Month as a decimal number [01,12].
/// %d  Day of the month as a decimal number [01,31].
/// %H  Hour (24-hour clock) as a decimal number [00,23].
/// %M  Minute as a decimal number [00,59].
/// %S  Second as a decimal number [00,61].
/// %z  Time zone offset from UTC.
/// %a  Locale's abbreviated weekday name.
/// %A  Locale's full weekday name.
/// %b  Locale's abbreviated month name.
/// %B  Locale's full month name.
/// %c  Locale's appropriate date and time representation.
/// %I  Hour (12-hour clock) as a decimal number [01,12].
/// %p  Locale's equivalent of either AM or PM.
///
/// Other codes may be available on your platform.  See documentation for
/// the C library strftime function.
#[native(signature = "($module, *args)", hidden)]
fn strptime(thread: &mut Thread, args: Args<'_>) -> Outcome {
    let module = super::import(thread, "_strptime")?;
    let name = thread.intern("_strptime_time")?;
    let function = protocol::get_attribute(thread, module.as_ref(), name.as_ref())?;
    protocol::call_args(thread, function.as_ref(), args)
}

/// Sets the module's attributes that tell of the local zone.
pub(super) fn set_zone(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    const YEAR: i64 = (365 * 24 + 6) * 3600;
    let host = &thread.interp().host;
    let now = host.clock(0).unwrap_or(0).div_euclid(SECOND);
    let winter = host.local_time(now / YEAR * YEAR).or_raise(thread)?;
    let summer = host.local_time(now / YEAR * YEAR + YEAR / 2).or_raise(thread)?;
    // South of the equator it is the other way round.
    let (standard, other) = if -winter.offset < -summer.offset { (summer, winter) } else { (winter, summer) };
    let daylight = i64::from(standard.offset != other.offset);
    let names = [thread.fs_decode(&standard.zone)?, thread.fs_decode(&other.zone)?];
    let names = thread.tuple(names)?;
    thread.module_add(module, "timezone", Value::small_int(-standard.offset))?;
    thread.module_add(module, "altzone", Value::small_int(-other.offset))?;
    thread.module_add(module, "daylight", Value::small_int(daylight))?;
    thread.module_add(module, "tzname", names)
}

/// tzset()
///
/// Initialize, or reinitialize, the local timezone to the value stored in
/// os.environ['TZ']. The TZ environment variable should be specified in
/// standard Unix timezone format as documented in the tzset man page
/// (eg. 'US/Eastern', 'Europe/Amsterdam'). Unknown timezones will silently
/// fall back to UTC. If the TZ environment variable is not set, the local
/// timezone is set to the systems best guess of wallclock time.
/// Changing the TZ environment variable without calling tzset *may* change
/// the local timezone used by methods such as localtime, but this behaviour
/// should not be relied on.
#[native(signature = "($self, /)")]
fn tzset(thread: &mut Thread, _: Ref<'_>) -> Outcome<()> {
    thread.interp().host.reload_zone();
    let module = super::import(thread, "time")?;
    set_zone(thread, module.as_ref())
}
