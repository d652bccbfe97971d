"""Writes the Unicode tables of this crate: ../src/unicode/tables.rs and ../src/unicode/data/*.bin.

    python3.14 generate.py NameAliases.txt NamedSequences.txt

All properties are asked of the CPython that runs this, so they are those of its Unicode version; the two
files of the same version of the Unicode Character Database give the names that it knows but can't list.
"""
import _sre
import os
import struct
import sys
import unicodedata
from unicodedata import ucd_3_2_0 as old

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "..", "src", "unicode")
ALL = [chr(c) for c in range(0x110000)]
lines = []


def rust_str(s):
    return '"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"'


def array(name, doc, values, kind=None):
    """A static array whose contents are a file of little-endian integers."""
    if kind is None:
        low, high = min(values), max(values)
        kind = ("u8" if high < 1 << 8 else "u16" if high < 1 << 16 else "u32") if low >= 0 else "i32"
    code = {"u8": "B", "u16": "H", "u32": "I", "i32": "i"}[kind]
    data = struct.pack(f"<{len(values)}{code}", *values)
    file = name.lower() + ".bin"
    with open(os.path.join(OUT, "data", file), "wb") as f:
        f.write(data)
    lines.append(f"/// {doc}")
    read = f'*include_bytes!("data/{file}")' if kind == "u8" else f'le_{kind}(include_bytes!("data/{file}"))'
    lines.append(f"pub(super) static {name}: [{kind}; {len(values)}] = {read};")


def strings(name, doc, values):
    lines.append(f"/// {doc}")
    lines.append(f"pub(super) static {name}: [&str; {len(values)}] = [{', '.join(map(rust_str, values))}];")


def two_stage(name, doc, values):
    """Splits one value for each code point into blocks, equal ones shared."""
    best = None
    for shift in range(4, 9):
        size = 1 << shift
        blocks, index = {}, []
        for start in range(0, len(values), size):
            index.append(blocks.setdefault(tuple(values[start:start + size]), len(blocks)))
        flat = [v for block in blocks for v in block]
        cost = len(index) * (1 if len(blocks) < 256 else 2) + len(flat) * (1 if max(flat) < 256 else 2)
        if best is None or cost < best[0]:
            best = cost, shift, index, flat
    _, shift, index, flat = best
    lines.append(f"/// log2 of the block size of [`{name}`].")
    lines.append(f"pub(super) const {name}_SHIFT: u32 = {shift};")
    array(f"{name}_BLOCKS", f"Which block of [`{name}`] holds a run of code points.", index)
    array(name, doc, flat)


def records(name, doc, rows):
    """One row for each code point; gives (number of the row's record for each code point, records)."""
    seen = {}
    numbers = [seen.setdefault(row, len(seen)) for row in rows]
    two_stage(name, doc, numbers)
    return list(seen)


# --- what str's methods ask -----------------------------------------------------------------------

FLAGS = "ALPHA DECIMAL DIGIT NUMERIC LOWER UPPER TITLE SPACE PRINTABLE XID_START XID_CONTINUE LINE_BREAK CASED IGNORABLE"


def type_row(s):
    c = ord(s)
    skipped = ("A" + s + "\u03a3").lower()[-1] == "\u03c2"
    decides = (s + "\u03a3").lower()[-1] == "\u03c2"
    cased = (s + "a").title()[-1] == "a"
    flags = [
        s.isalpha(), s.isdecimal(), s.isdigit(), s.isnumeric(), s.islower(), s.isupper(), False, s.isspace(),
        s.isprintable(), s.isidentifier(), ("a" + s).isidentifier(), len((s + "a").splitlines()) == 2,
        cased, skipped and not decides,
    ]
    # istitle is true for upper case too; only title case letters have neither.
    flags[6] = s.istitle() and not s.isupper()
    bits = sum(1 << i for i, flag in enumerate(flags) if flag)
    lower, upper, title, fold = s.lower(), s.upper(), s.title(), s.casefold()
    if c == 0x3a3:
        lower = "\u03c3"
    simple_lower = _sre.unicode_tolower(c)
    if len(upper) == 1:
        simple_upper = ord(upper)
    else:
        simple_upper = ord(title) if len(title) == 1 and _sre.unicode_tolower(ord(title)) == c else c
    full = (lower, upper, title, fold)
    special = 0
    if full != (chr(simple_lower), chr(simple_upper), title if len(title) == 1 else "", fold if len(fold) == 1 else ""):
        special = special_numbers.setdefault(full, len(special_numbers) + 1)
        simple_title = simple_fold = c
    else:
        simple_title, simple_fold = ord(title), ord(fold)
    return (bits, unicodedata.decimal(s, 255), unicodedata.digit(s, 255),
            simple_lower - c, simple_upper - c, simple_title - c, simple_fold - c, special)


