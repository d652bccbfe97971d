//! Padding, signs and groups of digits: how a specification lays out what is given as text.

use super::{Align, FormatError, Grouping, Sign, Spec};
use crate::{Chars, CharsBuf};

/// How a locale writes numbers.
#[derive(Clone, Copy, Debug)]
pub struct Locale<'a> {
    /// Between whole number and fraction.
    pub decimal_point: &'a str,
    /// Between groups of digits.
    pub separator: &'a str,
    /// The sizes of groups from the point on; the last one repeats, unless 127 follows. As in C's
    /// `struct lconv`, without the zero at the end.
    pub sizes: &'a [u8],
}

impl Locale<'static> {
    /// No groups.
    pub const C: Locale<'static> = Locale { decimal_point: ".", separator: "", sizes: &[] };

    fn of(grouping: Option<Grouping>) -> Locale<'static> {
        match grouping {
            None => Locale::C,
            Some(Grouping::Comma) => Locale { decimal_point: ".", separator: ",", sizes: &[3] },
            Some(Grouping::Underscore) => Locale { decimal_point: ".", separator: "_", sizes: &[3] },
            Some(Grouping::UnderscoreFour) => Locale { decimal_point: ".", separator: "_", sizes: &[4] },
        }
    }
}

/// A number as text, in the parts that are laid out differently.
#[derive(Clone, Copy, Debug)]
pub struct Number<'a> {
    /// Whether it has a minus.
    pub negative: bool,
    /// `0x` and the like.
    pub prefix: &'a str,
    /// The digits before the point.
    pub whole: &'a str,
    /// Whether there is a point.
    pub point: bool,
    /// The digits behind it.
    pub fraction: &'a str,
    /// What follows: exponent, percent sign, or a character that is no number.
    pub rest: &'a str,
}

