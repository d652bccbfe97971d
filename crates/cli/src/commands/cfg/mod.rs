//! `taipan cfg`: the control-flow graph of each code object, before and after each pass.

mod json;

use crate::arguments::Options;
use crate::colour::Theme;
use crate::json::Writer;
use crate::output;
use std::fmt::Write;
use taipan::compile::cfg::{PASSES, View};

/// Prints the names of the passes in their order.
pub fn list() -> u8 {
    let lines: String = PASSES.iter().map(|pass| format!("{pass}\n")).collect();
    output::finish(lines.as_bytes(), 0)
}

/// Complains about passes that do not exist.
pub fn check_passes(options: &Options) -> Result<(), String> {
    match options.passes.iter().find(|pass| !PASSES.contains(&pass.as_str())) {
        Some(pass) => Err(format!("there is no pass {pass}; `taipan cfg --list` names them")),
        None => Ok(()),
    }
}

/// A graph that was seen.
struct Snapshot {
    function: String,
    pass: &'static str,
    drawing: String,
}

/// Takes the graphs as the compiler shows them, and keeps the drawings that were asked for.
pub struct Recorder<'o> {
    options: &'o Options,
    theme: Theme,
    snapshots: Vec<Snapshot>,
}

impl<'o> Recorder<'o> {
    pub const fn new(options: &'o Options, theme: Theme) -> Recorder<'o> {
        Recorder { options, theme, snapshots: Vec::new() }
    }

    /// Sees a code unit after a pass.
    pub fn see(&mut self, view: &View<'_>) {
        let Options { functions, json, dot, .. } = self.options;
        let function = view.unit.qualname.to_string_lossy().into_owned();
        if !functions.is_empty() && !functions.contains(&function) {
            return;
        }
        let drawing = if *json {
            json::blocks(view.graph)
        } else if *dot {
            view.dot(&format!("{function}: {}", view.pass)).to_string()
        } else {
            view.text().to_string()
        };
        self.snapshots.push(Snapshot { function, pass: view.pass, drawing });
    }

    /// What was asked for, of what was seen.
    pub fn finish(self) -> Vec<u8> {
        if self.options.json {
            self.finish_json()
        } else if self.options.dot {
            self.finish_dot().into_bytes()
        } else {
            self.finish_text().into_bytes()
        }
    }

    fn wants(&self, pass: &str) -> bool {
        self.options.passes.is_empty() || self.options.passes.iter().any(|wanted| wanted == pass)
    }

    /// Each graph that a pass changed; around a pass that was asked for by name, both.
    fn finish_text(&self) -> String {
        let Theme { definition, faint, reset, .. } = self.theme;
        let mut out = String::new();
        for (index, snapshot) in self.snapshots.iter().enumerate() {
            if !self.wants(snapshot.pass) {
                continue;
            }
            let before = index.checked_sub(1).map(|before| &self.snapshots[before]);
            let before = before.filter(|before| before.function == snapshot.function);
            let Snapshot { function, pass, drawing } = snapshot;
            if let Some(before) = before
                && !self.options.passes.is_empty()
            {
                let _ = writeln!(out, "{definition}== {function}: before {pass}{reset}\n{}", before.drawing);
            }
            if before.is_some_and(|before| before.drawing == *drawing) {
                let _ = writeln!(out, "{definition}== {function}: {pass}{reset} {faint}(no change){reset}\n");
            } else {
                let _ = writeln!(out, "{definition}== {function}: {pass}{reset}\n{drawing}");
            }
        }
        out
    }

    /// The last graph of each code object, or those after the passes that were asked for.
    fn finish_dot(&self) -> String {
        let last = |index: usize| {
            self.snapshots.get(index + 1).is_none_or(|next| next.function != self.snapshots[index].function)
        };
        let chosen = self.snapshots.iter().enumerate().filter(|(index, snapshot)| {
            if self.options.passes.is_empty() { last(*index) } else { self.wants(snapshot.pass) }
        });
        chosen.map(|(_, snapshot)| snapshot.drawing.as_str()).collect()
    }

    fn finish_json(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.array(|writer| {
            for snapshot in self.snapshots.iter().filter(|snapshot| self.wants(snapshot.pass)) {
                writer.line();
                writer.object(|writer| {
                    writer.key("function").str(&snapshot.function);
                    writer.key("pass").str(snapshot.pass);
                    writer.key("blocks").literal(&snapshot.drawing);
                });
            }
        });
        let mut bytes = writer.into_bytes();
        bytes.push(b'\n');
        bytes
    }
}
