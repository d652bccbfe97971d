//! What module `unicodedata` tells about a character, for today's version and for 3.2.0.

use std::fmt::Write;

use super::tables::{
    BIDI_CLASSES, CATEGORIES, DATABASE, DATABASE_BLOCKS, DATABASE_RECORDS, DATABASE_SHIFT,
    DECOMPOSITION_TAGS, OLD, OLD_BLOCKS, OLD_NUMBERS, OLD_RECORDS, OLD_SHIFT, WIDTHS,
};
use super::{normalize, types};

/// Which version of the character database answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// [`VERSION`](super::VERSION).
    Current,
    /// 3.2.0, which `unicodedata.ucd_3_2_0` is, for internationalised domain names.
    V3_2,
}

/// The properties of one character in one version.
#[derive(Clone, Copy)]
pub struct Database {
    point: u32,
    current: &'static [u8; 6],
    /// What differs, each plus one.
    old: Option<&'static [u8; 8]>,
}

const CATEGORY: usize = 0;
const BIDI: usize = 1;
const COMBINING: usize = 2;
const MIRRORED: usize = 3;
const WIDTH: usize = 4;
const QUICK_CHECKS: usize = 5;

/// The record of a code point; what is none is taken as unassigned.
#[inline]
pub(super) fn record(point: u32) -> &'static [u8; 6] {
    let point = point.min(0x10_ffff);
    let block = usize::from(DATABASE_BLOCKS[(point >> DATABASE_SHIFT) as usize]);
    let at = (block << DATABASE_SHIFT) + (point as usize & ((1 << DATABASE_SHIFT) - 1));
    &DATABASE_RECORDS[usize::from(DATABASE[at])]
}

/// The canonical combining class.
#[inline]
pub(super) fn combining(point: u32) -> u8 {
    record(point)[COMBINING]
}

/// Two bits for each normal form, as the generator lays them out.
#[inline]
pub(super) fn quick_checks(point: u32) -> u8 {
    record(point)[QUICK_CHECKS]
}

fn old_record(point: u32) -> &'static [u8; 8] {
    let point = point.min(0x10_ffff);
    let block = usize::from(OLD_BLOCKS[(point >> OLD_SHIFT) as usize]);
    let at = (block << OLD_SHIFT) + (point as usize & ((1 << OLD_SHIFT) - 1));
    &OLD_RECORDS[usize::from(OLD[at])]
}

/// Whether version 3.2.0 does not know the character that today's does.
pub(super) fn is_new(point: u32) -> bool {
    old_record(point)[0] != 0
}

impl Database {
    /// The properties of `point` in `version`.
    pub fn new(version: Version, point: u32) -> Database {
        let old = (version == Version::V3_2).then(|| old_record(point));
        Database { point, current: record(point), old }
    }

    fn value(&self, current: usize, old: usize) -> usize {
        match self.old.map_or(0, |record| record[old]) {
            0 => usize::from(self.current[current]),
            changed => usize::from(changed) - 1,
        }
    }

    /// `category`.
    pub fn category(&self) -> &'static str {
        CATEGORIES[self.value(CATEGORY, 1)]
    }

    /// `bidirectional`; empty where none is assigned.
    pub fn bidirectional(&self) -> &'static str {
        BIDI_CLASSES[self.value(BIDI, 2)]
    }

    /// `combining`.
    pub fn combining(&self) -> u8 {
        self.value(COMBINING, 5) as u8
    }

    /// `mirrored`.
    pub fn mirrored(&self) -> bool {
        self.value(MIRRORED, 3) != 0
    }

    /// `east_asian_width`.
    pub fn east_asian_width(&self) -> &'static str {
        WIDTHS[self.value(WIDTH, 4)]
    }

    /// `decimal`.
    pub fn decimal(&self) -> Option<u8> {
        match self.old.map_or(0, |record| record[6]) {
            0 => types::decimal_value(self.point),
            255 => None,
            changed => Some(changed - 1),
        }
    }

    /// `digit`, for which the versions do not differ.
    pub fn digit(&self) -> Option<u8> {
        types::digit_value(self.point)
    }

    /// `numeric`.
    pub fn numeric(&self) -> Option<f64> {
        match self.old.map_or(0, |record| record[7]) {
            0 => types::numeric_value(self.point),
            255 => None,
            changed => Some(OLD_NUMBERS[usize::from(changed) - 1]),
        }
    }

    /// `name`.
    pub fn name(&self) -> Option<String> {
        if self.old.is_some_and(|record| record[0] != 0) { None } else { super::name(self.point) }
    }

    /// `decomposition`: a tag, if any, and code points in hexadecimal; empty where there is none.
    pub fn decomposition(&self) -> String {
        if self.old.is_some_and(|record| record[0] != 0) {
            return String::new();
        }
        let mut text = String::new();
        if let Some(parts) = normalize::hangul::decompose(self.point) {
            write_points(&mut text, parts.as_slice());
            return text;
        }
        if let Some((tag, points)) = normalize::table_decomposition(self.point) {
            text.push_str(DECOMPOSITION_TAGS[tag]);
            write_points(&mut text, points);
        }
        text
    }
}

fn write_points(text: &mut String, points: &[u32]) {
    for point in points {
        let blank = if text.is_empty() { "" } else { " " };
        write!(text, "{blank}{point:04X}").expect("a string takes everything");
    }
}
