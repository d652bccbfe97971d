//! Sockets: making, connecting, sending, receiving, options.
//!
//! Names are resolved in `resolve`.

mod address;
mod message;
mod resolve;

pub use address::{SocketAddress, UNIX_PATH};
pub use message::{ControlMessage, Received, control_length, control_space};
pub use resolve::{HostEntry, ResolveError, Resolved, error_text, host_error_text, inet_ntop, inet_pton};

use address::RawAddress;

use crate::{Capability, Errno, Fd, Host, Released, Result, check};
use std::ffi::c_int;

/// Holding a socket is the right to use it: but for making and naming one, these calls need no
/// capability.
impl Host {
    /// Makes a socket that programs that are started do not inherit.
    pub fn socket(&self, family: i32, kind: i32, protocol: i32) -> Result<Fd> {
        self.allow(Capability::NETWORK)?;
        // SAFETY: no memory is passed.
        check(unsafe { libc::socket(family, kind | libc::SOCK_CLOEXEC, protocol) })
    }

    /// Two sockets that are connected to each other.
    pub fn socket_pair(&self, family: i32, kind: i32, protocol: i32) -> Result<(Fd, Fd)> {
        self.allow(Capability::NETWORK)?;
        let mut ends: [c_int; 2] = [0; 2];
        // SAFETY: room for two numbers.
        check(unsafe { libc::socketpair(family, kind | libc::SOCK_CLOEXEC, protocol, ends.as_mut_ptr()) })?;
        Ok((ends[0], ends[1]))
    }

    /// Gives a socket an address.
    pub fn bind(&self, _: Released<'_>, fd: Fd, address: &SocketAddress) -> Result<()> {
        self.allow(Capability::NETWORK)?;
        let raw = address.to_raw();
        // SAFETY: the address is as long as stated.
        check(unsafe { libc::bind(fd, raw.pointer(), raw.length) }).map(drop)
    }

    /// Connects a socket.
    pub fn connect(&self, _: Released<'_>, fd: Fd, address: &SocketAddress) -> Result<()> {
        self.allow(Capability::NETWORK)?;
        let raw = address.to_raw();
        // SAFETY: the address is as long as stated.
        check(unsafe { libc::connect(fd, raw.pointer(), raw.length) }).map(drop)
    }

    /// Lets others connect.
    pub fn listen(&self, _: Released<'_>, fd: Fd, backlog: i32) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::listen(fd, backlog) }).map(drop)
    }

    /// Takes a connection: a new socket, not inherited, and who connected.
    pub fn accept(&self, _: Released<'_>, fd: Fd) -> Result<(Fd, SocketAddress)> {
        let mut raw = RawAddress::room();
        // SAFETY: the address has as much room as stated.
        let own =
            check(unsafe { libc::accept4(fd, raw.pointer_mut(), &raw mut raw.length, libc::SOCK_CLOEXEC) })?;
        Ok((own, raw.address()))
    }

    /// A socket's own address.
    pub fn local_address(&self, fd: Fd) -> Result<SocketAddress> {
        let mut raw = RawAddress::room();
        // SAFETY: the address has as much room as stated.
        check(unsafe { libc::getsockname(fd, raw.pointer_mut(), &raw mut raw.length) })?;
        Ok(raw.address())
    }

    /// The family of a socket's own address.
    pub fn socket_family(&self, fd: Fd) -> Result<i32> {
        let mut raw = RawAddress::room();
        // SAFETY: the address has as much room as stated; the family is its first field.
        unsafe {
            check(libc::getsockname(fd, raw.pointer_mut(), &raw mut raw.length))?;
            Ok(i32::from((*raw.pointer()).sa_family))
        }
    }

    /// The address of the other end.
    pub fn peer_address(&self, fd: Fd) -> Result<SocketAddress> {
        let mut raw = RawAddress::room();
        // SAFETY: the address has as much room as stated.
        check(unsafe { libc::getpeername(fd, raw.pointer_mut(), &raw mut raw.length) })?;
        Ok(raw.address())
    }

    /// Ends reading, writing or both.
    pub fn shutdown(&self, _: Released<'_>, fd: Fd, how: i32) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::shutdown(fd, how) }).map(drop)
    }

