//! The header of `.pyc` files.
//!
//! Answers for `_classify_pyc`, `_validate_timestamp_pyc`, `_validate_hash_pyc` and the writers
//! beside them in CPython's `Lib/importlib/_bootstrap_external.py`, and for PEP 552.

use taipan_opcode::MAGIC_NUMBER;

/// The length of the header.
pub const HEADER_LEN: usize = 16;

/// The first four bytes of a `.pyc` file: `importlib.util.MAGIC_NUMBER`.
pub const MAGIC: [u8; 4] = {
    let [low, high] = MAGIC_NUMBER.to_le_bytes();
    [low, high, b'\r', b'\n']
};

/// How a `.pyc` file is found to fit its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PycHeader {
    /// By the source's time of change and its length, both cut to 32 bits.
    Timestamp {
        /// Seconds since 1970.
        mtime: u32,
        /// The length in bytes.
        size: u32,
    },
    /// By a hash of the source.
    Hash {
        /// What `_imp.source_hash` gives.
        hash: [u8; 8],
        /// Whether the source has to be looked at.
        check_source: bool,
    },
}

/// Why a header is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PycError {
    /// ImportError: `bad magic number in {name!r}: {magic!r}`
    BadMagic([u8; 4]),
    /// EOFError: `reached EOF while reading pyc header of {name!r}`
    Short,
    /// ImportError: `invalid flags {flags!r} in {name!r}`
    InvalidFlags(u32),
}

const HASH_BASED: u32 = 1;
const CHECK_SOURCE: u32 = 2;

impl PycHeader {
    /// Splits a file into its header and the serialised code object.
    pub fn read(file: &[u8]) -> Result<(PycHeader, &[u8]), PycError> {
        let mut magic = [0; 4];
        let given = file.len().min(4);
        magic[..given].copy_from_slice(&file[..given]);
        if given < 4 || magic != MAGIC {
            return Err(PycError::BadMagic(magic));
        }
        let Some((header, rest)) = file.split_first_chunk::<HEADER_LEN>() else {
            return Err(PycError::Short);
        };
        let word =
            |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        let flags = word(4);
        if flags & !(HASH_BASED | CHECK_SOURCE) != 0 {
            return Err(PycError::InvalidFlags(flags));
        }
        let header = if flags & HASH_BASED == 0 {
            PycHeader::Timestamp { mtime: word(8), size: word(12) }
        } else {
            let mut hash = [0; 8];
            hash.copy_from_slice(&header[8..]);
            PycHeader::Hash { hash, check_source: flags & CHECK_SOURCE != 0 }
        };
        Ok((header, rest))
    }

    /// The header's bytes.
    pub fn to_bytes(self) -> [u8; HEADER_LEN] {
        let (flags, rest) = match self {
            PycHeader::Timestamp { mtime, size } => {
                let rest = u64::from(size) << 32 | u64::from(mtime);
                (0, rest.to_le_bytes())
            }
            PycHeader::Hash { hash, check_source: false } => (HASH_BASED, hash),
            PycHeader::Hash { hash, check_source: true } => (HASH_BASED | CHECK_SOURCE, hash),
        };
        let mut bytes = [0; HEADER_LEN];
        bytes[..4].copy_from_slice(&MAGIC);
        bytes[4..8].copy_from_slice(&flags.to_le_bytes());
        bytes[8..].copy_from_slice(&rest);
        bytes
    }
}
