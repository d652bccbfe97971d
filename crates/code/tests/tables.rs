//! The location and exception tables agree with CPython's.

use taipan_code::{
    ExceptionEntries, ExceptionEntry, ExceptionWriter, Location, LocationEntries, LocationWriter,
};

fn at(lineno: i32, end_lineno: i32, col_offset: i32, end_col_offset: i32) -> Location {
    Location { lineno, end_lineno, col_offset, end_col_offset }
}

#[test]
fn every_form_of_location() {
    let cases: &[(Location, usize, &[u8])] = &[
        (at(10, 10, 4, 9), 3, b"\x82\x45"),                         // short form
        (at(11, 11, 79, 100), 1, b"\xd8\x4f\x64"),                  // one line
        (at(11, 11, 200, 201), 2, b"\xf1\x00\x00\x49\x03\x4a\x03"), // long form
        (at(9, 12, 0, 1), 1, b"\xf0\x05\x03\x01\x02"),              // back by two lines
        (at(9, 9, -1, -1), 1, b"\xe8\x00"),                         // no columns
        (Location::NONE, 10, b"\xff\xf9"),                          // none, two entries
        (at(10, 10, 5, 3), 1, b"\xd8\x05\x03"),                     // an end before the start
        (at(10, 10, 5, 3), 0, b""),
        (at(10, 12, -1, -1), 1, b"\xf0\x00\x02\x00\x00"), // several lines, no columns
    ];
    let mut writer = LocationWriter::new(10);
    let mut expected = Vec::new();
    for (location, units, bytes) in cases {
        writer.push(*location, *units);
        expected.extend_from_slice(bytes);
    }
    let table = writer.finish();
    assert_eq!(*table, expected);
    let mut read: Vec<(Location, usize)> = Vec::new();
    for entry in LocationEntries::new(&table, 10) {
        match read.last_mut() {
            Some((location, units)) if *location == entry.location => *units += entry.end - entry.start,
            _ => read.push((entry.location, entry.end - entry.start)),
        }
    }
    let written: Vec<_> = cases.iter().filter(|c| c.1 != 0).map(|c| (c.0, c.1)).collect();
    assert_eq!(read, written);
}

#[test]
fn malformed_locations_end() {
    for table in [&b"\xf0"[..], b"\xf0\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f", b"\x00\x00", b"\xe8\x40"] {
        assert!(LocationEntries::new(table, i32::MAX).count() <= table.len());
    }
}

#[test]
fn exception_entries() {
    let entries = [
        ExceptionEntry { start: 20, end: 28, target: 100, depth: 3, lasti: false },
        ExceptionEntry { start: 28, end: 64 * 64 * 64 * 64, target: 1 << 29, depth: 0, lasti: true },
    ];
    let mut writer = ExceptionWriter::new();
    entries.into_iter().for_each(|entry| writer.push(entry));
    let table = writer.finish();
    assert_eq!(table[..5], [148, 8, 65, 36, 6]);
    assert_eq!(ExceptionEntries::new(&table).collect::<Vec<_>>(), entries);
    assert_eq!(ExceptionEntries::new(&table[..table.len() - 1]).count(), 1);
}