    /// Receives into `buffer`.
    pub fn receive(&self, _: Released<'_>, fd: Fd, buffer: &mut [u8], flags: i32) -> Result<usize> {
        // SAFETY: the buffer is as long as stated.
        check(unsafe { libc::recv(fd, buffer.as_mut_ptr().cast(), buffer.len(), flags) }).map(|n| n as usize)
    }

    /// Receives into `buffer`; who sent it, too.
    pub fn receive_from(
        &self,
        _: Released<'_>,
        fd: Fd,
        buffer: &mut [u8],
        flags: i32,
    ) -> Result<(usize, SocketAddress)> {
        let mut raw = RawAddress::room();
        // SAFETY: buffer and address are as long as stated.
        let count = check(unsafe {
            libc::recvfrom(
                fd,
                buffer.as_mut_ptr().cast(),
                buffer.len(),
                flags,
                raw.pointer_mut(),
                &raw mut raw.length,
            )
        })?;
        Ok((count as usize, raw.address()))
    }

    /// Sends.
    pub fn send(&self, _: Released<'_>, fd: Fd, data: &[u8], flags: i32) -> Result<usize> {
        // SAFETY: the data is as long as stated. A broken connection is an error, never a signal.
        check(unsafe { libc::send(fd, data.as_ptr().cast(), data.len(), flags | libc::MSG_NOSIGNAL) })
            .map(|n| n as usize)
    }

    /// Sends to an address.
    pub fn send_to(
        &self,
        _: Released<'_>,
        fd: Fd,
        data: &[u8],
        flags: i32,
        address: &SocketAddress,
    ) -> Result<usize> {
        self.allow(Capability::NETWORK)?;
        let raw = address.to_raw();
        // SAFETY: data and address are as long as stated.
        check(unsafe {
            libc::sendto(
                fd,
                data.as_ptr().cast(),
                data.len(),
                flags | libc::MSG_NOSIGNAL,
                raw.pointer(),
                raw.length,
            )
        })
        .map(|n| n as usize)
    }

    /// An option that is a number.
    pub fn socket_option(&self, fd: Fd, level: i32, option: i32) -> Result<i32> {
        let mut value: c_int = 0;
        let mut length = size_of::<c_int>() as libc::socklen_t;
        // SAFETY: the number is as long as stated.
        check(unsafe { libc::getsockopt(fd, level, option, (&raw mut value).cast(), &raw mut length) })?;
        Ok(value)
    }

    /// An option of any form, at most `length` bytes.
    pub fn socket_option_bytes(&self, fd: Fd, level: i32, option: i32, length: usize) -> Result<Vec<u8>> {
        let mut buffer = vec![0u8; length];
        let mut length = length as libc::socklen_t;
        // SAFETY: the buffer is as long as stated.
        check(unsafe { libc::getsockopt(fd, level, option, buffer.as_mut_ptr().cast(), &raw mut length) })?;
        buffer.truncate(length as usize);
        Ok(buffer)
    }

    /// Sets an option that is a number.
    pub fn set_socket_option(&self, fd: Fd, level: i32, option: i32, value: i32) -> Result<()> {
        self.set_socket_option_bytes(fd, level, option, &value.to_ne_bytes())
    }

    /// Sets an option of any form.
    pub fn set_socket_option_bytes(&self, fd: Fd, level: i32, option: i32, value: &[u8]) -> Result<()> {
        let length = libc::socklen_t::try_from(value.len()).map_err(|_| Errno::EINVAL)?;
        // SAFETY: the value is as long as stated.
        check(unsafe { libc::setsockopt(fd, level, option, value.as_ptr().cast(), length) }).map(drop)
    }

    /// Sets an option without a value, whose length alone says something.
    pub fn set_socket_option_length(&self, fd: Fd, level: i32, option: i32, length: u32) -> Result<()> {
        // SAFETY: a null pointer, which the kernel refuses where it would read.
        check(unsafe { libc::setsockopt(fd, level, option, std::ptr::null(), length) }).map(drop)
    }

    /// Sets the machine's name in the network.
    pub fn set_host_name(&self, name: &[u8]) -> Result<()> {
        self.allow(Capability::PROCESSES)?;
        // SAFETY: the name is as long as stated.
        check(unsafe { libc::sethostname(name.as_ptr().cast(), name.len()) }).map(drop)
    }
}