special_numbers = {}
rows = records("TYPE", "For each code point its record in [`TYPE_RECORDS`].", [type_row(s) for s in ALL])
lines.append("/// Flags, decimal and digit value, differences to lower, upper, title case and case fold, special case.")
lines.append(f"pub(super) static TYPE_RECORDS: [TypeRecord; {len(rows)}] = [")
lines.extend(f"    TypeRecord::new({', '.join(map(str, row))})," for row in rows)
lines.append("];")
for i, flag in enumerate(FLAGS.split()):
    lines.append(f"/// Flag of a [`TypeRecord`].")
    lines.append(f"pub(super) const {flag}: u16 = 1 << {i};")
lines.append("/// Lower, upper, title case and case fold of the characters with special casing.")
lines.append(f"pub(super) static SPECIAL_CASES: [[&[u32]; 4]; {len(special_numbers) + 1}] = [")
lines.append("    [&[], &[], &[], &[]],")
for full in special_numbers:
    lines.append("    [" + ", ".join("&[" + ", ".join(hex(ord(c)) for c in s) + "]" for s in full) + "],")
lines.append("];")

# --- numeric values -------------------------------------------------------------------------------

numeric = [(c, unicodedata.numeric(s)) for c, s in enumerate(ALL) if unicodedata.numeric(s, None) is not None]
values = sorted({v for _, v in numeric})
array("NUMERIC_POINTS", "The code points with a numeric value, sorted.", [c for c, _ in numeric], "u32")
array("NUMERIC_NUMBERS", "For each of them where its value is.", [values.index(v) for _, v in numeric])
lines.append("/// The numeric values.")
lines.append(f"pub(super) static NUMERIC_VALUES: [f64; {len(values)}] = [{', '.join(map(repr, values))}];")

# --- the database ---------------------------------------------------------------------------------

categories = sorted({unicodedata.category(s) for s in ALL})
bidis = sorted({unicodedata.bidirectional(s) for s in ALL})
widths = sorted({unicodedata.east_asian_width(s) for s in ALL} | {old.east_asian_width(s) for s in ALL})
strings("CATEGORIES", "General categories.", categories)
strings("BIDI_CLASSES", "Bidirectional classes.", bidis)
strings("WIDTHS", "East Asian widths.", widths)


def decomposition_of(s):
    """That of the table; those of Hangul syllables are computed."""
    return "" if 0xac00 <= ord(s) < 0xac00 + 11172 else unicodedata.decomposition(s)


def quick_checks(s):
    """Two bits for each form NFD, NFKD, NFC, NFKC: 0 yes, 1 maybe, 2 no."""
    bits = 0
    decomposition = decomposition_of(s)
    hangul = 0xac00 <= ord(s) < 0xac00 + 11172
    if hangul or decomposition and not decomposition.startswith("<"):
        bits |= 2
    if hangul or decomposition:
        bits |= 2 << 2
    for at, form in ((4, "NFC"), (6, "NFKC")):
        if unicodedata.normalize(form, s) != s:
            bits |= 2 << at
        elif s in seconds or 0x1161 <= ord(s) < 0x1176 or 0x11a8 <= ord(s) < 0x11c3:
            bits |= 1 << at
    return bits


pairs = []
for c, s in enumerate(ALL):
    decomposition = decomposition_of(s)
    if decomposition and not decomposition.startswith("<") and " " in decomposition:
        first, second = (int(x, 16) for x in decomposition.split())
        if unicodedata.normalize("NFC", s) == s:
            pairs.append((first, second, c))
pairs.sort()
seconds = {chr(second) for _, second, _ in pairs}


def database_row(s):
    return (categories.index(unicodedata.category(s)), bidis.index(unicodedata.bidirectional(s)),
            unicodedata.combining(s), unicodedata.mirrored(s), widths.index(unicodedata.east_asian_width(s)),
            quick_checks(s))


