//! The modules that CPython freezes: here they come from the library inside the program.

use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, Value};

use crate::state::State;

/// A module that can be loaded without looking into `sys.path`.
pub(super) struct Frozen {
    /// The name that it is imported by.
    pub(super) name: &'static str,
    /// Its file in the library.
    pub(super) path: &'static str,
    /// Whether it is a package.
    pub(super) is_package: bool,
    /// The name of the module that it stands for, with `<` in front for a package; empty if there is
    /// none.
    pub(super) origin: &'static str,
    /// Whether imports don't work without it: it cannot be switched off.
    essential: bool,
}

macro_rules! table {
    ($($name:literal $path:literal $is_package:literal $origin:literal $essential:literal;)*) => {
        /// CPython's tables of frozen modules, in their order.
        static FROZEN: &[Frozen] = &[$(Frozen {
            name: $name,
            path: $path,
            is_package: $is_package,
            origin: $origin,
            essential: $essential,
        }),*];
    };
}

table! {
    "_frozen_importlib" "importlib/_bootstrap.py" false "importlib._bootstrap" true;
    "_frozen_importlib_external" "importlib/_bootstrap_external.py" false "importlib._bootstrap_external" true;
    "zipimport" "zipimport.py" false "zipimport" true;
    "abc" "abc.py" false "abc" false;
    "codecs" "codecs.py" false "codecs" false;
    "io" "io.py" false "io" false;
    "_collections_abc" "_collections_abc.py" false "_collections_abc" false;
    "_sitebuiltins" "_sitebuiltins.py" false "_sitebuiltins" false;
    "genericpath" "genericpath.py" false "genericpath" false;
    "ntpath" "ntpath.py" false "ntpath" false;
    "posixpath" "posixpath.py" false "posixpath" false;
    "os.path" "posixpath.py" false "posixpath" false;
    "os" "os.py" false "os" false;
    "site" "site.py" false "site" false;
    "stat" "stat.py" false "stat" false;
    "importlib.util" "importlib/util.py" false "importlib.util" false;
    "importlib.machinery" "importlib/machinery.py" false "importlib.machinery" false;
    "runpy" "runpy.py" false "runpy" false;
    "__hello__" "__hello__.py" false "__hello__" false;
    "__hello_alias__" "__hello__.py" false "__hello__" false;
    "__phello_alias__" "__hello__.py" true "__hello__" false;
    "__phello_alias__.spam" "__hello__.py" false "__hello__" false;
    "__phello__" "__phello__/__init__.py" true "__phello__" false;
    "__phello__.__init__" "__phello__/__init__.py" false "<__phello__" false;
    "__phello__.ham" "__phello__/ham/__init__.py" true "__phello__.ham" false;
    "__phello__.ham.__init__" "__phello__/ham/__init__.py" false "<__phello__.ham" false;
    "__phello__.ham.eggs" "__phello__/ham/eggs.py" false "__phello__.ham.eggs" false;
    "__phello__.spam" "__phello__/spam.py" false "__phello__.spam" false;
}

/// The names of all frozen modules.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FROZEN.iter().map(|frozen| frozen.name)
}

/// The frozen module of a name, with its code.
pub(super) fn find(thread: &Thread, name: Ref<'_>) -> Option<(&'static Frozen, &'static [u8])> {
    let state = State::of(thread);
    let name = name.downcast::<Str>()?;
    let found = FROZEN.iter().find(|frozen| name.is(frozen.name))?;
    let enabled = match state.frozen_override.get() {
        0 => state.config.frozen_modules,
        choice => choice > 0,
    };
    if !enabled && !found.essential {
        return None;
    }
    Some((found, state.library.as_deref()?.code(found.path)?))
}

/// The file name in the code of a frozen module.
fn file_name(frozen: &Frozen) -> String {
    format!("<frozen {}>", frozen.origin.trim_start_matches('<'))
}

/// The code object of a frozen module.
pub(super) fn code(thread: &mut Thread, frozen: &Frozen, data: &[u8]) -> Outcome {
    super::loader::load_code(thread, data, &file_name(frozen))
}

/// What `_imp.find_frozen` answers of the origin.
pub(super) fn origin(thread: &mut Thread, frozen: &Frozen) -> Outcome {
    if frozen.origin.is_empty() { Ok(Value::none()) } else { thread.str(frozen.origin) }
}
