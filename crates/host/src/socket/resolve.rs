//! Names of hosts, services, protocols and interfaces.

use super::SocketAddress;
use super::address::RawAddress;
use crate::{Capability, Errno, Host, Released, Result, c_path};
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::mem::MaybeUninit;
use std::sync::Mutex;

unsafe extern "C" {
    #[link_name = "inet_ntop"]
    fn c_inet_ntop(
        family: c_int,
        source: *const c_void,
        text: *mut c_char,
        size: libc::socklen_t,
    ) -> *const c_char;
    #[link_name = "inet_pton"]
    fn c_inet_pton(family: c_int, text: *const c_char, address: *mut c_void) -> c_int;
    fn gethostbyname_r(
        name: *const c_char,
        entry: *mut libc::hostent,
        buffer: *mut c_char,
        size: usize,
        found: *mut *mut libc::hostent,
        error: *mut c_int,
    ) -> c_int;
    fn gethostbyaddr_r(
        address: *const c_void,
        length: libc::socklen_t,
        family: c_int,
        entry: *mut libc::hostent,
        buffer: *mut c_char,
        size: usize,
        found: *mut *mut libc::hostent,
        error: *mut c_int,
    ) -> c_int;
    fn hstrerror(error: c_int) -> *const c_char;
}

/// Why a name could not be resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResolveError {
    /// A number of `getaddrinfo`.
    Address(i32),
    /// A number of the older functions.
    Host(i32),
    /// An error of the system.
    System(Errno),
}

/// One of the addresses that a name has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Resolved {
    pub family: i32,
    pub kind: i32,
    pub protocol: i32,
    pub canonical: Vec<u8>,
    pub address: SocketAddress,
}

/// What the older functions say of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct HostEntry {
    pub name: Vec<u8>,
    pub aliases: Vec<Vec<u8>>,
    pub family: i32,
    /// The addresses as their bytes.
    pub addresses: Vec<Vec<u8>>,
}

type Answer<T> = std::result::Result<T, ResolveError>;

fn address_error(code: c_int) -> ResolveError {
    match code {
        libc::EAI_SYSTEM => ResolveError::System(Errno::last()),
        code => ResolveError::Address(code),
    }
}

fn text(bytes: &[u8]) -> Answer<CString> {
    CString::new(bytes).map_err(|_| ResolveError::Address(libc::EAI_NONAME))
}

