//! Addresses of sockets, as numbers and bytes.

use std::mem::{MaybeUninit, offset_of};

/// An address of a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum SocketAddress {
    /// None, as that of an unconnected peer.
    None,
    Inet {
        host: [u8; 4],
        port: u16,
    },
    Inet6 {
        host: [u8; 16],
        port: u16,
        flow: u32,
        scope: u32,
    },
    /// A path; a name that is no path begins with a null byte.
    Unix(Vec<u8>),
    Netlink {
        process: u32,
        groups: u32,
    },
    Vsock {
        context: u32,
        port: u32,
    },
    /// Of any other family: its number and the rest.
    Other(u16, Vec<u8>),
}

/// The longest path of a Unix socket, with its null byte.
pub const UNIX_PATH: usize = size_of::<libc::sockaddr_un>() - offset_of!(libc::sockaddr_un, sun_path);

/// An address in C's layout with its length.
pub(crate) struct RawAddress {
    storage: libc::sockaddr_storage,
    pub(crate) length: libc::socklen_t,
}

impl RawAddress {
    /// Room for any address.
    pub(crate) fn room() -> RawAddress {
        // SAFETY: all zeros is a value of the structure.
        let storage = unsafe { MaybeUninit::zeroed().assume_init() };
        RawAddress { storage, length: size_of::<libc::sockaddr_storage>() as libc::socklen_t }
    }

    fn of<T>(value: T) -> RawAddress {
        let mut raw = RawAddress::room();
        const { assert!(size_of::<T>() <= size_of::<libc::sockaddr_storage>()) };
        // SAFETY: the storage is large enough and aligned for every kind of address.
        unsafe { (&raw mut raw.storage).cast::<T>().write(value) };
        raw.length = size_of::<T>() as libc::socklen_t;
        raw
    }

    pub(crate) fn pointer(&self) -> *const libc::sockaddr {
        (&raw const self.storage).cast()
    }

    pub(crate) fn pointer_mut(&mut self) -> *mut libc::sockaddr {
        (&raw mut self.storage).cast()
    }

    /// Copies an address of C.
    ///
    /// # Safety
    /// `length` bytes are readable.
    pub(crate) unsafe fn copy(from: *const libc::sockaddr, length: libc::socklen_t) -> RawAddress {
        let mut raw = RawAddress::room();
        raw.length = raw.length.min(length);
        // SAFETY: the caller's promise; not more than there is room for.
        unsafe {
            std::ptr::copy_nonoverlapping(
                from.cast::<u8>(),
                raw.pointer_mut().cast::<u8>(),
                raw.length as usize,
            );
        }
        raw
    }

    fn bytes(&self) -> &[u8] {
        let length = (self.length as usize).min(size_of::<libc::sockaddr_storage>());
        // SAFETY: the storage was zeroed first, so all bytes are set.
        unsafe { std::slice::from_raw_parts(self.pointer().cast(), length) }
    }

    fn read<T: Copy>(&self) -> T {
        // SAFETY: the storage is as large as any kind of address, set and aligned.
        unsafe { *self.pointer().cast::<T>() }
    }

