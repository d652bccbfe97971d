//! The parameters of functions and lambdas.

use super::{Failed, Parse, Parser};
use crate::token::TokenKind;
use smallvec::SmallVec;
use taipan_asdl::node::*;

type Args<'a> = SmallVec<[&'a Arg<'a>; 8]>;

/// What a list of parameters belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// A `def`: annotations and type comments, up to a parenthesis.
    Function,
    /// A `lambda`: bare names, up to a colon.
    Lambda,
}

impl Owner {
    fn close(self) -> TokenKind {
        match self {
            Owner::Function => TokenKind::RightParen,
            Owner::Lambda => TokenKind::Colon,
        }
    }
}

/// What an annotation may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Annotation {
    Plain,
    MayBeStarred,
}

/// Parameters read so far.
struct Parameters<'a> {
    owner: Owner,
    posonlyargs: Args<'a>,
    args: Args<'a>,
    vararg: Option<&'a Arg<'a>>,
    kwonlyargs: Args<'a>,
    kwarg: Option<&'a Arg<'a>>,
    /// A `/` was read.
    slash: bool,
    /// A `*` was read.
    star: bool,
    /// A positional parameter has a default.
    defaulted: bool,
}

impl<'a> Parser<'_, 'a> {
    /// The parameters of a function, with their parentheses.
    pub(super) fn parse_parameters(&mut self) -> Parse<&'a Arguments<'a>> {
        self.expect(TokenKind::LeftParen)?;
        let arguments = self.parse_parameter_list(Owner::Function)?;
        self.expect(TokenKind::RightParen)?;
        Ok(arguments)
    }

    /// The parameters of a lambda, before its colon.
    pub(super) fn parse_lambda_parameters(&mut self) -> Parse<&'a Arguments<'a>> {
        self.parse_parameter_list(Owner::Lambda)
    }

    fn parse_parameter_list(&mut self, owner: Owner) -> Parse<&'a Arguments<'a>> {
        const PARAMETER_COST: u32 = 6;
        self.enter(PARAMETER_COST)?;
        let mark = self.exprs.len();
        let optional_mark = self.optional_exprs.len();
        let mut list = Parameters {
            owner,
            posonlyargs: Args::new(),
            args: Args::new(),
            vararg: None,
            kwonlyargs: Args::new(),
            kwarg: None,
            slash: false,
            star: false,
            defaulted: false,
        };
        while self.peek() != owner.close() {
            self.parse_parameter_item(&mut list)?;
        }
        if list.slash {
            self.check_version(8)?;
        }
        let defaults = self.take_exprs(mark);
        let kw_defaults = self.take_optional_exprs(optional_mark);
        self.leave(PARAMETER_COST);
        Ok(self.arena.alloc(Arguments {
            posonlyargs: self.arena.alloc_slice_copy(&list.posonlyargs),
            args: self.arena.alloc_slice_copy(&list.args),
            vararg: list.vararg,
            kwonlyargs: self.arena.alloc_slice_copy(&list.kwonlyargs),
            kw_defaults,
            kwarg: list.kwarg,
            defaults,
        }))
    }

    /// Reads one parameter or separator, with the comma behind it.
    fn parse_parameter_item(&mut self, list: &mut Parameters<'a>) -> Parse<()> {
        match self.peek() {
            TokenKind::Name if list.star => {
                let mut arg = self.parse_parameter(list.owner, Annotation::Plain)?;
                let default = self.parse_default()?;
                self.optional_exprs.push(default);
                self.end_parameter(list.owner, &mut arg)?;
                list.kwonlyargs.push(self.arena.alloc(arg));
            }
            TokenKind::Name => {
                let mut arg = self.parse_parameter(list.owner, Annotation::Plain)?;
                match self.parse_default()? {
                    Some(default) => {
                        self.exprs.push(default);
                        list.defaulted = true;
                    }
                    None if list.defaulted => return Err(Failed),
                    None => {}
                }
                self.end_parameter(list.owner, &mut arg)?;
                list.args.push(self.arena.alloc(arg));
            }
            TokenKind::Slash => {
                if list.slash || list.star || list.args.is_empty() {
                    return Err(Failed);
                }
                self.pos += 1;
                list.slash = true;
                list.posonlyargs = std::mem::take(&mut list.args);
                if !self.accept(TokenKind::Comma) && self.peek() != list.owner.close() {
                    return Err(Failed);
                }
            }
            TokenKind::Star if !list.star => {
                self.pos += 1;
                list.star = true;
                if self.accept(TokenKind::Comma) {
                    // Alone, it must be followed by a parameter.
                    return if self.peek() == TokenKind::Name { Ok(()) } else { Err(Failed) };
                }
                let mut arg = self.parse_parameter(list.owner, Annotation::MayBeStarred)?;
                self.end_parameter(list.owner, &mut arg)?;
                list.vararg = Some(self.arena.alloc(arg));
            }
            TokenKind::DoubleStar => {
                self.pos += 1;
                let mut arg = self.parse_parameter(list.owner, Annotation::Plain)?;
                self.end_parameter(list.owner, &mut arg)?;
                list.kwarg = Some(self.arena.alloc(arg));
                if self.peek() != list.owner.close() {
                    return Err(Failed);
                }
            }
            _ => return Err(Failed),
        }
        Ok(())
    }

    /// A name with its annotation.
    fn parse_parameter(&mut self, owner: Owner, annotation: Annotation) -> Parse<Arg<'a>> {
        let start = self.pos;
        let arg = self.expect_name()?;
        let mut value = None;
        if owner == Owner::Function && self.accept(TokenKind::Colon) {
            value = Some(match annotation {
                Annotation::Plain => self.parse_expression()?,
                Annotation::MayBeStarred => self.parse_star_expression()?,
            });
        }
        Ok(Arg { arg, annotation: value, type_comment: None, location: self.span(start) })
    }

    fn parse_default(&mut self) -> Parse<Option<&'a Expr<'a>>> {
        if self.accept(TokenKind::Equal) { self.parse_expression().map(Some) } else { Ok(None) }
    }

    /// Reads what separates a parameter from the next, and its type comment.
    fn end_parameter(&mut self, owner: Owner, arg: &mut Arg<'a>) -> Parse<()> {
        let comma = self.accept(TokenKind::Comma);
        if owner == Owner::Function {
            arg.type_comment = self.parse_type_comment();
        }
        if comma || self.peek() == owner.close() { Ok(()) } else { Err(Failed) }
    }
}
