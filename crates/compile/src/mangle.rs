//! Name mangling: `__private` inside class `C` is `_C__private`.
//!
//! Answers for `_Py_Mangle` of CPython's `Python/symtable.c`.

use rustc_hash::FxHashMap;
use taipan_asdl::{Name, NameTable};
use taipan_text::TextBuf;

/// Mangles names and remembers the results.
#[derive(Debug, Default)]
pub struct Mangler {
    /// For each name seen: 0 not looked at, 1 never mangled, 2 mangled within a class.
    kinds: Vec<u8>,
    mangled: FxHashMap<(Name, Name), Name>,
}

impl Mangler {
    /// What `name` is called inside the class `private`.
    #[inline]
    pub fn mangle(&mut self, names: &mut NameTable, private: Option<Name>, name: Name) -> Name {
        match private {
            None => name,
            Some(private) => self.mangle_in_class(names, private, name),
        }
    }

    fn mangle_in_class(&mut self, names: &mut NameTable, private: Name, name: Name) -> Name {
        let i = name.index();
        if i >= self.kinds.len() {
            self.kinds.resize(names.len(), 0);
        }
        if self.kinds[i] == 0 {
            self.kinds[i] = if is_private(names.text(name).as_bytes()) { 2 } else { 1 };
        }
        if self.kinds[i] == 1 {
            return name;
        }
        if let Some(&mangled) = self.mangled.get(&(private, name)) {
            return mangled;
        }
        let class = names.text(private).as_bytes();
        let stripped =
            class.iter().position(|&b| b != b'_').map_or(&class[class.len()..], |start| &class[start..]);
        let mangled = if stripped.is_empty() {
            name // A class of underscores alone mangles nothing.
        } else {
            let mut text = TextBuf::new();
            text.push_str("_");
            text.push_text(taipan_text::Text::from_bytes(stripped));
            text.push_text(names.text(name));
            names.intern(&text)
        };
        self.mangled.insert((private, name), mangled);
        mangled
    }
}

/// Whether the name starts with two underscores, ends otherwise and has no dot (module names do).
fn is_private(name: &[u8]) -> bool {
    name.starts_with(b"__") && !name.ends_with(b"__") && !name.contains(&b'.')
}
