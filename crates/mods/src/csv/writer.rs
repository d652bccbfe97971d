//! `writer`.

use taipan_macros::native;
use taipan_object::native::{Args, MemberDef};
use taipan_object::protocol;
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags};
use taipan_object::types::exception::TYPE_ERROR;
use taipan_object::types::str::Str;
use taipan_object::{Header, Outcome, Ref, Thread, Value, object};
use taipan_text::CharsBuf;

use super::dialect::{ALL, Dialect, NONE, NONNUMERIC, NOTNULL, STRINGS, call_dialect, dialect};
use super::error;

/// A writer object.
#[repr(C)]
pub struct Writer {
    head: Header,
    write: Value,
    dialect: Value,
}
object!(Writer, WRITER, holds: write, dialect);

/// The type `_csv.writer`.
pub static WRITER: Type = Type::new::<Writer>(
    &TypeDef {
        doc: Some(
            "CSV writer\n\nWriter objects are responsible for generating tabular data\nin CSV format from sequence input.\n",
        ),
        methods: &[&[WRITEROW, WRITEROWS]],
        members: &[MemberDef {
            name: "dialect",
            doc: None,
            get: |_, object| {
                Ok(Some(object.downcast::<Writer>().expect("an attribute of writers").dialect.clone()))
            },
        }],
        ..TypeDef::new("_csv.writer")
    },
    TypeFlags::CONTAINER.union(TypeFlags::NO_NEW),
    Slots { new: None, ..Slots::holding::<Writer>() },
);

/// Return a writer object that will write user data on the given file object.
///
/// The "fileobj" argument can be any object that supports the file API.
/// The optional "dialect" argument defines a CSV dialect.  The function
/// also accepts optional keyword arguments which override settings
/// provided by the dialect.
///
#[native(signature = "($module, fileobj, /, dialect='excel', **fmtparams)", name = "writer")]
pub(super) fn writer_function<'a>(thread: &mut Thread, args: Args<'a>) -> Outcome {
    let (file, base) = match args.positionals() {
        [file] => (*file, None),
        [file, base] => (*file, Some(*base)),
        other => {
            let count = other.len();
            let bound = if count == 0 { "at least 1 argument" } else { "at most 2 arguments" };
            return Err(thread.type_error(format!("writer expected {bound}, got {count}")));
        }
    };
    let dialect = call_dialect(thread, base, args)?;
    let name = thread.intern("write")?;
    let write = protocol::find_attribute(thread, file, name.as_ref())?;
    let Some(write) = write.filter(|write| write.as_ref().ty().slots().call.is_some()) else {
        return Err(thread.type_error("argument 1 must have a \"write\" method"));
    };
    thread.new_object(|head| Writer { head, write, dialect })
}

/// A line that is being written.
struct Line<'a> {
    dialect: &'a Dialect,
    out: CharsBuf,
    fields: usize,
}

impl Line<'_> {
    fn append(&mut self, thread: &mut Thread, field: Option<&Str>, mut quoted: bool) -> Outcome<()> {
        let dialect = self.dialect;
        let is_empty = field.is_none_or(Str::is_empty);
        if is_empty && dialect.delimiter == 32 && dialect.skipinitialspace {
            let plain =
                dialect.quoting == NONE || (field.is_none() && matches!(dialect.quoting, STRINGS | NOTNULL));
            if plain {
                return Err(error(
                    thread,
                    "empty field must be quoted if delimiter is a space and skipinitialspace is true",
                ));
            }
            quoted = true;
        }
        if self.fields > 0 {
            self.out.push(dialect.delimiter);
        }
        self.fields += 1;
        let terminator = dialect.lineterminator.downcast::<Str>().expect("a string");
        let mut content = CharsBuf::new();
        for c in field.into_iter().flat_map(|field| field.chars().iter()) {
            let special = c == dialect.delimiter
                || Some(c) == dialect.escapechar
                || Some(c) == dialect.quotechar
                || c == 10
                || c == 13
                || terminator.chars().iter().any(|other| other == c);
            if special {
                let mut escape = dialect.quoting == NONE;
                if !escape {
                    if Some(c) == dialect.quotechar {
                        if dialect.doublequote {
                            content.push(c);
                        } else {
                            escape = true;
                        }
                    } else if Some(c) == dialect.escapechar {
                        escape = true;
                    }
                    quoted |= !escape;
                }
                if escape {
                    match dialect.escapechar {
                        Some(escape) => content.push(escape),
                        None => return Err(error(thread, "need to escape, but no escapechar set")),
                    }
                }
            }
            content.push(c);
        }
        let quote = dialect.quotechar.filter(|_| quoted);
        quote.into_iter().for_each(|quote| self.out.push(quote));
        self.out.push_chars(content.as_chars());
        quote.into_iter().for_each(|quote| self.out.push(quote));
        Ok(())
    }
}

fn is_number(object: Ref<'_>) -> bool {
    let slots = object.ty().slots();
    slots.index.is_some() || slots.int.is_some() || slots.float.is_some() || object.ty().name() == "complex"
}

/// Construct and write a CSV record from an iterable of fields.
///
/// Non-string elements will be converted to string.
#[native(signature = "($self, row, /)")]
fn writerow(thread: &mut Thread, this: &Writer, row: Ref<'_>) -> Outcome {
    let dialect = dialect(this.dialect.as_ref());
    let fields = match protocol::iter(thread, row) {
        Ok(fields) => fields,
        Err(raised) => {
            if !thread.exception_is(&TYPE_ERROR) {
                return Err(raised);
            }
            drop(thread.take_exception());
            let ty = row.ty().name().into_owned();
            return Err(error(thread, &format!("iterable expected, not {ty}")));
        }
    };
    let mut line = Line { dialect, out: CharsBuf::new(), fields: 0 };
    let mut last_is_null = false;
    while let Some(field) = protocol::next(thread, fields.as_ref())? {
        thread.poll()?;
        let is_text = field.downcast::<Str>().is_some();
        last_is_null = field.as_ref().is_none();
        let quoted = match dialect.quoting {
            NONNUMERIC => !is_number(field.as_ref()),
            ALL => true,
            STRINGS => is_text,
            NOTNULL => !last_is_null,
            _ => false,
        };
        if last_is_null {
            line.append(thread, None, quoted)?;
        } else {
            let text = if is_text { field } else { protocol::str(thread, field.as_ref())? };
            line.append(thread, text.downcast::<Str>(), quoted)?;
        }
    }
    if line.fields > 0 && line.out.is_empty() {
        if dialect.quoting == NONE || (last_is_null && matches!(dialect.quoting, STRINGS | NOTNULL)) {
            return Err(error(thread, "single empty field record must be quoted"));
        }
        line.fields -= 1;
        line.append(thread, None, true)?;
    }
    line.out.push_chars(dialect.lineterminator.downcast::<Str>().expect("a string").chars());
    let text = thread.str_from_buf(line.out)?;
    protocol::call(thread, this.write.as_ref(), &[text.as_ref()])
}

/// Construct and write a series of iterables to a csv file.
///
/// Non-string elements will be converted to string.
#[native(signature = "($self, rows, /)")]
fn writerows(thread: &mut Thread, this: &Writer, rows: Ref<'_>) -> Outcome<()> {
    protocol::for_each(thread, rows, |thread, row| writerow(thread, this, row.as_ref()).map(drop))
}
