//! What is said about invalid and doubtful sources.

use super::{ask, files};
use std::path::Path;

pub fn record(folder: &Path, interpreter: &str) -> Result<(), String> {
    for path in files(folder, "py")? {
        let sources = std::fs::read(&path).map_err(|error| error.to_string())?;
        let answers = ask(interpreter, &["errors"], &sources)?;
        std::fs::write(path.with_extension("out"), answers).map_err(|error| error.to_string())?;
    }
    Ok(())
}