rows = records("DATABASE", "For each code point its record in [`DATABASE_RECORDS`].", [database_row(s) for s in ALL])
lines.append("/// Category, bidirectional class, combining class, mirrored, width, quick checks.")
lines.append(f"pub(super) static DATABASE_RECORDS: [[u8; 6]; {len(rows)}] = [")
lines.extend(f"    [{', '.join(map(str, row))}]," for row in rows)
lines.append("];")

# Decompositions: first word tag << 8 | length, then that many code points.
tags = [""]
flat, starts, seen = [0], [], {}
for s in ALL:
    text = decomposition_of(s)
    if not text:
        starts.append(0)
        continue
    if text not in seen:
        parts = text.split()
        tag = parts.pop(0) if parts[0].startswith("<") else ""
        if tag not in tags:
            tags.append(tag)
        seen[text] = len(flat)
        flat += [tags.index(tag) << 8 | len(parts)] + [int(x, 16) for x in parts]
    starts.append(seen[text])
strings("DECOMPOSITION_TAGS", "The tags of decompositions, the canonical ones' first.", tags)
two_stage("DECOMPOSITION", "For each code point where its decomposition starts.", starts)
array("DECOMPOSITION_WORDS", "Decompositions: tag << 8 | length, then the code points.", flat, "u32")
array("COMPOSITION_FIRST", "First code points of composing pairs, sorted with the second.", [p[0] for p in pairs], "u32")
array("COMPOSITION_SECOND", "Second code points of composing pairs.", [p[1] for p in pairs], "u32")
array("COMPOSITION_RESULT", "What they compose to.", [p[2] for p in pairs], "u32")

# --- version 3.2.0 --------------------------------------------------------------------------------


def old_row(s):
    """What differs from today, each plus one, 0 where nothing does."""
    def differs(now, then, of):
        return 0 if now == then else of(then) + 1
    unassigned = old.category(s) == "Cn" and unicodedata.category(s) != "Cn"
    number = old.numeric(s, None)
    return (int(unassigned),
            differs(unicodedata.category(s), old.category(s), categories.index),
            differs(unicodedata.bidirectional(s), old.bidirectional(s), bidis.index),
            differs(unicodedata.mirrored(s), old.mirrored(s), int),
            differs(unicodedata.east_asian_width(s), old.east_asian_width(s), widths.index),
            differs(unicodedata.combining(s), old.combining(s), int),
            differs(unicodedata.decimal(s, None), old.decimal(s, None), lambda v: 254 if v is None else v),
            differs(unicodedata.numeric(s, None), number,
                    lambda v: 254 if v is None else old_numbers.setdefault(v, len(old_numbers))))


old_numbers = {}
rows = records("OLD", "For each code point its record in [`OLD_RECORDS`].", [old_row(s) for s in ALL])
lines.append("/// What differs in version 3.2.0, each plus one: unassigned, category, bidirectional class, mirrored,")
lines.append("/// width, combining class, decimal, numeric value.")
lines.append(f"pub(super) static OLD_RECORDS: [[u8; 8]; {len(rows)}] = [")
lines.extend(f"    [{', '.join(map(str, row))}]," for row in rows)
lines.append("];")
lines.append("/// Numeric values that differ in version 3.2.0.")
lines.append(f"pub(super) static OLD_NUMBERS: [f64; {len(old_numbers)}] = [{', '.join(map(repr, old_numbers))}];")
changed = [(c, s) for c, s in enumerate(ALL)
           if old.category(s) != "Cn" and old.normalize("NFD", s) != unicodedata.normalize("NFD", s)]
# What these print is OLD_CORRECTIONS in normalize.rs.
print("decompositions that differ in 3.2.0:", [(hex(c), [hex(ord(x)) for x in old.normalize("NFD", s)]) for c, s in changed])

# --- names ----------------------------------------------------------------------------------------


def is_hangul(c):
    return 0xac00 <= c < 0xac00 + 11172


names, ranges = {}, []
for c, s in enumerate(ALL):
    name = unicodedata.name(s, None)
    if name is None or is_hangul(c):
        continue
    suffix = f"-{c:04X}"
    if name.endswith(suffix):
        prefix = name[:-len(suffix)] + "-"
        if ranges and ranges[-1][1] == c - 1 and ranges[-1][2] == prefix:
            ranges[-1][1] = c
        else:
            ranges.append([c, c, prefix])
    else:
        names[c] = name
