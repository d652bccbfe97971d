//! Identifiers as small numbers, so that later passes compare and hash integers.

use rustc_hash::FxHashMap;
use std::rc::Rc;
use taipan_text::Text;

/// An identifier: an index into the [`NameTable`] it was made by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(u32);

impl Name {
    /// The index in the table.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The identifiers of one compilation, each once.
#[derive(Default)]
pub struct NameTable {
    texts: Vec<Rc<Text>>,
    index: FxHashMap<Rc<Text>, Name>,
}

impl NameTable {
    /// An empty table.
    pub fn new() -> NameTable {
        NameTable::default()
    }

    /// The number of the identifier `text`, which the caller has normalised (NFKC) already.
    pub fn intern(&mut self, text: &Text) -> Name {
        if let Some(&name) = self.index.get(text) {
            return name;
        }
        let name = Name(u32::try_from(self.texts.len()).expect("a source is shorter than 4 GiB"));
        let shared = text.to_rc();
        self.texts.push(Rc::clone(&shared));
        self.index.insert(shared, name);
        name
    }

    /// The identifier `text`, if the table has it.
    pub fn find(&self, text: &Text) -> Option<Name> {
        self.index.get(text).copied()
    }

    /// The identifier's text.
    pub fn text(&self, name: Name) -> &Text {
        &self.texts[name.index()]
    }

    /// The identifier's text, shared.
    pub fn shared(&self, name: Name) -> &Rc<Text> {
        &self.texts[name.index()]
    }

    /// How many identifiers there are; their indices are below this.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether the table is empty.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}
