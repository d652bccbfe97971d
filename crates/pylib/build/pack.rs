//! The layout of the embedded library; `src/lib.rs` reads it.
//!
//! All numbers are 32-bit little-endian. `TAIPANLB`, the number of files, then one record of seven
//! numbers for each file, sorted by path: where path, code and compressed source begin and how long
//! they are, and the source's real length. What is packed follows.

use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

/// One file.
pub(crate) struct Entry {
    pub(crate) path: String,
    /// `marshal` data; empty for files that are not modules.
    pub(crate) code: Vec<u8>,
    pub(crate) source: Vec<u8>,
}

const HEADER: usize = 12;
const RECORD: usize = 28;

pub(crate) fn pack(entries: &[Entry]) -> Vec<u8> {
    let number = |n: usize| u32::try_from(n).expect("the library is below 4 GiB").to_le_bytes();
    let mut records = Vec::with_capacity(entries.len() * RECORD);
    let mut data = Vec::new();
    let start = HEADER + entries.len() * RECORD;
    for entry in entries {
        let mut place = |bytes: &[u8]| {
            records.extend(number(start + data.len()));
            records.extend(number(bytes.len()));
            data.extend_from_slice(bytes);
        };
        place(entry.path.as_bytes());
        place(&entry.code);
        place(&compress(&entry.source));
        records.extend(number(entry.source.len()));
    }
    [b"TAIPANLB", &number(entries.len())[..], &records, &data].concat()
}

fn compress(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("writing to memory succeeds")
}