lines.append("/// Runs of code points whose name is a prefix and the code point in hexadecimal.")
lines.append(f"pub(super) static NAME_RANGES: [(u32, u32, &str); {len(ranges)}] = [")
lines.extend(f"    ({a:#x}, {b:#x}, {rust_str(p)})," for a, b, p in ranges)
lines.append("];")

aliases, sequences = [], []
for line in open(sys.argv[1]):
    line = line.split("#")[0].strip()
    if line:
        code, name, _ = line.split(";")
        if unicodedata.lookup(name) != chr(int(code, 16)):
            raise SystemExit(f"alias {name}")
        aliases.append((name, int(code, 16)))
for line in open(sys.argv[2]):
    line = line.split("#")[0].strip()
    if line:
        name, codes = line.split(";")
        sequence = [int(x, 16) for x in codes.split()]
        if unicodedata.lookup(name) != "".join(map(chr, sequence)):
            raise SystemExit(f"sequence {name}")
        sequences.append((name, sequence))

# Each name is a row of words; a word is text and what separates it from the next one.
def words(name):
    result, word = [], ""
    for ch in name:
        word += ch
        if ch in " -":
            result.append(word)
            word = ""
    return result + ([word] if word else [])


texts = list(names.items()) + [(code, name) for name, code in aliases] + \
    [(0x110000 + i, name) for i, (name, _) in enumerate(sequences)]
count = {}
for _, name in texts:
    for word in words(name):
        count[word] = count.get(word, 0) + 1
order = sorted(count, key=lambda w: (-count[w], w))
ONE = 176  # one-byte words; the others take two, the first of which is at least this
if len(order) > ONE + (256 - ONE) * 256:
    raise SystemExit("too many words")
number = {word: i for i, word in enumerate(order)}
text = "".join(order)
starts = [0]
for word in order:
    starts.append(starts[-1] + len(word))
array("WORD_TEXT", "The words of names, one after the other, with the blank or hyphen that follows.", list(text.encode()), "u8")
array("WORD_STARTS", "Where each word starts; one more for the end.", starts, "u32")
lines.append("/// Words below this take one byte in a name, others two.")
lines.append(f"pub(super) const ONE_BYTE_WORDS: u32 = {ONE};")
encoded, offsets = bytearray(), []
for _, name in texts:
    offsets.append(len(encoded))
    for word in words(name):
        n = number[word]
        if n < ONE:
            encoded.append(n)
        else:
            high, low = divmod(n - ONE, 256)
            encoded += bytes((ONE + high, low))
offsets.append(len(encoded))
array("NAME_WORDS", "Names as words.", list(encoded), "u8")
array("NAME_STARTS", "Where each name starts in [`NAME_WORDS`]; one more for the end.", offsets, "u32")
array("NAME_POINTS", "Whose name it is: sorted code points, then aliases', then sequences' (0x110000 + number).",
      [c for c, _ in texts], "u32")
lines.append("/// How many names are not aliases or sequences.")
lines.append(f"pub(super) const NAME_COUNT: usize = {len(names)};")
array("NAME_ORDER", "The numbers of all names, sorted by name.", sorted(range(len(texts)), key=lambda i: texts[i][1]))
lines.append("/// The named sequences.")
lines.append(f"pub(super) static SEQUENCES: [&[u32]; {len(sequences)}] = [")
lines.extend("    &[" + ", ".join(map(hex, s)) + "]," for _, s in sequences)
lines.append("];")
lines.append("/// The longest name.")
lines.append(f"pub(super) const LONGEST_NAME: usize = {max(len(n) for _, n in texts)};")

head = f"""//! The Unicode Character Database {unicodedata.unidata_version} in tables. Written by `unicode/generate.py`; don't edit.

#![cfg_attr(rustfmt, rustfmt_skip)]

use super::types::TypeRecord;
use super::{{le_u16, le_u32}};

/// The version of the tables.
pub const VERSION: &str = "{unicodedata.unidata_version}";
"""
with open(os.path.join(OUT, "tables.rs"), "w") as f:
    f.write(head + "\n".join(lines) + "\n")