    pub(crate) fn address(&self) -> SocketAddress {
        if (self.length as usize) < size_of::<libc::sa_family_t>() {
            return SocketAddress::None;
        }
        match i32::from(self.storage.ss_family) {
            libc::AF_INET => {
                let own: libc::sockaddr_in = self.read();
                SocketAddress::Inet {
                    host: own.sin_addr.s_addr.to_ne_bytes(),
                    port: u16::from_be(own.sin_port),
                }
            }
            libc::AF_INET6 => {
                let own: libc::sockaddr_in6 = self.read();
                SocketAddress::Inet6 {
                    host: own.sin6_addr.s6_addr,
                    port: u16::from_be(own.sin6_port),
                    flow: u32::from_be(own.sin6_flowinfo),
                    scope: own.sin6_scope_id,
                }
            }
            libc::AF_UNIX => {
                let path = &self.bytes()[offset_of!(libc::sockaddr_un, sun_path).min(self.length as usize)..];
                // A name without a path goes to the end; a path to its null byte.
                if path.first() == Some(&0) {
                    return SocketAddress::Unix(path.to_vec());
                }
                let end = path.iter().position(|&byte| byte == 0).unwrap_or(path.len());
                SocketAddress::Unix(path[..end].to_vec())
            }
            libc::AF_NETLINK => {
                let own: libc::sockaddr_nl = self.read();
                SocketAddress::Netlink { process: own.nl_pid, groups: own.nl_groups }
            }
            libc::AF_VSOCK => {
                let own: libc::sockaddr_vm = self.read();
                SocketAddress::Vsock { context: own.svm_cid, port: own.svm_port }
            }
            _ => SocketAddress::Other(
                self.storage.ss_family,
                self.bytes()[size_of::<libc::sa_family_t>()..].to_vec(),
            ),
        }
    }
}

impl SocketAddress {
    /// In C's layout. Paths that are too long are cut; the caller has refused them.
    pub(crate) fn to_raw(&self) -> RawAddress {
        // SAFETY: all zeros is a value of each of these structures.
        unsafe {
            match self {
                SocketAddress::None => RawAddress { length: 0, ..RawAddress::room() },
                SocketAddress::Inet { host, port } => {
                    let mut own: libc::sockaddr_in = MaybeUninit::zeroed().assume_init();
                    own.sin_family = libc::AF_INET as u16;
                    own.sin_port = port.to_be();
                    own.sin_addr.s_addr = u32::from_ne_bytes(*host);
                    RawAddress::of(own)
                }
                SocketAddress::Inet6 { host, port, flow, scope } => {
                    let mut own: libc::sockaddr_in6 = MaybeUninit::zeroed().assume_init();
                    own.sin6_family = libc::AF_INET6 as u16;
                    own.sin6_port = port.to_be();
                    own.sin6_addr.s6_addr = *host;
                    own.sin6_flowinfo = flow.to_be();
                    own.sin6_scope_id = *scope;
                    RawAddress::of(own)
                }
                SocketAddress::Unix(path) => {
                    let mut own: libc::sockaddr_un = MaybeUninit::zeroed().assume_init();
                    own.sun_family = libc::AF_UNIX as u16;
                    for (to, from) in own.sun_path.iter_mut().zip(path) {
                        *to = *from as libc::c_char;
                    }
                    let start = offset_of!(libc::sockaddr_un, sun_path);
                    // A path ends with a null byte, a name without one ends where it ends.
                    let ends = usize::from(path.first().is_some_and(|&first| first != 0));
                    let mut raw = RawAddress::of(own);
                    raw.length = (start + (path.len() + ends).min(UNIX_PATH)) as libc::socklen_t;
                    raw
                }
                SocketAddress::Netlink { process, groups } => {
                    let mut own: libc::sockaddr_nl = MaybeUninit::zeroed().assume_init();
                    own.nl_family = libc::AF_NETLINK as u16;
                    own.nl_pid = *process;
                    own.nl_groups = *groups;
                    RawAddress::of(own)
                }
                SocketAddress::Vsock { context, port } => {
                    let mut own: libc::sockaddr_vm = MaybeUninit::zeroed().assume_init();
                    own.svm_family = libc::AF_VSOCK as u16;
                    own.svm_cid = *context;
                    own.svm_port = *port;
                    RawAddress::of(own)
                }
                SocketAddress::Other(family, rest) => {
                    let mut raw = RawAddress::room();
                    raw.storage.ss_family = *family;
                    let start = size_of::<libc::sa_family_t>();
                    let length = rest.len().min(size_of::<libc::sockaddr_storage>() - start);
                    std::ptr::copy_nonoverlapping(
                        rest.as_ptr(),
                        raw.pointer_mut().cast::<u8>().add(start),
                        length,
                    );
                    raw.length = (start + length) as libc::socklen_t;
                    raw
                }
            }
        }
    }
}
