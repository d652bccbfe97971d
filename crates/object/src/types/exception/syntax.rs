//! `SyntaxError`: what is wrong with a source, and where.

use super::base;
use super::family::{self, attributes, family, family_type};
use crate::native::Args;
use crate::protocol;
use crate::thread::Thread;
use crate::types::int::{INT, to_int};
use crate::types::str::Str;
use crate::value::{Outcome, Ref};

family!(
    /// A `SyntaxError`.
    SyntaxError, SYNTAX_ERROR, 9
);

const MESSAGE: usize = 0;
const FILENAME: usize = 1;
const LINENO: usize = 2;
const OFFSET: usize = 3;
const TEXT: usize = 4;
const END_LINENO: usize = 5;
const END_OFFSET: usize = 6;
const PRINT_FILE_AND_LINE: usize = 7;
const METADATA: usize = 8;

attributes!(ATTRIBUTES: SyntaxError {
    MESSAGE => "msg" Some("exception msg");
    FILENAME => "filename" Some("exception filename");
    LINENO => "lineno" Some("exception lineno");
    OFFSET => "offset" Some("exception offset");
    TEXT => "text" Some("exception text");
    END_LINENO => "end_lineno" Some("exception end lineno");
    END_OFFSET => "end_offset" Some("exception end offset");
    PRINT_FILE_AND_LINE => "print_file_and_line" Some("exception print_file_and_line");
    METADATA => "_metadata" Some("exception private metadata");
});

family_type! {
    /// The type `SyntaxError`.
    SYNTAX_ERROR "SyntaxError" EXCEPTION "Invalid syntax." SyntaxError {
        methods: &[], getset: &[ATTRIBUTES], init: Some(init), str: Some(str),
    }
}

macro_rules! subtypes {
    ($($ty:ident $name:literal $base:ident $doc:literal;)*) => {
        $(family_type! {
            #[doc = concat!("The type `", $name, "`.")]
            $ty $name $base $doc SyntaxError {
                methods: &[], getset: &[], init: Some(init), str: Some(str),
            }
        })*
    };
}

subtypes! {
    INDENTATION_ERROR "IndentationError" SYNTAX_ERROR "Improper indentation.";
    TAB_ERROR "TabError" INDENTATION_ERROR "Improper mixture of spaces and tabs.";
    INCOMPLETE_INPUT_ERROR "_IncompleteInputError" SYNTAX_ERROR "incomplete input.";
}

fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    base::init(thread, object, args)?;
    let own = family::own::<SyntaxError>(object);
    let given = args.positionals();
    if let Some(message) = given.first() {
        family::set(thread, own, MESSAGE, Some(*message));
    }
    let [_, details] = given else { return Ok(()) };
    let details = protocol::collect(thread, *details)?;
    family::set(thread, own, END_LINENO, None);
    family::set(thread, own, END_OFFSET, None);
    if !(4..=7).contains(&details.len()) {
        let (bound, most) = if details.len() < 4 { ("at least", 4) } else { ("at most", 7) };
        let count = details.len();
        return Err(thread.type_error(format!("function takes {bound} {most} arguments ({count} given)")));
    }
    let places = [FILENAME, LINENO, OFFSET, TEXT, END_LINENO, END_OFFSET, METADATA];
    for (place, value) in places.into_iter().zip(&details) {
        family::set(thread, own, place, Some(value.as_ref()));
    }
    if details.len() == 5 {
        return Err(thread.type_error("end_offset must be provided when end_lineno is provided"));
    }
    Ok(())
}

fn str(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = family::own::<SyntaxError>(object);
    let [message, filename, lineno] =
        [MESSAGE, FILENAME, LINENO].map(|place| family::get(thread, own, place));
    let file = filename.as_ref().and_then(|name| name.downcast::<Str>()).map(|name| {
        let name = name.to_string_lossy();
        name.rsplit('/').next().unwrap_or_default().to_owned()
    });
    let line = lineno.filter(|line| line.as_ref().ty().is(&INT)).map(|line| {
        match to_int(line.as_ref()).as_deref() {
            Some(taipan_num::Int::Small(small)) => *small,
            _ => -1,
        }
    });
    let message = family::text_or_none(thread, &message)?;
    let text = match (file, line) {
        (None, None) => message,
        (Some(file), Some(line)) => format!("{message} ({file}, line {line})"),
        (Some(file), None) => format!("{message} ({file})"),
        (None, Some(line)) => format!("{message} (line {line})"),
    };
    thread.str(&text)
}
