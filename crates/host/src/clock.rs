//! Clocks, sleeping, and local time.

use crate::{Capability, Errno, Host, Released, Result, check};
use std::mem::MaybeUninit;

/// What is known of a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockInfo {
    /// The smallest step, in nanoseconds.
    pub resolution: i64,
}

/// A calendar time, as `struct tm` with its zone.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct LocalTime {
    pub year: i64,
    /// 1 to 12.
    pub month: i32,
    pub day: i32,
    pub hour: i32,
    pub minute: i32,
    /// 0 to 61.
    pub second: i32,
    /// 0 is Monday.
    pub weekday: i32,
    /// 1 is the first of January.
    pub yearday: i32,
    /// Positive when daylight saving is in force, negative when that is not known.
    pub daylight: i32,
    /// The zone's abbreviation.
    pub zone: Vec<u8>,
    /// Seconds east of UTC.
    pub offset: i64,
}

impl LocalTime {
    fn from_tm(tm: &libc::tm) -> LocalTime {
        let zone = if tm.tm_zone.is_null() {
            Vec::new()
        } else {
            // SAFETY: the C library points it to a string that lives as long as the zone is set.
            unsafe { std::ffi::CStr::from_ptr(tm.tm_zone) }.to_bytes().to_vec()
        };
        LocalTime {
            year: i64::from(tm.tm_year) + 1900,
            month: tm.tm_mon + 1,
            day: tm.tm_mday,
            hour: tm.tm_hour,
            minute: tm.tm_min,
            second: tm.tm_sec,
            weekday: (tm.tm_wday + 6) % 7,
            yearday: tm.tm_yday + 1,
            daylight: tm.tm_isdst,
            zone,
            offset: tm.tm_gmtoff,
        }
    }

    fn to_tm(&self) -> Result<libc::tm> {
        // SAFETY: all fields of `tm` are numbers and pointers, for which zero is a value.
        let mut tm: libc::tm = unsafe { MaybeUninit::zeroed().assume_init() };
        tm.tm_year = i32::try_from(self.year - 1900).map_err(|_| Errno::EOVERFLOW)?;
        tm.tm_mon = self.month.wrapping_sub(1);
        tm.tm_mday = self.day;
        tm.tm_hour = self.hour;
        tm.tm_min = self.minute;
        tm.tm_sec = self.second;
        tm.tm_wday = self.weekday.wrapping_add(1) % 7;
        tm.tm_yday = self.yearday.wrapping_sub(1);
        tm.tm_isdst = self.daylight;
        Ok(tm)
    }
}

const NANOSECONDS: i64 = 1_000_000_000;

impl Host {
    /// A clock of the system (`CLOCK_REALTIME` and so on) in nanoseconds.
    pub fn clock(&self, clock: i32) -> Result<i64> {
        self.allow(Capability::CLOCK)?;
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: the structure lives through the call.
        check(unsafe { libc::clock_gettime(clock, &raw mut time) })?;
        time.tv_sec
            .checked_mul(NANOSECONDS)
            .and_then(|seconds| seconds.checked_add(time.tv_nsec))
            .ok_or(Errno::EOVERFLOW)
    }

    /// Sets a clock, in nanoseconds.
    pub fn set_clock(&self, clock: i32, nanoseconds: i64) -> Result<()> {
        self.allow(Capability::CLOCK | Capability::PROCESSES)?;
        let time = libc::timespec {
            tv_sec: nanoseconds.div_euclid(NANOSECONDS),
            tv_nsec: nanoseconds.rem_euclid(NANOSECONDS),
        };
        // SAFETY: the structure lives through the call.
        check(unsafe { libc::clock_settime(clock, &raw const time) }).map(drop)
    }

    /// What is known of a clock.
    pub fn clock_info(&self, clock: i32) -> Result<ClockInfo> {
        self.allow(Capability::CLOCK)?;
        let mut step = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: the structure lives through the call.
        check(unsafe { libc::clock_getres(clock, &raw mut step) })?;
        Ok(ClockInfo { resolution: step.tv_sec.saturating_mul(NANOSECONDS) + step.tv_nsec })
    }

