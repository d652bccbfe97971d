//! Messages with ancillary data: `sendmsg`, `recvmsg`.

use super::SocketAddress;
use super::address::RawAddress;
use crate::{Capability, Fd, Host, Released, Result, check};
use std::borrow::Cow;

/// Ancillary data.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct ControlMessage {
    pub level: i32,
    pub kind: i32,
    pub data: Vec<u8>,
}

/// What came with a message beside its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// How many bytes came.
    pub count: usize,
    /// The ancillary data.
    pub control: Vec<ControlMessage>,
    /// Whether the last of them was cut.
    pub is_truncated: bool,
    /// Flags of the message.
    pub flags: i32,
    /// Who sent it.
    pub address: SocketAddress,
}

const HEADER: usize = size_of::<libc::cmsghdr>();

const fn aligned(length: usize) -> usize {
    length.next_multiple_of(align_of::<libc::cmsghdr>())
}

/// The length of ancillary data with its header, none if that is too much.
pub fn control_length(length: usize) -> Option<usize> {
    let whole = length.checked_add(aligned(HEADER))?;
    (whole <= i32::MAX as usize).then_some(whole)
}

/// The room that ancillary data takes, none if that is too much.
pub fn control_space(length: usize) -> Option<usize> {
    let most = i32::MAX as usize - aligned(HEADER) - align_of::<libc::cmsghdr>();
    (length <= most).then(|| aligned(HEADER) + aligned(length))
}

/// Ancillary data as it lies in memory.
fn encode(control: &[ControlMessage]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for message in control {
        let start = bytes.len();
        bytes.extend_from_slice(&(aligned(HEADER) + message.data.len()).to_ne_bytes());
        bytes.extend_from_slice(&message.level.to_ne_bytes());
        bytes.extend_from_slice(&message.kind.to_ne_bytes());
        bytes.extend_from_slice(&message.data);
        bytes.resize(start + aligned(HEADER) + aligned(message.data.len()), 0);
    }
    bytes
}

/// The messages in a buffer, and whether the last one reaches beyond its end.
fn decode(mut bytes: &[u8]) -> (Vec<ControlMessage>, bool) {
    let number =
        |bytes: &[u8], at: usize| i32::from_ne_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    let mut messages = Vec::new();
    while bytes.len() >= HEADER {
        let length = usize::from_ne_bytes(bytes[..8].try_into().expect("eight bytes"));
        if length < HEADER {
            break;
        }
        let end = length.min(bytes.len());
        messages.push(ControlMessage {
            level: number(bytes, 8),
            kind: number(bytes, 12),
            data: bytes[HEADER..end].to_vec(),
        });
        if length > bytes.len() {
            return (messages, true);
        }
        bytes = &bytes[aligned(length).min(bytes.len())..];
    }
    (messages, false)
}

impl Host {
    /// Sends bytes of several buffers with ancillary data.
    pub fn send_message(
        &self,
        _: Released<'_>,
        fd: Fd,
        parts: &[Cow<'_, [u8]>],
        control: &[ControlMessage],
        flags: i32,
        address: Option<&SocketAddress>,
    ) -> Result<usize> {
        if address.is_some() {
            self.allow(Capability::NETWORK)?;
        }
        let mut vectors: Vec<libc::iovec> = parts
            .iter()
            .map(|part| libc::iovec { iov_base: part.as_ptr().cast_mut().cast(), iov_len: part.len() })
            .collect();
        let mut control = encode(control);
        let mut raw = address.map(SocketAddress::to_raw);
        // SAFETY: all zeros is a value of the structure; what it points to lives through the call, as
        // long as stated.
        check(unsafe {
            let mut message: libc::msghdr = std::mem::MaybeUninit::zeroed().assume_init();
            if let Some(raw) = &mut raw {
                message.msg_name = raw.pointer_mut().cast();
                message.msg_namelen = raw.length;
            }
            message.msg_iov = vectors.as_mut_ptr();
            message.msg_iovlen = vectors.len();
            if !control.is_empty() {
                message.msg_control = control.as_mut_ptr().cast();
                message.msg_controllen = control.len();
            }
            libc::sendmsg(fd, &raw const message, flags | libc::MSG_NOSIGNAL)
        })
        .map(|n| n as usize)
    }

    /// Receives into several buffers, with at most `room` bytes of ancillary data.
    pub fn receive_message(
        &self,
        _: Released<'_>,
        fd: Fd,
        parts: &mut [Vec<u8>],
        room: usize,
        flags: i32,
    ) -> Result<Received> {
        let mut vectors: Vec<libc::iovec> = parts
            .iter_mut()
            .map(|part| libc::iovec { iov_base: part.as_mut_ptr().cast(), iov_len: part.len() })
            .collect();
        let mut control = vec![0u64; room.div_ceil(8)];
        let mut raw = RawAddress::room();
        // SAFETY: all zeros is a value of the structure; what it points to lives through the call, as
        // long as stated.
        let (count, message) = unsafe {
            let mut message: libc::msghdr = std::mem::MaybeUninit::zeroed().assume_init();
            message.msg_name = raw.pointer_mut().cast();
            message.msg_namelen = raw.length;
            message.msg_iov = vectors.as_mut_ptr();
            message.msg_iovlen = vectors.len();
            if room > 0 {
                message.msg_control = control.as_mut_ptr().cast();
                message.msg_controllen = room;
            }
            let count = check(libc::recvmsg(fd, &raw mut message, flags | libc::MSG_CMSG_CLOEXEC))?;
            (count as usize, message)
        };
        raw.length = message.msg_namelen;
        let bytes: Vec<u8> = control.iter().flat_map(|word| word.to_ne_bytes()).collect();
        let (control, is_truncated) = decode(&bytes[..message.msg_controllen.min(bytes.len())]);
        Ok(Received {
            count,
            control,
            is_truncated,
            flags: message.msg_flags & !libc::MSG_CMSG_CLOEXEC,
            address: raw.address(),
        })
    }
}
