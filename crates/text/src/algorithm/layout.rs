//! Padding and tabs.

use crate::{Chars, CharsBuf};

/// How much `center` puts before and after a text of `length` to make it `width` wide.
pub fn center_padding(length: usize, width: usize) -> (usize, usize) {
    let missing = width.saturating_sub(length);
    let left = missing / 2 + (missing & width & 1);
    (left, missing - left)
}

/// Where `zfill` puts its zeros: behind a sign.
pub fn has_sign(chars: Chars<'_>) -> bool {
    !chars.is_empty() && matches!(chars.get(0), 0x2b | 0x2d)
}

/// `str.zfill`.
pub fn zfill(chars: Chars<'_>, width: usize, out: &mut CharsBuf) {
    let signed = usize::from(has_sign(chars));
    out.push_chars(chars.slice(0..signed));
    out.push_n(b'0'.into(), width.saturating_sub(chars.len()));
    out.push_chars(chars.slice(signed..chars.len()));
}

/// `expandtabs`: tells the result piece by piece, as a range of the text or a number of blanks.
fn expand<E>(
    units: impl Iterator<Item = u32>,
    size: usize,
    mut tell: impl FnMut(Piece) -> Result<(), E>,
) -> Result<(), E> {
    let mut column = 0;
    for (index, point) in units.enumerate() {
        match point {
            0x09 if size == 0 => {}
            0x09 => {
                let blanks = size - column % size;
                tell(Piece::Blanks(blanks))?;
                column = (column + blanks) % size;
            }
            _ => {
                column = if matches!(point, 0x0a | 0x0d) { 0 } else { column + 1 };
                tell(Piece::Unit(index))?;
            }
        }
    }
    Ok(())
}

enum Piece {
    Unit(usize),
    Blanks(usize),
}

/// `str.expandtabs`; a size of 0 drops the tabs.
pub fn expand_tabs(chars: Chars<'_>, size: usize, out: &mut CharsBuf) {
    let done = expand(chars.iter(), size, |piece| {
        match piece {
            Piece::Unit(index) => out.push(chars.get(index)),
            Piece::Blanks(count) => out.push_n(b' '.into(), count),
        }
        if out.failed() { Err(()) } else { Ok(()) }
    });
    debug_assert!(done.is_ok() || out.failed());
}

/// The length of what `bytes.expandtabs` gives; `None` when it is too large to be a length.
pub fn expanded_length(bytes: &[u8], size: usize) -> Option<usize> {
    let mut length = 0_usize;
    expand(bytes.iter().map(|&b| b.into()), size, |piece| {
        let more = match piece {
            Piece::Unit(_) => 1,
            Piece::Blanks(count) => count,
        };
        length = length.checked_add(more).filter(|&n| n <= isize::MAX as usize).ok_or(())?;
        Ok::<(), ()>(())
    })
    .ok()?;
    Some(length)
}

/// `bytes.expandtabs`, after [`expanded_length`].
pub fn expand_tabs_bytes(bytes: &[u8], size: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let _: Result<(), std::convert::Infallible> = expand(bytes.iter().map(|&b| b.into()), size, |piece| {
        match piece {
            Piece::Unit(index) => out.push(bytes[index]),
            Piece::Blanks(count) => out.resize(out.len() + count, b' '),
        }
        Ok(())
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding() {
        assert_eq!(center_padding(3, 6), (1, 2));
        assert_eq!(center_padding(2, 5), (2, 1));
        assert_eq!(center_padding(5, 2), (0, 0));
        let mut out = CharsBuf::new();
        zfill(Chars::One(b"-7"), 4, &mut out);
        assert_eq!(out.to_text().to_str(), Some("-007"));
    }

    #[test]
    fn tabs() {
        let text = b"a\tbc\n\td\t";
        assert_eq!(expand_tabs_bytes(text, 4), b"a   bc\n    d   ");
        assert_eq!(expanded_length(text, 4), Some(15));
        assert_eq!(expanded_length(text, usize::MAX / 2), None);
        let mut out = CharsBuf::new();
        expand_tabs(Chars::One(text), 0, &mut out);
        assert_eq!(out.to_text().to_str(), Some("abc\nd"));
    }
}
