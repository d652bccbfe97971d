//! Makes a source smaller while something about it stays true.

/// The smallest source found, by leaving out lines, then pieces, then bytes, for which `holds` is
/// true. `holds` is asked at most `questions` times.
pub fn minimise(source: &[u8], mut questions: usize, mut holds: impl FnMut(&[u8]) -> bool) -> Vec<u8> {
    let mut best: Vec<Vec<u8>> = source.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
    drop_parts(&mut best, &mut questions, &mut holds);
    for split in [split_tokens, split_bytes] {
        let mut parts = split(&best.concat());
        drop_parts(&mut parts, &mut questions, &mut holds);
        best = parts;
    }
    best.concat()
}

/// Leaves out runs of parts, long ones first.
fn drop_parts(parts: &mut Vec<Vec<u8>>, questions: &mut usize, holds: &mut impl FnMut(&[u8]) -> bool) {
    let mut size = parts.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        while at < parts.len() {
            if *questions == 0 {
                return;
            }
            *questions -= 1;
            let end = (at + size).min(parts.len());
            let fewer: Vec<Vec<u8>> = [&parts[..at], &parts[end..]].concat();
            if holds(&fewer.concat()) {
                *parts = fewer;
            } else {
                at = end;
            }
        }
        size = if size == 1 { 0 } else { size.div_ceil(2) };
    }
}

fn split_tokens(bytes: &[u8]) -> Vec<Vec<u8>> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
    bytes.chunk_by(|a, b| is_word(a) && is_word(b)).map(<[u8]>::to_vec).collect()
}

fn split_bytes(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes.iter().map(|&byte| vec![byte]).collect()
}

#[cfg(test)]
mod tests {
    use super::minimise;

    #[test]
    fn what_does_not_matter_goes() {
        let source = b"a = 1\nb = f(bad, 2)\nc = 3\n";
        assert_eq!(minimise(source, 1000, |s| s.windows(3).any(|w| w == b"bad")), b"bad");
        assert_eq!(minimise(source, 0, |_| true), source);
    }
}
