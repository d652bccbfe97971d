//! Headers of `.pyc` files.

use taipan_code::pyc::{PycError, PycHeader};

#[test]
fn headers() {
    let cases: [(&[u8; 16], PycHeader); 3] = [
        (b"+\x0e\r\n\0\0\0\0\x01\0\0\x80\x05\0\0\0", PycHeader::Timestamp { mtime: 0x8000_0001, size: 5 }),
        (b"+\x0e\r\n\x01\0\0\0hashhash", PycHeader::Hash { hash: *b"hashhash", check_source: false }),
        (b"+\x0e\r\n\x03\0\0\0hashhash", PycHeader::Hash { hash: *b"hashhash", check_source: true }),
    ];
    for (bytes, header) in cases {
        assert_eq!(header.to_bytes(), *bytes);
        assert_eq!(PycHeader::read(&[&bytes[..], b"N"].concat()), Ok((header, &b"N"[..])));
    }
    assert_eq!(PycHeader::read(b"\xcb\r\r\n"), Err(PycError::BadMagic(*b"\xcb\r\r\n")));
    assert_eq!(PycHeader::read(b"+\x0e\r\n\0\0\0\0"), Err(PycError::Short));
    assert_eq!(PycHeader::read(b"+\x0e\r\n\x04\0\0\0hashhash"), Err(PycError::InvalidFlags(4)));
}