/// The text of a constant string of the C library.
fn constant(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: a string of the library that lives as long as the program.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

/// What is said of a number of `getaddrinfo`.
pub fn error_text(code: i32) -> String {
    // SAFETY: no memory is passed.
    constant(unsafe { libc::gai_strerror(code) })
}

/// What is said of a number of the older functions.
pub fn host_error_text(code: i32) -> String {
    // SAFETY: no memory is passed.
    constant(unsafe { hstrerror(code) })
}

/// The text of an address, none for a family without.
pub fn inet_ntop(family: i32, address: &[u8]) -> Option<String> {
    let wanted = match family {
        libc::AF_INET => 4,
        libc::AF_INET6 => 16,
        _ => return None,
    };
    if address.len() != wanted {
        return None;
    }
    let mut buffer = [0u8; 64];
    // SAFETY: the address is as long as its family has it, the buffer as long as stated.
    let text = unsafe {
        c_inet_ntop(family, address.as_ptr().cast(), buffer.as_mut_ptr().cast(), buffer.len() as u32)
    };
    (!text.is_null())
        .then(|| CStr::from_bytes_until_nul(&buffer).unwrap_or_default().to_string_lossy().into_owned())
}

/// The bytes of an address in text; an inner none for what is no address.
pub fn inet_pton(family: i32, text: &[u8]) -> Result<Option<Vec<u8>>> {
    let length = match family {
        libc::AF_INET => 4,
        libc::AF_INET6 => 16,
        _ => return Err(Errno::EAFNOSUPPORT),
    };
    let Ok(text) = CString::new(text) else { return Ok(None) };
    let mut address = vec![0u8; length];
    // SAFETY: the text lives through the call, there is room for an address of the family.
    let status = unsafe { c_inet_pton(family, text.as_ptr(), address.as_mut_ptr().cast()) };
    Ok((status == 1).then_some(address))
}

/// The databases of services and protocols have one place of the process for their answers.
static READING: Mutex<()> = Mutex::new(());

/// The list of C's strings or addresses up to the null.
///
/// # Safety
/// `list` is null or ends with null.
unsafe fn list<T>(list: *mut *mut c_char, convert: impl Fn(*const c_char) -> T) -> Vec<T> {
    let mut items = Vec::new();
    let mut at = list;
    // SAFETY: the caller's promise.
    unsafe {
        while !at.is_null() && !(*at).is_null() {
            items.push(convert(*at));
            at = at.add(1);
        }
    }
    items
}

/// Asks with growing buffers.
fn ask_host(
    mut ask: impl FnMut(*mut libc::hostent, *mut c_char, usize, *mut *mut libc::hostent, *mut c_int) -> c_int,
) -> Answer<HostEntry> {
    let mut buffer = vec![0u8; 16384];
    loop {
        let mut entry = MaybeUninit::<libc::hostent>::zeroed();
        let (mut found, mut error) = (std::ptr::null_mut(), 0);
        let status =
            ask(entry.as_mut_ptr(), buffer.as_mut_ptr().cast(), buffer.len(), &raw mut found, &raw mut error);
        if status == libc::ERANGE && buffer.len() < 1 << 22 {
            buffer.resize(buffer.len() * 4, 0);
            continue;
        }
        if found.is_null() {
            return Err(ResolveError::Host(error));
        }
        // SAFETY: an entry that was found and its lists lie in the buffer.
        unsafe {
            let entry = &*found;
            let bytes = |text: *const c_char| CStr::from_ptr(text).to_bytes().to_vec();
            let length = entry.h_length as usize;
            return Ok(HostEntry {
                name: bytes(entry.h_name),
                aliases: list(entry.h_aliases, bytes),
                family: entry.h_addrtype,
                addresses: list(entry.h_addr_list, |address| {
                    std::slice::from_raw_parts(address.cast::<u8>(), length).to_vec()
                }),
            });
        }
    }
}

impl Host {
    /// The addresses of a host and service.
    pub fn resolve(
        &self,
        _: Released<'_>,
        host: Option<&[u8]>,
        service: Option<&[u8]>,
        (family, kind, protocol, flags): (i32, i32, i32, i32),
    ) -> Answer<Vec<Resolved>> {
        self.allow(Capability::NETWORK).map_err(ResolveError::System)?;
        let host = host.map(text).transpose()?;
        let service = service.map(text).transpose()?;
        let pointer = |text: &Option<CString>| text.as_ref().map_or(std::ptr::null(), |text| text.as_ptr());
        let mut resolved = Vec::new();
        // SAFETY: all zeros is a value of the structure; strings and hints live through the call; the
        // list is freed after it was copied.
        unsafe {
            let mut hints: libc::addrinfo = MaybeUninit::zeroed().assume_init();
            hints.ai_family = family;
            hints.ai_socktype = kind;
            hints.ai_protocol = protocol;
            hints.ai_flags = flags;
            let mut list = std::ptr::null_mut();
            let status =
                libc::getaddrinfo(pointer(&host), pointer(&service), &raw const hints, &raw mut list);
            if status != 0 {
                return Err(address_error(status));
            }
            let mut at = list;
            while let Some(info) = at.as_ref() {
                let canonical = if info.ai_canonname.is_null() {
                    Vec::new()
                } else {
                    CStr::from_ptr(info.ai_canonname).to_bytes().to_vec()
                };
                resolved.push(Resolved {
                    family: info.ai_family,
                    kind: info.ai_socktype,
                    protocol: info.ai_protocol,
                    canonical,
                    address: RawAddress::copy(info.ai_addr, info.ai_addrlen).address(),
                });
                at = info.ai_next;
            }
            libc::freeaddrinfo(list);
        }
        Ok(resolved)
    }

    /// The names of host and service of an address.
    pub fn names_of_address(
        &self,
        _: Released<'_>,
        address: &SocketAddress,
        flags: i32,
    ) -> Answer<(Vec<u8>, Vec<u8>)> {
        self.allow(Capability::NETWORK).map_err(ResolveError::System)?;
        let raw = address.to_raw();
        let (mut host, mut service) = ([0u8; 1025], [0u8; 64]);
        // SAFETY: address and buffers are as long as stated.
        let status = unsafe {
            libc::getnameinfo(
                raw.pointer(),
                raw.length,
                host.as_mut_ptr().cast(),
                host.len() as u32,
                service.as_mut_ptr().cast(),
                service.len() as u32,
                flags,
            )
        };
        if status != 0 {
            return Err(address_error(status));
        }
        let text = |bytes: &[u8]| CStr::from_bytes_until_nul(bytes).unwrap_or_default().to_bytes().to_vec();
        Ok((text(&host), text(&service)))
    }

    /// What the older function says of a name.
    pub fn host_by_name(&self, _: Released<'_>, name: &[u8]) -> Answer<HostEntry> {
        self.allow(Capability::NETWORK).map_err(ResolveError::System)?;
        let name = text(name)?;
        ask_host(|entry, buffer, size, found, error| {
            // SAFETY: name and buffers live through the call, as long as stated.
            unsafe { gethostbyname_r(name.as_ptr(), entry, buffer, size, found, error) }
        })
    }

    /// What the older function says of an address.
    pub fn host_by_address(&self, _: Released<'_>, family: i32, address: &[u8]) -> Answer<HostEntry> {
        self.allow(Capability::NETWORK).map_err(ResolveError::System)?;
        ask_host(|entry, buffer, size, found, error| {
            let length = address.len() as libc::socklen_t;
            // SAFETY: address and buffers live through the call, as long as stated.
            unsafe {
                gethostbyaddr_r(address.as_ptr().cast(), length, family, entry, buffer, size, found, error)
            }
        })
    }

    /// The port of a service.
    pub fn service_port(&self, _: Released<'_>, name: &[u8], protocol: Option<&[u8]>) -> Option<u16> {
        let name = c_path(name).ok()?;
        let protocol = protocol.map(c_path).transpose().ok()?;
        let _reading = READING.lock();
        // SAFETY: the strings live through the call; nobody else asks meanwhile.
        unsafe {
            let protocol = protocol.as_ref().map_or(std::ptr::null(), |text| text.as_ptr());
            libc::getservbyname(name.as_ptr(), protocol)
                .as_ref()
                .map(|entry| u16::from_be(entry.s_port as u16))
        }
    }

    /// The name of the service of a port.
    pub fn service_name(&self, _: Released<'_>, port: u16, protocol: Option<&[u8]>) -> Option<Vec<u8>> {
        let protocol = protocol.map(c_path).transpose().ok()?;
        let _reading = READING.lock();
        // SAFETY: the string lives through the call; nobody else asks meanwhile.
        unsafe {
            let protocol = protocol.as_ref().map_or(std::ptr::null(), |text| text.as_ptr());
            let entry = libc::getservbyport(c_int::from(port.to_be()), protocol).as_ref()?;
            Some(CStr::from_ptr(entry.s_name).to_bytes().to_vec())
        }
    }

    /// The number of a protocol.
    pub fn protocol_number(&self, _: Released<'_>, name: &[u8]) -> Option<i32> {
        let name = c_path(name).ok()?;
        let _reading = READING.lock();
        // SAFETY: the string lives through the call; nobody else asks meanwhile.
        unsafe { libc::getprotobyname(name.as_ptr()).as_ref().map(|entry| entry.p_proto) }
    }

    /// The network interfaces with their numbers.
    pub fn interfaces(&self) -> Result<Vec<(u32, Vec<u8>)>> {
        self.allow(Capability::NETWORK)?;
        let mut interfaces = Vec::new();
        // SAFETY: the list ends with an entry without a name, and is freed after it was copied.
        unsafe {
            let list = libc::if_nameindex();
            if list.is_null() {
                return Err(Errno::last());
            }
            let mut at = list;
            while (*at).if_index != 0 && !(*at).if_name.is_null() {
                interfaces.push(((*at).if_index, CStr::from_ptr((*at).if_name).to_bytes().to_vec()));
                at = at.add(1);
            }
            libc::if_freenameindex(list);
        }
        Ok(interfaces)
    }

    /// The number of a network interface.
    pub fn interface_index(&self, name: &[u8]) -> Result<u32> {
        self.allow(Capability::NETWORK)?;
        let name = c_path(name)?;
        // SAFETY: the name lives through the call.
        match unsafe { libc::if_nametoindex(name.as_ptr()) } {
            0 => Err(Errno::last()),
            index => Ok(index),
        }
    }

    /// The name of a network interface.
    pub fn interface_name(&self, index: u32) -> Result<Vec<u8>> {
        self.allow(Capability::NETWORK)?;
        let mut buffer = [0u8; 64];
        // SAFETY: the buffer has room for the longest name.
        if unsafe { libc::if_indextoname(index, buffer.as_mut_ptr().cast()) }.is_null() {
            return Err(Errno::last());
        }
        Ok(CStr::from_bytes_until_nul(&buffer).unwrap_or_default().to_bytes().to_vec())
    }
}
