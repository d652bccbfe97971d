//! Identifiers: what may be one, and the normal form in which names are compared.
//!
//! Answers for `PyUnicode_IsIdentifier` and the tokenizer's treatment of names (PEP 3131).

use crate::unicode::{self, Form, QuickCheck, Version};
use crate::{Text, TextBuf};

/// Whether a string, given as code points, is an identifier, or a keyword.
pub fn is_identifier(mut points: impl Iterator<Item = u32>) -> bool {
    points.next().is_some_and(unicode::is_xid_start) && points.all(unicode::is_xid_continue)
}

/// How many code points at the front make an identifier.
pub fn identifier_length(points: impl Iterator<Item = u32>) -> usize {
    let allowed = |&(i, point): &(usize, u32)| match i {
        0 => unicode::is_xid_start(point),
        _ => unicode::is_xid_continue(point),
    };
    points.enumerate().take_while(allowed).count()
}

/// The name in normal form NFKC; `None` where it is in that form already.
pub fn normalize(name: &Text) -> Option<TextBuf> {
    if name.as_bytes().is_ascii() {
        return None;
    }
    if unicode::quick_check(Form::Nfkc, name.code_points()) == QuickCheck::Yes {
        return None;
    }
    let mut out = TextBuf::new();
    for point in unicode::normalize(Version::Current, Form::Nfkc, name.code_points()) {
        out.push(point);
    }
    (*out != *name).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers() {
        for (name, expected) in
            [("", false), ("a1", true), ("1a", false), ("_", true), ("é", true), ("a·", true), ("·a", false)]
        {
            assert_eq!(is_identifier(name.chars().map(u32::from)), expected, "{name}");
        }
        assert_eq!(identifier_length("ab-c".chars().map(u32::from)), 2);
    }

    #[test]
    fn names_are_normalised() {
        assert_eq!(normalize(Text::new("abc")), None);
        assert_eq!(normalize(Text::new("é")), None);
        assert_eq!(normalize(Text::new("ﬁ")), Some(TextBuf::from("fi")));
        assert_eq!(normalize(Text::new("e\u{301}")), Some(TextBuf::from("é")));
    }
}
