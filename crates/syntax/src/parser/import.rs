//! Import statements.

use super::{Failed, Parse, Parser};
use crate::token::TokenKind;
use smallvec::SmallVec;
use taipan_asdl::Name;
use taipan_asdl::node::*;
use taipan_text::{Text, TextBuf};

type Aliases<'a> = SmallVec<[&'a Alias; 8]>;

impl<'a> Parser<'_, 'a> {
    /// `import_name`, at its keyword.
    pub(super) fn parse_import(&mut self) -> Parse<&'a Stmt<'a>> {
        let start = self.expect(TokenKind::Import)?;
        let mut names = Aliases::new();
        loop {
            let first = self.pos;
            let name = self.parse_dotted_name()?;
            names.push(self.finish_alias(first, name)?);
            if !self.accept(TokenKind::Comma) {
                break;
            }
        }
        let names = self.arena.alloc_slice_copy(&names);
        Ok(self.stmt(start, StmtKind::Import { names }))
    }

    /// `import_from`, at its keyword.
    pub(super) fn parse_import_from(&mut self) -> Parse<&'a Stmt<'a>> {
        let start = self.expect(TokenKind::From)?;
        let mut level = 0;
        loop {
            if self.accept(TokenKind::Dot) {
                level += 1;
            } else if self.accept(TokenKind::Ellipsis) {
                level += 3;
            } else {
                break;
            }
        }
        let module = if level > 0 && self.peek() == TokenKind::Import {
            None
        } else {
            Some(self.parse_dotted_name()?)
        };
        self.expect(TokenKind::Import)?;
        let names = self.parse_import_from_targets()?;
        if let (Some(module), 0) = (module, level)
            && self.names.text(module) == Text::new("__future__")
        {
            let barry = Text::new("barry_as_FLUFL");
            self.barry_as_flufl |= names.iter().any(|alias| self.names.text(alias.name) == barry);
        }
        Ok(self.stmt(start, StmtKind::ImportFrom { module, names, level: Some(level) }))
    }

    fn parse_import_from_targets(&mut self) -> Parse<&'a [&'a Alias]> {
        let mut names = Aliases::new();
        if self.accept(TokenKind::Star) {
            let name = self.names.intern(Text::new("*"));
            names.push(self.alias(self.pos - 1, name, None));
            return Ok(self.arena.alloc_slice_copy(&names));
        }
        let parenthesized = self.accept(TokenKind::LeftParen);
        loop {
            let first = self.pos;
            let name = self.expect_name()?;
            names.push(self.finish_alias(first, name)?);
            if parenthesized && self.accept(TokenKind::RightParen) {
                break;
            }
            if !self.accept(TokenKind::Comma) {
                if parenthesized {
                    return Err(Failed);
                }
                break;
            }
            if parenthesized && self.accept(TokenKind::RightParen) {
                break;
            }
        }
        Ok(self.arena.alloc_slice_copy(&names))
    }

    /// Reads `as` and a name, if they are there.
    fn finish_alias(&mut self, start: usize, name: Name) -> Parse<&'a Alias> {
        let asname = if self.accept(TokenKind::As) { Some(self.expect_name()?) } else { None };
        Ok(self.alias(start, name, asname))
    }

    fn alias(&self, start: usize, name: Name, asname: Option<Name>) -> &'a Alias {
        self.arena.alloc(Alias { name, asname, location: self.span(start) })
    }

    /// `dotted_name`
    fn parse_dotted_name(&mut self) -> Parse<Name> {
        let first = self.expect_name()?;
        if self.peek() != TokenKind::Dot {
            return Ok(first);
        }
        let mut joined = TextBuf::new();
        joined.push_text(self.names.text(first));
        while self.accept(TokenKind::Dot) {
            let name = self.expect_name()?;
            joined.push_str(".");
            joined.push_text(self.names.text(name));
        }
        Ok(self.names.intern(&joined))
    }
}
