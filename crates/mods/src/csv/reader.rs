//! `reader`.

use std::cell::Cell;

use taipan_macros::native;
use taipan_object::native::{Args, MemberDef};
use taipan_object::protocol;
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags};
use taipan_object::types::str::Str;
use taipan_object::{Header, Outcome, Ref, Thread, Value, object};
use taipan_text::CharsBuf;

use super::dialect::{Dialect, NONE, NONNUMERIC, NOTNULL, STRINGS, call_dialect, dialect};
use super::error;

/// A reader object.
#[repr(C)]
pub struct Reader {
    head: Header,
    input: Value,
    dialect: Value,
    line_num: Cell<u64>,
    /// How many records were read.
    records: Cell<u64>,
}
object!(Reader, READER, holds: input, dialect);

/// The type `_csv.reader`.
pub static READER: Type = Type::new::<Reader>(
    &TypeDef {
        doc: Some(
            "CSV reader\n\nReader objects are responsible for reading and parsing tabular data\nin CSV format.\n",
        ),
        members: &[
            MemberDef {
                name: "dialect",
                doc: None,
                get: |_, object| Ok(Some(reader(object).dialect.clone())),
            },
            MemberDef {
                name: "line_num",
                doc: None,
                get: |thread, object| thread.int(i128::from(reader(object).line_num.get())).map(Some),
            },
        ],
        ..TypeDef::new("_csv.reader")
    },
    TypeFlags::CONTAINER.union(TypeFlags::NO_NEW),
    Slots {
        new: None,
        iter: Some(|_, object| Ok(object.to_value())),
        next: Some(next),
        ..Slots::holding::<Reader>()
    },
);

fn reader<'a>(object: Ref<'a>) -> &'a Reader {
    object.downcast::<Reader>().expect("the slot of readers")
}

/// Return a reader object that will process lines from the given iterable.
///
/// The "iterable" argument can be any object that returns a line
/// of input for each iteration, such as a file object or a list.  The
/// optional "dialect" argument defines a CSV dialect.  The function
/// also accepts optional keyword arguments which override settings
/// provided by the dialect.
///
/// The returned object is an iterator.  Each iteration returns a row
/// of the CSV file (which can span multiple input lines).
///
#[native(signature = "($module, iterable, /, dialect='excel', **fmtparams)", name = "reader")]
pub(super) fn reader_function<'a>(thread: &mut Thread, args: Args<'a>) -> Outcome {
    let (iterable, base) = match args.positionals() {
        [iterable] => (*iterable, None),
        [iterable, base] => (*iterable, Some(*base)),
        other => {
            let count = other.len();
            let bound = if count == 0 { "at least 1 argument" } else { "at most 2 arguments" };
            return Err(thread.type_error(format!("reader expected {bound}, got {count}")));
        }
    };
    let input = protocol::iter(thread, iterable)?;
    let dialect = call_dialect(thread, base, args)?;
    thread.new_object(|head| Reader { head, input, dialect, line_num: Cell::new(0), records: Cell::new(0) })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    InField,
    InQuoted,
    EscapeInQuoted,
    QuoteInQuoted,
    EatNewline,
    AfterEscapedNewline,
}

/// A record that is being read.
struct Record<'a> {
    dialect: &'a Dialect,
    state: State,
    field: CharsBuf,
    unquoted: bool,
    fields: Vec<Value>,
    limit: i64,
}

const NEWLINES: [Option<u32>; 2] = [Some(10), Some(13)];

