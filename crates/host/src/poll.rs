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
