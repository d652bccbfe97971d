//! The scheduler, and limits and use of resources.

use crate::{Capability, ChildUsage, Errno, Host, Result, check};
use std::mem::MaybeUninit;

/// How many kinds of resources have limits.
pub const RESOURCE_LIMITS: i32 = 16;

/// Processors that a set of them has room for.
const PROCESSORS: usize = 8 * size_of::<libc::cpu_set_t>();

fn param(priority: i32) -> libc::sched_param {
    libc::sched_param { sched_priority: priority }
}

impl Host {
    /// The greatest priority of a policy.
    pub fn greatest_priority(&self, policy: i32) -> Result<i32> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::sched_get_priority_max(policy) })
    }

    /// The least priority of a policy.
    pub fn least_priority(&self, policy: i32) -> Result<i32> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::sched_get_priority_min(policy) })
    }

    /// The policy of a process; 0 is this one.
    pub fn scheduler(&self, process: i32) -> Result<i32> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::sched_getscheduler(process) })
    }

    /// Sets policy and priority of a process.
    pub fn set_scheduler(&self, process: i32, policy: i32, priority: i32) -> Result<()> {
        self.allow(Capability::PROCESSES)?;
        let param = param(priority);
        // SAFETY: the structure lives through the call.
        check(unsafe { libc::sched_setscheduler(process, policy, &raw const param) }).map(drop)
    }

    /// The priority of a process.
    pub fn scheduling_priority(&self, process: i32) -> Result<i32> {
        let mut param = param(0);
        // SAFETY: the structure lives through the call.
        check(unsafe { libc::sched_getparam(process, &raw mut param) })?;
        Ok(param.sched_priority)
    }

    /// Sets the priority of a process.
    pub fn set_scheduling_priority(&self, process: i32, priority: i32) -> Result<()> {
        self.allow(Capability::PROCESSES)?;
        let param = param(priority);
        // SAFETY: the structure lives through the call.
        check(unsafe { libc::sched_setparam(process, &raw const param) }).map(drop)
    }

    /// The time slice of a process under round robin, in nanoseconds.
    pub fn round_robin_interval(&self, process: i32) -> Result<i64> {
        let mut interval = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: the structure lives through the call.
        check(unsafe { libc::sched_rr_get_interval(process, &raw mut interval) })?;
        Ok(interval.tv_sec * 1_000_000_000 + interval.tv_nsec)
    }

    /// The processors on which a process may run.
    pub fn affinity(&self, process: i32) -> Result<Vec<usize>> {
        // SAFETY: all zeros is an empty set, as long as stated.
        let set = unsafe {
            let mut set: libc::cpu_set_t = MaybeUninit::zeroed().assume_init();
            check(libc::sched_getaffinity(process, size_of::<libc::cpu_set_t>(), &raw mut set))?;
            set
        };
        // SAFETY: the number is within the set.
        Ok((0..PROCESSORS).filter(|&processor| unsafe { libc::CPU_ISSET(processor, &set) }).collect())
    }

    /// Sets the processors on which a process may run.
    pub fn set_affinity(&self, process: i32, processors: &[usize]) -> Result<()> {
        self.allow(Capability::PROCESSES)?;
        // SAFETY: all zeros is an empty set; numbers beyond it are passed over; as long as stated.
        check(unsafe {
            let mut set: libc::cpu_set_t = MaybeUninit::zeroed().assume_init();
            for &processor in processors.iter().filter(|&&processor| processor < PROCESSORS) {
                libc::CPU_SET(processor, &mut set);
            }
            libc::sched_setaffinity(process, size_of::<libc::cpu_set_t>(), &raw const set)
        })
        .map(drop)
    }

    /// The soft and the hard limit of a resource before new ones are set; `u64::MAX` is none.
    pub fn resource_limits(
        &self,
        process: i32,
        resource: i32,
        limits: Option<(u64, u64)>,
    ) -> Result<(u64, u64)> {
        if limits.is_some() || process != 0 {
            self.allow(Capability::PROCESSES)?;
        }
        let new = limits.map(|(soft, hard)| libc::rlimit { rlim_cur: soft, rlim_max: hard });
        let new = new.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
        let mut old = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: both structures live through the call.
        check(unsafe { libc::prlimit(process, resource as u32, new, &raw mut old) })?;
        Ok((old.rlim_cur, old.rlim_max))
    }

    /// What the process, its children or the thread used.
    pub fn usage(&self, who: i32) -> Result<ChildUsage> {
        let mut usage = MaybeUninit::zeroed();
        // SAFETY: on success the structure was written.
        unsafe {
            check(libc::getrusage(who, usage.as_mut_ptr()))?;
            Ok(ChildUsage(usage.assume_init()))
        }
    }

    /// Bytes of a page of memory.
    pub fn page_size(&self) -> usize {
        // SAFETY: no memory is passed.
        unsafe { libc::sysconf(libc::_SC_PAGESIZE) as usize }
    }

    /// The number of processors that are switched on, if it is known.
    pub fn online_processors(&self) -> Option<i64> {
        // SAFETY: no memory is passed.
        let count = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) };
        (count >= 1).then_some(count)
    }

    /// A text of the system, `confstr`; `None` where it has none.
    pub fn configuration_text(&self, name: i32) -> Result<Option<Vec<u8>>> {
        // SAFETY: errno is the thread's own; the buffers are as long as stated.
        unsafe {
            *libc::__errno_location() = 0;
            let length = libc::confstr(name, std::ptr::null_mut(), 0);
            if length == 0 {
                return match Errno::last() {
                    Errno(0) => Ok(None),
                    error => Err(error),
                };
            }
            let mut text = vec![0u8; length];
            libc::confstr(name, text.as_mut_ptr().cast(), length);
            text.pop();
            Ok(Some(text))
        }
    }

    /// A limit of a path, `pathconf`; `None` where it has none.
    pub fn path_limit(&self, _: crate::Released<'_>, path: &[u8], name: i32) -> Result<Option<i64>> {
        self.allow(Capability::READ_FILES)?;
        let path = crate::c_path(path)?;
        // SAFETY: errno is the thread's own; the path lives through the call.
        let value = unsafe {
            *libc::__errno_location() = 0;
            libc::pathconf(path.as_ptr(), name)
        };
        match Errno::last() {
            error if value == -1 && error != Errno(0) => Err(error),
            _ if value == -1 => Ok(None),
            _ => Ok(Some(value)),
        }
    }
}

impl ChildUsage {
    /// Processor time in seconds: in the program and in the system.
    pub fn times(&self) -> [f64; 2] {
        [self.0.ru_utime, self.0.ru_stime].map(|time| time.tv_sec as f64 + time.tv_usec as f64 * 1e-6)
    }

    /// The other numbers, in the order of `struct rusage`.
    pub fn counts(&self) -> [i64; 14] {
        let usage = &self.0;
        [
            usage.ru_maxrss,
            usage.ru_ixrss,
            usage.ru_idrss,
            usage.ru_isrss,
            usage.ru_minflt,
            usage.ru_majflt,
            usage.ru_nswap,
            usage.ru_inblock,
            usage.ru_oublock,
            usage.ru_msgsnd,
            usage.ru_msgrcv,
            usage.ru_nsignals,
            usage.ru_nvcsw,
            usage.ru_nivcsw,
        ]
    }
}