    /// The number of the clock that counts the processor time of a thread of this process, by the
    /// number that the thread has for the C library. Only the calling thread is known to live.
    pub fn thread_clock(&self, thread: u64) -> Result<i32> {
        self.allow(Capability::CLOCK)?;
        let mut clock = 0;
        // SAFETY: no memory is passed but the number; the calling thread lives.
        let status = unsafe {
            let own = libc::pthread_self();
            if own != thread {
                return Err(Errno::ESRCH);
            }
            libc::pthread_getcpuclockid(own, &raw mut clock)
        };
        if status == 0 { Ok(clock) } else { Err(Errno(status)) }
    }

    /// Sleeps until the monotonic clock shows `deadline` nanoseconds; `EINTR` when a signal came.
    pub fn sleep_until(&self, _: Released<'_>, deadline: i64) -> Result<()> {
        self.allow(Capability::CLOCK)?;
        let time =
            libc::timespec { tv_sec: deadline.max(0) / NANOSECONDS, tv_nsec: deadline.max(0) % NANOSECONDS };
        // SAFETY: the structure lives through the call; no remainder is asked for.
        let status = unsafe {
            libc::clock_nanosleep(
                libc::CLOCK_MONOTONIC,
                libc::TIMER_ABSTIME,
                &raw const time,
                std::ptr::null_mut(),
            )
        };
        if status == 0 { Ok(()) } else { Err(Errno(status)) }
    }

    /// Seconds since 1970 as calendar time of the local zone.
    pub fn local_time(&self, seconds: i64) -> Result<LocalTime> {
        self.allow(Capability::CLOCK)?;
        let mut tm = MaybeUninit::zeroed();
        // SAFETY: both structures live through the call; on success `tm` was written.
        unsafe {
            if libc::localtime_r(&raw const seconds, tm.as_mut_ptr()).is_null() {
                return Err(Errno::last());
            }
            Ok(LocalTime::from_tm(&tm.assume_init()))
        }
    }

    /// Seconds since 1970 as calendar time of UTC.
    pub fn utc_time(&self, seconds: i64) -> Result<LocalTime> {
        let mut tm = MaybeUninit::zeroed();
        // SAFETY: both structures live through the call; on success `tm` was written.
        unsafe {
            if libc::gmtime_r(&raw const seconds, tm.as_mut_ptr()).is_null() {
                return Err(Errno::last());
            }
            Ok(LocalTime::from_tm(&tm.assume_init()))
        }
    }

    /// The inverse of [`Host::local_time`], fields out of range carried over; `None` when no time
    /// fits.
    pub fn seconds_of_local_time(&self, time: &LocalTime) -> Result<Option<i64>> {
        self.allow(Capability::CLOCK)?;
        let mut tm = time.to_tm()?;
        tm.tm_wday = -1;
        // SAFETY: the structure lives through the call.
        let seconds = unsafe { libc::mktime(&raw mut tm) };
        // -1 is an answer too; only failure leaves the day of the week as it was.
        Ok((seconds != -1 || tm.tm_wday != -1).then_some(seconds))
    }

    /// Text of a calendar time by `strftime`, in the C locale; `None` when it would be too long.
    pub fn format_time(&self, format: &[u8], time: &LocalTime) -> Result<Option<Vec<u8>>> {
        let format = crate::c_path(format)?;
        let mut tm = time.to_tm()?;
        tm.tm_gmtoff = time.offset;
        let zone = crate::c_path(&time.zone)?;
        tm.tm_zone = zone.as_ptr();
        let mut size = 1024;
        while size <= 256 * format.as_bytes().len().max(4) {
            let mut buffer = vec![0u8; size];
            // SAFETY: format, zone and buffer live through the call.
            let length =
                unsafe { libc::strftime(buffer.as_mut_ptr().cast(), size, format.as_ptr(), &raw const tm) };
            // Zero is a failure or an empty answer; longer than any answer means empty.
            if length > 0 || size >= 256 * format.as_bytes().len() {
                buffer.truncate(length);
                return Ok(Some(buffer));
            }
            size *= 2;
        }
        Ok(Some(Vec::new()))
    }

    /// Reads the local zone anew from the environment, `tzset`.
    pub fn reload_zone(&self) {
        unsafe extern "C" {
            fn tzset();
        }
        // SAFETY: no memory is passed.
        unsafe { tzset() };
    }
}