impl Record<'_> {
    fn save(&mut self, thread: &mut Thread) -> Outcome<()> {
        let quoting = self.dialect.quoting;
        let field = std::mem::take(&mut self.field);
        let is_empty = field.is_empty();
        if self.unquoted && is_empty && (quoting == NOTNULL || quoting == STRINGS) {
            self.fields.push(Value::none());
            return Ok(());
        }
        let mut value = thread.str_from_buf(field)?;
        if self.unquoted && !is_empty && (quoting == NONNUMERIC || quoting == STRINGS) {
            let float = taipan_object::types::float::FLOAT.as_ref();
            value = protocol::call(thread, float, &[value.as_ref()])?;
        }
        self.fields.push(value);
        Ok(())
    }

    fn add(&mut self, thread: &mut Thread, c: u32) -> Outcome<()> {
        if self.field.len() as i64 >= self.limit {
            let limit = self.limit;
            return Err(error(thread, &format!("field larger than field limit ({limit})")));
        }
        self.field.push(c);
        Ok(())
    }

    /// Takes the end of a field: what follows is the state after it.
    fn finish(&mut self, thread: &mut Thread, c: Option<u32>) -> Outcome<()> {
        self.save(thread)?;
        self.state = if c.is_none() { State::StartRecord } else { State::EatNewline };
        Ok(())
    }

    /// Takes a character, or the end of a line.
    fn process(&mut self, thread: &mut Thread, c: Option<u32>) -> Outcome<()> {
        let dialect = self.dialect;
        let is_end = c.is_none() || NEWLINES.contains(&c);
        let is_quote = c.is_some() && c == dialect.quotechar && dialect.quoting != NONE;
        let is_escape = c.is_some() && c == dialect.escapechar;
        let is_delimiter = c == Some(dialect.delimiter);
        match self.state {
            State::StartRecord if c.is_none() => {}
            State::StartRecord if is_end => self.state = State::EatNewline,
            State::StartRecord | State::StartField => {
                self.state = State::StartField;
                self.unquoted = true;
                if is_end {
                    self.finish(thread, c)?;
                } else if is_quote {
                    self.unquoted = false;
                    self.state = State::InQuoted;
                } else if is_escape {
                    self.state = State::Escaped;
                } else if c == Some(32) && dialect.skipinitialspace {
                    // Ignored at the start of a field.
                } else if is_delimiter {
                    self.save(thread)?;
                } else {
                    self.add(thread, c.unwrap_or(0))?;
                    self.state = State::InField;
                }
            }
            State::Escaped => {
                self.add(thread, c.unwrap_or(10))?;
                let newline = NEWLINES.contains(&c);
                self.state = if newline { State::AfterEscapedNewline } else { State::InField };
            }
            State::AfterEscapedNewline if c.is_none() => {}
            State::AfterEscapedNewline | State::InField => {
                self.state = State::InField;
                if is_end {
                    self.finish(thread, c)?;
                } else if is_escape {
                    self.state = State::Escaped;
                } else if is_delimiter {
                    self.save(thread)?;
                    self.state = State::StartField;
                } else {
                    self.add(thread, c.unwrap_or(0))?;
                }
            }
            State::InQuoted => match c {
                None => {}
                Some(_) if is_escape => self.state = State::EscapeInQuoted,
                Some(_) if is_quote => {
                    self.state = if dialect.doublequote { State::QuoteInQuoted } else { State::InField };
                }
                Some(c) => self.add(thread, c)?,
            },
            State::EscapeInQuoted => {
                self.add(thread, c.unwrap_or(10))?;
                self.state = State::InQuoted;
            }
            State::QuoteInQuoted => {
                if is_quote {
                    self.add(thread, c.unwrap_or(0))?;
                    self.state = State::InQuoted;
                } else if is_delimiter {
                    self.save(thread)?;
                    self.state = State::StartField;
                } else if is_end {
                    self.finish(thread, c)?;
                } else if !dialect.strict {
                    self.add(thread, c.unwrap_or(0))?;
                    self.state = State::InField;
                } else {
                    let show = |c: Option<u32>| c.and_then(char::from_u32).unwrap_or('\u{fffd}');
                    let (delimiter, quote) = (show(Some(dialect.delimiter)), show(dialect.quotechar));
                    return Err(error(thread, &format!("'{delimiter}' expected after '{quote}'")));
                }
            }
            State::EatNewline => match c {
                None => self.state = State::StartRecord,
                Some(10 | 13) => {}
                Some(_) => {
                    return Err(error(
                        thread,
                        "new-line character seen in unquoted field - do you need to open the file with newline=''?",
                    ));
                }
            },
        }
        Ok(())
    }
}

fn next(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = reader(object);
    let mut record = Record {
        dialect: dialect(own.dialect.as_ref()),
        state: State::StartRecord,
        field: CharsBuf::new(),
        unquoted: false,
        fields: Vec::new(),
        limit: super::limit(thread),
    };
    let records = own.records.get();
    loop {
        let line = protocol::next(thread, own.input.as_ref())?;
        if own.records.get() != records {
            return Err(error(thread, "iterator has already advanced the reader"));
        }
        let Some(line) = line else {
            if record.field.is_empty() && record.state != State::InQuoted {
                return Ok(None);
            }
            if record.dialect.strict {
                return Err(error(thread, "unexpected end of data"));
            }
            record.save(thread)?;
            break;
        };
        let Some(text) = line.downcast::<Str>() else {
            let ty = line.as_ref().ty().name().into_owned();
            return Err(error(
                thread,
                &format!("iterator should return strings, not {ty} (the file should be opened in text mode)"),
            ));
        };
        own.line_num.set(own.line_num.get() + 1);
        for c in text.chars().iter() {
            record.process(thread, Some(c))?;
        }
        record.process(thread, None)?;
        if record.state == State::StartRecord {
            break;
        }
        thread.poll()?;
    }
    own.records.set(records + 1);
    thread.list(record.fields).map(Some)
}
