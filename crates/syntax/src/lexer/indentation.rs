//! Indentation: blanks at the start of a line become `Indent` and `Dedent` tokens.

use super::{Lexer, LexicalCause, Step};
use crate::token::TokenKind;
use taipan_asdl::node::Location;

/// How deep blocks may be nested, the outermost counted.
pub const MAX_INDENT: usize = 100;

const TAB_SIZE: usize = 8;

/// A column measured twice: with tabs to multiples of eight and with tabs as one column. Both must
/// lead to the same structure.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Column {
    wide: usize,
    narrow: usize,
}

/// The indentation of the open blocks.
pub(super) struct Indentation {
    stack: Vec<Column>,
}

impl Indentation {
    pub(super) fn new() -> Indentation {
        Indentation { stack: vec![Column::default()] }
    }

    /// How many blocks are open.
    pub(super) fn depth(&self) -> usize {
        self.stack.len() - 1
    }
}

impl Lexer<'_> {
    /// Reads the blanks that a line begins with and makes tokens of a change. True if the line holds
    /// no statement.
    #[inline]
    pub(super) fn read_indentation(&mut self) -> Step<bool> {
        let mut column = Column::default();
        let mut continued = 0;
        let byte = loop {
            match self.peek() {
                b' ' => {
                    column.wide += 1;
                    column.narrow += 1;
                }
                b'\t' => {
                    column.wide = (column.wide / TAB_SIZE + 1) * TAB_SIZE;
                    column.narrow += 1;
                }
                b'\x0c' => column = Column::default(),
                b'\\' => {
                    // The first backslash behind blanks decides on the indentation.
                    if continued == 0 {
                        continued = column.wide;
                    }
                    self.pos += 1;
                    self.read_continuation()?;
                    self.buffer_start = self.line_start;
                    continue;
                }
                byte => break byte,
            }
            self.pos += 1;
        };
        if matches!(byte, b'#' | b'\n' | b'\r') {
            return Ok(true);
        }
        if self.pos >= self.bytes.len() {
            self.note_end_of_source();
        }
        if self.parens.is_empty() {
            if continued != 0 {
                column = Column { wide: continued, narrow: continued };
            }
            let current = self.indentation.stack[self.indentation.stack.len() - 1];
            if column != current {
                self.change_indentation(column)?;
            }
        }
        Ok(false)
    }

    fn change_indentation(&mut self, column: Column) -> Step {
        let current = self.indentation.stack[self.indentation.stack.len() - 1];
        if column.wide == current.wide {
            return Err(self.stop_at(LexicalCause::TabsAndSpaces));
        }
        if column.wide > current.wide {
            if self.indentation.stack.len() >= MAX_INDENT {
                return Err(self.stop_at(LexicalCause::TooDeep));
            }
            if column.narrow <= current.narrow {
                return Err(self.stop_at(LexicalCause::TabsAndSpaces));
            }
            self.indentation.stack.push(column);
            self.push_block_edge(TokenKind::Indent);
            return Ok(());
        }
        let depth = self.indentation.stack.iter().rposition(|open| open.wide <= column.wide).unwrap_or(0);
        let closed = self.indentation.stack.len() - 1 - depth;
        self.indentation.stack.truncate(depth + 1);
        let outer = self.indentation.stack[depth];
        if outer.wide != column.wide {
            return Err(self.stop_at(LexicalCause::Dedent));
        }
        if outer.narrow != column.narrow {
            return Err(self.stop_at(LexicalCause::TabsAndSpaces));
        }
        if self.pos >= self.bytes.len() {
            self.note_end_of_source();
        }
        for _ in 0..closed {
            self.push_block_edge(TokenKind::Dedent);
        }
        Ok(())
    }

    /// Closes all blocks, at the end of an interactive statement.
    pub(super) fn close_blocks(&mut self) {
        for _ in 0..self.indentation.depth() {
            self.push_block_edge(TokenKind::Dedent);
        }
        self.indentation.stack.truncate(1);
    }

    fn push_block_edge(&mut self, kind: TokenKind) {
        if !self.options.extra_tokens {
            return self.push_bare(kind);
        }
        let column = (self.pos - self.line_start) as i32;
        let (start, first) = match kind {
            TokenKind::Indent => (self.line_start, 0),
            _ => (self.pos, column),
        };
        let location = Location {
            lineno: self.lineno,
            col_offset: first,
            end_lineno: self.lineno,
            end_col_offset: column,
        };
        self.push_at(kind, start, self.pos, location);
    }
}
