//! The text form.

use std::fmt::Write;

use super::{DisOptions, Entry, Listing};
use crate::Location;

const OPNAME_WIDTH: usize = 20;
const OPARG_WIDTH: usize = 5;
const NO_LINENO: &str = "  --";

/// The widths of the columns; 0 leaves a column out.
struct Widths {
    source: usize,
    label: usize,
    offset: usize,
}

/// Appends a code object's instructions and exception table.
pub fn write_listing(out: &mut String, listing: &Listing, options: DisOptions) {
    let widths = Widths {
        source: if options.show_positions { positions_width(listing) } else { lineno_width(listing) },
        label: 4 + listing.labels.len().to_string().len(),
        offset: if options.show_offsets {
            listing.code_len.saturating_sub(2).max(9999).to_string().len()
        } else {
            0
        },
    };
    for entry in &listing.entries {
        if widths.source > 0 && entry.starts_line && entry.offset() > 0 {
            out.push('\n');
        }
        let source = source_column(entry, options, &widths);
        let label = entry.label.map(|label| format!("L{label}:")).unwrap_or_default();
        let arg = entry.arg.map(|arg| (arg, &*entry.argrepr));
        write_line(out, &widths, &source, &label, entry.offset(), &entry.opname, arg);
        if options.show_caches {
            write_caches(out, entry, options, &widths);
        }
    }
    if !listing.handlers.is_empty() {
        out.push_str("ExceptionTable:\n");
    }
    let label = |unit: u32| listing.labels.get(&(i64::from(unit) * 2)).copied().unwrap_or(0);
    for handler in &listing.handlers {
        let (start, end, target) = (label(handler.start), label(handler.end), label(handler.target));
        let lasti = if handler.lasti { " lasti" } else { "" };
        writeln!(out, "  L{start} to L{end} -> L{target} [{}]{lasti}", handler.depth)
            .expect("strings take all");
    }
}

fn write_caches(out: &mut String, entry: &Entry, options: DisOptions, widths: &Widths) {
    let mut offset = entry.offset();
    let source = match options.show_positions && widths.source > 0 {
        true => positions_column(entry.location, widths.source),
        false => " ".repeat(widths.source),
    };
    for (cache, value) in &entry.caches {
        for unit in 0..cache.units {
            offset += 2;
            let shown = if unit == 0 { format!("{}: {value}", cache.name) } else { String::new() };
            write_line(out, widths, &source, "", offset, "CACHE", Some((0, &shown)));
        }
    }
}

fn source_column(entry: &Entry, options: DisOptions, widths: &Widths) -> String {
    let width = widths.source;
    if options.show_positions {
        return positions_column(entry.location, width);
    }
    match (entry.starts_line, entry.line) {
        (false, _) => " ".repeat(width),
        (true, Some(line)) => format!("{line:>width$}"),
        (true, None) => format!("{NO_LINENO:>width$}"),
    }
}

fn positions_column(location: Location, width: usize) -> String {
    if location == Location::NONE {
        return format!("{NO_LINENO:<width$}");
    }
    let [line, end_line, column, end_column] =
        location.to_options().map(|number| number.map_or("?".to_owned(), |number| number.to_string()));
    let range = format!("{line}:{column}-{end_line}:{end_column}");
    format!("{range:<width$}")
}

/// The columns are joined by single blanks; blanks at the end go away.
fn write_line(
    out: &mut String,
    widths: &Widths,
    source: &str,
    label: &str,
    offset: usize,
    opname: &str,
    arg: Option<(i32, &str)>,
) {
    let start = out.len();
    if widths.source > 0 {
        write!(out, "{source} ").expect("strings take all");
    }
    write!(out, "{label:>width$} ", width = widths.label).expect("strings take all");
    if widths.offset > 0 {
        write!(out, "{offset:>width$}   ", width = widths.offset).expect("strings take all");
    }
    write!(out, "    {opname:<OPNAME_WIDTH$}").expect("strings take all");
    if let Some((arg, shown)) = arg {
        // A long name takes its room from the operand.
        let width = OPARG_WIDTH.saturating_sub(opname.len().saturating_sub(OPNAME_WIDTH));
        write!(out, " {arg:>width$}").expect("strings take all");
        if !shown.is_empty() {
            write!(out, " ({shown})").expect("strings take all");
        }
    }
    let end = out[start..].trim_end().len();
    out.truncate(start + end);
    out.push('\n');
}

fn lineno_width(listing: &Listing) -> usize {
    let Some(largest) = listing.line_starts.values().flatten().filter(|&&line| line != 0).max() else {
        return 0;
    };
    let width = largest.to_string().len().max(3);
    if listing.line_starts.values().any(Option::is_none) { width.max(NO_LINENO.len()) } else { width }
}

fn positions_width(listing: &Listing) -> usize {
    let numbers = |location: &Location| location.to_options();
    if !listing.locations.iter().flat_map(numbers).any(|number| number.is_some()) {
        return 0;
    }
    let width = |location: &Location| -> usize {
        numbers(location).iter().map(|number| number.map_or(1, |number| number.to_string().len())).sum()
    };
    // Three separators and a blank.
    let widest = listing.locations.iter().map(width).max().unwrap_or(0);
    1 + (3 + widest).max(NO_LINENO.len())
}
