//! The names that the compiler itself looks for or introduces.

use taipan_asdl::{Name, NameTable};
use taipan_text::Text;

macro_rules! well_known {
    ($($field:ident = $text:literal),* $(,)?) => {
        /// Names known to the compiler, in the name table of one compilation.
        #[derive(Clone, Copy, Debug)]
        #[allow(missing_docs)]
        pub struct WellKnown { $(pub $field: Name),* }

        impl WellKnown {
            /// Interns them.
            pub fn new(names: &mut NameTable) -> WellKnown {
                WellKnown { $($field: names.intern(Text::new($text))),* }
            }
        }
    };
}

well_known! {
    annotate = "__annotate__",
    annotate_func = "__annotate_func__",
    annotations = "__annotations__",
    class = "__class__",
    classcell = "__classcell__",
    classdict = "__classdict__",
    classdictcell = "__classdictcell__",
    conditional_annotations = "__conditional_annotations__",
    debug = "__debug__",
    doc = "__doc__",
    firstlineno = "__firstlineno__",
    future = "__future__",
    module = "__module__",
    name = "__name__",
    qualname = "__qualname__",
    static_attributes = "__static_attributes__",
    type_params = "__type_params__",
    dot_0 = ".0",
    dot_defaults = ".defaults",
    dot_format = ".format",
    dot_generic_base = ".generic_base",
    dot_kwdefaults = ".kwdefaults",
    dot_type_params = ".type_params",
    all = "all",
    any = "any",
    empty = "",
    format = "format",
    genexpr = "genexpr",
    join = "join",
    lambda = "lambda",
    listcomp = "listcomp",
    dictcomp = "dictcomp",
    setcomp = "setcomp",
    anonymous_module = "<module>",
    anonymous_lambda = "<lambda>",
    anonymous_genexpr = "<genexpr>",
    anonymous_listcomp = "<listcomp>",
    anonymous_setcomp = "<setcomp>",
    anonymous_dictcomp = "<dictcomp>",
    return_ = "return",
    self_ = "self",
    star = "*",
    super_ = "super",
    top = "top",
    tuple = "tuple",
}
