//! Waiting for many descriptors at once: `poll`, `epoll`, and counters as descriptors.

use crate::{Errno, Fd, Host, Released, Result, check};

/// A descriptor with the events that are waited for and those that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct PollFd {
    /// The descriptor; a negative one is passed over.
    pub fd: Fd,
    /// What to wait for.
    pub events: i16,
    /// What came.
    pub revents: i16,
}

impl Host {
    /// Waits until an event comes or `milliseconds` have passed (negative: for ever); how many
    /// descriptors have events.
    pub fn poll(&self, _: Released<'_>, fds: &mut [PollFd], milliseconds: i32) -> Result<usize> {
        let count = fds.len() as libc::nfds_t;
        // SAFETY: `PollFd` has the layout of `pollfd`; the list is as long as stated.
        check(unsafe { libc::poll(fds.as_mut_ptr().cast(), count, milliseconds) }).map(|n| n as usize)
    }

    /// Makes an epoll descriptor.
    pub fn epoll_create(&self, flags: i32) -> Result<Fd> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::epoll_create1(flags) })
    }

    /// Adds, changes or removes a descriptor of an epoll descriptor.
    pub fn epoll_control(&self, epoll: Fd, operation: i32, fd: Fd, events: u32) -> Result<()> {
        let mut event = libc::epoll_event { events, u64: fd as u64 };
        // SAFETY: the structure lives through the call.
        check(unsafe { libc::epoll_ctl(epoll, operation, fd, &raw mut event) }).map(drop)
    }

    /// Waits for events of an epoll descriptor: descriptors and their events.
    pub fn epoll_wait(
        &self,
        _: Released<'_>,
        epoll: Fd,
        milliseconds: i32,
        most: usize,
    ) -> Result<Vec<(Fd, u32)>> {
        let most = i32::try_from(most).map_err(|_| Errno::EINVAL)?;
        let mut events = vec![libc::epoll_event { events: 0, u64: 0 }; most as usize];
        // SAFETY: the list is as long as stated.
        let count = check(unsafe { libc::epoll_wait(epoll, events.as_mut_ptr(), most, milliseconds) })?;
        Ok(events[..count as usize].iter().map(|event| (event.u64 as Fd, event.events)).collect())
    }

    /// A counter as a descriptor, `eventfd`.
    pub fn event_counter(&self, initial: u32, flags: i32) -> Result<Fd> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::eventfd(initial, flags) })
    }
}

/// Descriptors from here on are beyond `select`.
pub const SELECT_LIMIT: usize = libc::FD_SETSIZE;

impl Host {
    /// Waits until one of the descriptors can be read, written, or has an exceptional state; which of
    /// each list are ready. `timeout` is in nanoseconds, none for ever.
    pub fn select(&self, _: Released<'_>, fds: [&[Fd]; 3], timeout: Option<i64>) -> Result<[Vec<bool>; 3]> {
        if fds.iter().any(|list| list.iter().any(|&fd| fd < 0 || fd as usize >= SELECT_LIMIT)) {
            return Err(Errno::EINVAL);
        }
        let greatest = fds.iter().flat_map(|list| list.iter()).max().map_or(0, |&fd| fd + 1);
        let mut time = timeout.map(|ns| libc::timeval {
            tv_sec: ns / 1_000_000_000,
            tv_usec: (ns % 1_000_000_000 + 999) / 1000,
        });
        if let Some(time) = &mut time
            && time.tv_usec >= 1_000_000
        {
            time.tv_sec += 1;
            time.tv_usec -= 1_000_000;
        }
        // SAFETY: all zeros is an empty set; each descriptor is within a set's room; sets and time
        // live through the call.
        unsafe {
            let mut sets: [libc::fd_set; 3] = std::mem::MaybeUninit::zeroed().assume_init();
            for (set, list) in sets.iter_mut().zip(fds) {
                list.iter().for_each(|&fd| libc::FD_SET(fd, set));
            }
            let [read, write, except] = &mut sets;
            let time = time.as_mut().map_or(std::ptr::null_mut(), std::ptr::from_mut);
            check(libc::select(greatest, read, write, except, time))?;
            let mut lists = fds.iter().zip(&sets);
            Ok(std::array::from_fn(|_| {
                let (list, set) = lists.next().expect("three of each");
                list.iter().map(|&fd| libc::FD_ISSET(fd, set)).collect()
            }))
        }
    }
}
