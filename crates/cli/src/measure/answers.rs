//! What is answered to recorded sources: errors with their positions, and warnings.

use crate::json::{self, Value, Writer};
use crate::report::is_syntax_error;
use std::io::{self, Write};
use std::path::Path;
use taipan::asdl::diagnostic::{Error, ErrorKind, ErrorLocation, Warning, WarningCategory};
use taipan::frontend::{Flags, Mode, Options, Source, check};
use taipan::text::{Text, TextBuf};

/// Prints the answer to each record of a file.
pub fn print(path: &Path) -> io::Result<()> {
    let invalid =
        |why: &str| io::Error::new(io::ErrorKind::InvalidData, format!("{}: {why}", path.display()));
    let records = json::read(&std::fs::read(path)?).map_err(|why| invalid(&why))?;
    let Value::Array(records) = records else { return Err(invalid("not an array of records")) };
    let mut out = io::BufWriter::new(io::stdout().lock());
    for record in &records {
        let line = answer(record).ok_or_else(|| invalid("a record is [source, mode, flags, optimize]"))?;
        out.write_all(&line)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}

/// Whether a source may well be answered with this; anything else is worth a look.
pub const fn is_expected(kind: ErrorKind) -> bool {
    is_syntax_error(kind)
        || matches!(
            kind,
            ErrorKind::ValueError | ErrorKind::UnicodeDecodeError | ErrorKind::UnicodeEncodeError
        )
}

fn answer(record: &Value) -> Option<Vec<u8>> {
    let Value::Array(fields) = record else { return None };
    let [source, Value::String(mode), Value::Int(flags), Value::Int(optimize)] = fields.as_slice() else {
        return None;
    };
    let bytes;
    let source = match source {
        Value::String(text) => Source::Text(text),
        Value::Object(members) => {
            let [(_, Value::String(digits))] = members.as_slice() else { return None };
            bytes = unhex(digits)?;
            Source::Bytes(&bytes)
        }
        _ => return None,
    };
    let mode = match mode.to_str()? {
        "exec" => Mode::Exec,
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        "func_type" => Mode::FuncType,
        _ => return None,
    };
    let filename = TextBuf::from("<test>");
    let options = Options {
        mode,
        flags: Flags::from_bits_retain(u32::try_from(*flags).ok()?),
        optimize: u8::try_from(*optimize).unwrap_or(0),
        ..Options::new(&filename)
    };
    let mut warnings: Vec<Warning> = Vec::new();
    let outcome = match i32::try_from(*optimize) {
        Ok(_) => check(source, &options, &mut warnings),
        Err(_) => {
            let message = "Python int too large to convert to C int";
            Err(Error::new(ErrorKind::OverflowError, message))
        }
    };
    let mut writer = Writer::default();
    writer.array(|writer| {
        match &outcome {
            Ok(()) => writer.str("ok"),
            Err(error) => write_error(error, writer),
        }
        writer.array(|writer| warnings.iter().for_each(|warning| write_warning(warning, writer)));
    });
    Some(writer.into_bytes())
}

fn write_error(error: &Error, writer: &mut Writer) {
    writer.str(error.kind.class_name());
    writer.string(&error.message);
    if !is_syntax_error(error.kind) {
        return;
    }
    match error.location {
        Some(ErrorLocation { lineno, offset, end_lineno, end_offset }) => {
            for number in [lineno, offset, end_lineno, end_offset] {
                if number == ErrorLocation::NONE { writer.null() } else { writer.int(number) }
            }
        }
        None => (0..4).for_each(|_| writer.null()),
    }
    match &error.text {
        Some(text) => writer.string(text),
        None => writer.null(),
    }
}

fn write_warning(warning: &Warning, writer: &mut Writer) {
    writer.array(|writer| {
        writer.str(match warning.category {
            WarningCategory::SyntaxWarning => "SyntaxWarning",
            WarningCategory::DeprecationWarning => "DeprecationWarning",
        });
        writer.string(&warning.message);
        writer.int(warning.lineno);
    });
}

fn unhex(digits: &Text) -> Option<Vec<u8>> {
    let digits = digits.to_str()?;
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    (0..digits.len()).step_by(2).map(byte).collect()
}
