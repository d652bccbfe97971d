//! Text signatures, as CPython's Argument Clinic writes them.

/// What a function is bound to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Receiver {
    /// `$module`
    Module,
    /// `$self`
    Instance,
    /// `$type`
    Class,
    /// Nothing.
    None,
}

/// A parameter.
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Whether it may be left out.
    pub has_default: bool,
}

/// A signature, taken apart.
pub struct Signature {
    /// What the function is bound to.
    pub receiver: Receiver,
    /// The parameters, without the receiver.
    pub parameters: Vec<Parameter>,
    /// How many are positional-only.
    pub positional_only: usize,
    /// How many can be passed by position.
    pub positional: usize,
    /// Whether there is `*args` or `**kwargs`.
    pub variadic: bool,
}

impl Signature {
    /// Takes `text` apart.
    pub fn parse(text: &str) -> Result<Signature, String> {
        let inner = text
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'))
            .ok_or("a signature is written in parentheses")?;
        let mut signature = Signature {
            receiver: Receiver::None,
            parameters: Vec::new(),
            positional_only: 0,
            positional: 0,
            variadic: false,
        };
        let mut keyword_only = false;
        for part in split(inner) {
            match part.trim() {
                "" => {}
                "$module" => signature.receiver = Receiver::Module,
                "$self" => signature.receiver = Receiver::Instance,
                "$type" => signature.receiver = Receiver::Class,
                "/" => signature.positional_only = signature.parameters.len(),
                "*" => keyword_only = true,
                part if part.starts_with('*') => {
                    signature.variadic = true;
                    keyword_only = true;
                }
                part => {
                    let (name, has_default) = match part.split_once('=') {
                        Some((name, _)) => (name.trim(), true),
                        None => (part, false),
                    };
                    signature.parameters.push(Parameter { name: name.to_owned(), has_default });
                    if !keyword_only {
                        signature.positional = signature.parameters.len();
                    }
                }
            }
        }
        Ok(signature)
    }

    /// Whether there is exactly one parameter, positional-only and required.
    pub fn is_one(&self) -> bool {
        self.parameters.len() == 1 && self.positional_only == 1 && !self.parameters[0].has_default
    }
}

/// The parts between commas that are in no bracket or quotes.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut quote, mut start) = (0_i32, None, 0);
    for (index, c) in text.char_indices() {
        match (c, quote) {
            (_, Some(open)) => {
                if c == open {
                    quote = None;
                }
            }
            ('\'' | '"', None) => quote = Some(c),
            ('(' | '[' | '{', None) => depth += 1,
            (')' | ']' | '}', None) => depth -= 1,
            (',', None) if depth == 0 => {
                parts.push(&text[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}