impl<'a> Number<'a> {
    /// Takes apart what a float looks like.
    pub fn from_float(text: &'a str) -> Number<'a> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let (whole, rest) = text.split_at(digits(text));
        let (point, rest) = match rest.strip_prefix('.') {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let (fraction, rest) = if point { rest.split_at(digits(rest)) } else { ("", rest) };
        Number { negative, prefix: "", whole, point, fraction, rest }
    }
}

/// How much goes before and behind.
fn padding(length: usize, width: Option<usize>, align: Align) -> (usize, usize) {
    let missing = width.unwrap_or(0).saturating_sub(length);
    match align {
        Align::Left | Align::AfterSign => (0, missing),
        Align::Right => (missing, 0),
        Align::Center => (missing / 2, missing - missing / 2),
    }
}

/// Appends a text in the width of the specification.
pub fn write_padded(out: &mut CharsBuf, text: Chars<'_>, spec: &Spec) {
    let (before, behind) = padding(text.len(), spec.width, spec.align);
    out.push_n(spec.fill, before);
    out.push_chars(text);
    out.push_n(spec.fill, behind);
}

/// Formats a string: of type `s`.
pub fn format_str(out: &mut CharsBuf, text: Chars<'_>, spec: &Spec) -> Result<(), FormatError> {
    match spec.sign {
        Some(Sign::Space) => return Err(FormatError::SpaceOfStr),
        Some(_) => return Err(FormatError::SignOfStr),
        None => {}
    }
    if spec.no_negative_zero {
        return Err(FormatError::NegativeZeroOfStr);
    }
    if spec.alternate {
        return Err(FormatError::AlternateOfStr);
    }
    if spec.align == Align::AfterSign {
        return Err(FormatError::AlignOfStr);
    }
    let length = text.len().min(spec.precision.unwrap_or(usize::MAX));
    write_padded(out, text.slice(0..length), spec);
    Ok(())
}

/// Appends a number as the specification, or else the locale, lays it out.
pub fn write_number(out: &mut CharsBuf, number: &Number<'_>, spec: &Spec, locale: Option<&Locale<'_>>) {
    // What there is no room for is not laid out.
    if !out.reserve(spec.width.unwrap_or(0), 0) {
        return;
    }
    let locale = locale.copied().unwrap_or(Locale::of(spec.grouping));
    let sign = match (number.negative, spec.sign) {
        (true, _) => "-",
        (false, Some(Sign::Plus)) => "+",
        (false, Some(Sign::Space)) => " ",
        (false, _) => "",
    };
    let point = if number.point { locale.decimal_point } else { "" };
    let fraction = Locale::of(spec.fraction_grouping);
    let fraction_separators = match (fraction.sizes.first(), number.fraction.len()) {
        (Some(&size), length @ 1..) => (length - 1) / usize::from(size),
        _ => 0,
    };
    let others = sign.len()
        + number.prefix.len()
        + point.chars().count()
        + number.fraction.len()
        + fraction_separators
        + number.rest.chars().count();
    let zeros = spec.fill == u32::from(b'0') && spec.align == Align::AfterSign;
    let least = if zeros { spec.width.unwrap_or(0).saturating_sub(others) } else { 0 };
    let groups = Groups::new(number.whole.len(), least, &locale);
    let length = others + groups.length;
    let (before, behind, inside) = match spec.align {
        Align::AfterSign => (0, 0, spec.width.unwrap_or(0).saturating_sub(length)),
        align => {
            let (before, behind) = padding(length, spec.width, align);
            (before, behind, 0)
        }
    };
    if !out.reserve(length.saturating_add(before + behind + inside), 0) {
        return;
    }
    out.push_n(spec.fill, before);
    out.push_str(sign);
    out.push_str(number.prefix);
    out.push_n(spec.fill, inside);
    groups.write(out, number.whole, locale.separator);
    out.push_str(point);
    write_fraction(out, number.fraction, &fraction);
    out.push_str(number.rest);
    out.push_n(spec.fill, behind);
}

fn write_fraction(out: &mut CharsBuf, digits: &str, locale: &Locale<'_>) {
    let Some(&size) = locale.sizes.first() else { return out.push_str(digits) };
    for (number, group) in digits.as_bytes().chunks(size.into()).enumerate() {
        if number > 0 {
            out.push_str(locale.separator);
        }
        out.push_bytes(group);
    }
}

/// The digits of a whole number in groups, padded with zeros that are grouped too.
struct Groups {
    /// Sizes from the left, each with how many groups in a row have it; empty when there are no
    /// digits. The zeros come first.
    sizes: smallvec::SmallVec<[(usize, usize); 4]>,
    /// How many zeros there are.
    zeros: usize,
    /// With the separators.
    length: usize,
}

impl Groups {
    /// For so many digits, in at least such a width.
    fn new(digits: usize, least: usize, locale: &Locale<'_>) -> Groups {
        let mut groups = Groups { sizes: smallvec::SmallVec::new(), zeros: 0, length: 0 };
        if digits == 0 {
            return groups;
        }
        let separator = locale.separator.chars().count();
        let mut wanted = locale.sizes.iter().copied();
        let mut size = 0;
        let mut remaining = digits;
        let mut least = least as isize;
        loop {
            size = wanted.next().unwrap_or(size);
            let needed = remaining.max(usize::try_from(least).unwrap_or(0)).max(1);
            // No size, or the mark that no more groups follow: all the rest.
            let last = size == 0 || size == 127;
            let take = if last { needed } else { needed.min(size.into()) };
            groups.length += take + if groups.sizes.is_empty() { 0 } else { separator };
            match groups.sizes.last_mut() {
                Some((size, count)) if *size == take => *count += 1,
                _ => groups.sizes.push((take, 1)),
            }
            groups.zeros += take.saturating_sub(remaining);
            remaining = remaining.saturating_sub(take);
            least -= take as isize;
            if last || (remaining == 0 && least <= 0) {
                break;
            }
            least -= separator as isize;
        }
        groups.sizes.reverse();
        groups
    }

    fn write(&self, out: &mut CharsBuf, digits: &str, separator: &str) {
        let mut zeros = self.zeros;
        let mut digits = digits.as_bytes();
        let sizes = self.sizes.iter().flat_map(|&(size, count)| std::iter::repeat_n(size, count));
        for (number, size) in sizes.enumerate() {
            if number > 0 {
                out.push_str(separator);
            }
            let padded = zeros.min(size);
            zeros -= padded;
            out.push_n(b'0'.into(), padded);
            let (group, rest) = digits.split_at(size - padded);
            out.push_bytes(group);
            digits = rest;
        }
    }
}
