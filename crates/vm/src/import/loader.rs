//! The importer of the library inside the program: what `zipimport.zipimporter` is for archives.
//!
//! The library appears in `sys.path` as an archive that does not exist as a file; this importer is
//! asked about that path and those below it, and answers as zipimport would, so that `__file__`,
//! `get_data`, `get_source` and tracebacks work.

use taipan_layout::Header;
use taipan_macros::native;
use taipan_object::native::{Args, MemberDef, MethodDef, Parameters};
use taipan_object::typeobject::{Slots, TypeDef, TypeFlags, Visitor};
use taipan_object::types::exception::{IMPORT_ERROR, OS_ERROR};
use taipan_object::types::list::List;
use taipan_object::types::module::Module;
use taipan_object::types::object::OBJECT_SLOTS;
use taipan_object::types::str::Str;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Outcome, Raised, Ref, Thread, Type, Value, object, protocol};

use super::import_error_from;
use super::library::Library;
use crate::call::eval_code;
use crate::state::State;
use crate::sys::CACHE_TAG;

/// An importer of the library, or of a folder in it.
#[repr(C)]
pub(crate) struct LibraryImporter {
    head: Header,
    /// The path of the archive that the library appears as.
    archive: Value,
    /// The folder in it, empty or with `/` at its end.
    prefix: Value,
}

object!(LibraryImporter, LIBRARY_IMPORTER);

/// The type `LibraryImporter`.
pub(crate) static LIBRARY_IMPORTER: Type = Type::new::<LibraryImporter>(
    &TypeDef {
        doc: Some("Imports modules from the library inside the program."),
        signature: Some("(path, /)"),
        methods: &[METHODS],
        members: &[
            MemberDef { name: "archive", doc: None, get: |_, object| Ok(Some(own(object).archive.clone())) },
            MemberDef { name: "prefix", doc: None, get: |_, object| Ok(Some(own(object).prefix.clone())) },
        ],
        ..TypeDef::new("_imp.LibraryImporter")
    },
    TypeFlags::CONTAINER,
    Slots {
        drop: taipan_object::typeobject::drop_object::<LibraryImporter>,
        traverse,
        new: Some(new),
        repr: Some(repr),
        ..OBJECT_SLOTS
    },
);

const METHODS: &[MethodDef] = &[
    CREATE_MODULE,
    EXEC_MODULE,
    FIND_SPEC,
    GET_CODE,
    GET_DATA,
    GET_FILENAME,
    GET_SOURCE,
    INVALIDATE_CACHES,
    IS_PACKAGE,
    ITER_MODULES,
];

fn own(object: Ref<'_>) -> &LibraryImporter {
    object.downcast().expect("the type's own slots and methods")
}

/// # Safety
/// The object is an importer.
unsafe fn traverse(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the caller's promise.
    let own = unsafe { &*object.cast::<LibraryImporter>() };
    visitor.visit(&own.archive);
    visitor.visit(&own.prefix);
}

/// Runs code in a module.
pub(super) fn run_in(thread: &mut Thread, module: &Value, code: &Value) -> Outcome<()> {
    let Some(own) = module.downcast::<Module>() else {
        return Err(thread.type_error("a module is needed"));
    };
    let dict = Ref::of(own.dict()).to_value();
    let name = thread.names().__builtins__.clone();
    let builtins = thread.interp().builtins().to_value();
    let known = own.dict().get_str(thread, name.downcast::<Str>().expect("a name")).is_some();
    if !known {
        own.dict().set_str(thread, name.as_ref(), builtins)?;
    }
    eval_code(thread, code.as_ref(), dict.as_ref(), dict.as_ref()).map(drop)
}

/// The code object in the data of a module, under the name of its file here.
pub(super) fn load_code(thread: &mut Thread, data: &[u8], filename: &str) -> Outcome {
    crate::marshal::load_code_as(thread, data, filename)
}

fn library<'i>(thread: &mut Thread) -> Outcome<&'i dyn Library> {
    match State::of(thread).library.as_deref() {
        Some(library) => Ok(library),
        None => Err(thread.import_error("there is no library inside the program")),
    }
}

/// The path of the archive that the library appears as.
fn archive(thread: &Thread) -> Option<String> {
    let path = State::of(thread).config.paths.stdlib.as_ref()?;
    Some(String::from_utf8_lossy(path).into_owned())
}

/// The importer of the library itself; none without a library.
pub(super) fn of_library(thread: &mut Thread) -> Outcome<Option<Value>> {
    let (Some(archive), true) = (archive(thread), State::of(thread).library.is_some()) else {
        return Ok(None);
    };
    make(thread, &archive, "").map(Some)
}

fn make(thread: &mut Thread, archive: &str, prefix: &str) -> Outcome {
    let (archive, prefix) = (thread.str(archive)?, thread.str(prefix)?);
    thread.new_object(|head| LibraryImporter { head, archive, prefix })
}

fn new<'a>(thread: &mut Thread, _: &'a Type, args: Args<'a>) -> Outcome {
    const PARAMETERS: Parameters = Parameters {
        function: "LibraryImporter",
        names: &["path"],
        positional_only: 1,
        positional: 1,
        required: 1,
        required_keywords: 0,
    };
    let [path] = PARAMETERS.parse::<1>(thread, args)?;
    let path = protocol::str_string(thread, path.expect("required"))?;
    let archive = archive(thread);
    let inside = archive.as_deref().and_then(|archive| path.strip_prefix(archive));
    if let (Some(inside), Some(archive)) = (inside, &archive) {
        let folder = inside.trim_matches('/');
        let library = library(thread)?;
        if (inside.is_empty() || inside.starts_with('/')) && library.list(folder).is_some() {
            let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
            return make(thread, archive, &prefix);
        }
    }
    Err(thread.raise_new(&IMPORT_ERROR, format!("not in the library: {path}")))
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let archive = protocol::str_string(thread, own(object).archive.as_ref())?;
    let prefix = protocol::str_string(thread, own(object).prefix.as_ref())?;
    thread.str(&format!("<LibraryImporter object \"{archive}/{prefix}\">"))
}

/// A module of the library: its file and whether it is a package.
struct Found {
    path: String,
    is_package: bool,
}

impl LibraryImporter {
    /// Looks for the module that is last in a dotted name.
    fn find(&self, thread: &mut Thread, fullname: &str) -> Outcome<Option<Found>> {
        let prefix = protocol::str_string(thread, self.prefix.as_ref())?;
        let name = fullname.rsplit('.').next().unwrap_or(fullname);
        let library = library(thread)?;
        let package = format!("{prefix}{name}/__init__.py");
        if library.has_file(&package) {
            return Ok(Some(Found { path: package, is_package: true }));
        }
        let module = format!("{prefix}{name}.py");
        let found = library.has_file(&module).then_some(Found { path: module, is_package: false });
        Ok(found)
    }

    /// As [`LibraryImporter::find`], but what is not there is an error.
    fn require(&self, thread: &mut Thread, fullname: Ref<'_>) -> Outcome<Found> {
        let text = protocol::str_string(thread, fullname)?;
        match self.find(thread, &text)? {
            Some(found) => Ok(found),
            None => {
                let shown = protocol::repr_string(thread, fullname)?;
                let message = format!("can't find module {shown}");
                Err(import_error_from(thread, &message, fullname, Ref::none(), Ref::none()))
            }
        }
    }

    /// The path by which programs know a file.
    fn outside(&self, thread: &mut Thread, path: &str) -> Outcome<String> {
        Ok(format!("{}/{path}", protocol::str_string(thread, self.archive.as_ref())?))
    }

    fn code(&self, thread: &mut Thread, found: &Found) -> Outcome {
        let library = library(thread)?;
        let Some(data) = library.code(&found.path) else {
            return Err(thread.import_error(format!("no code for {}", found.path)));
        };
        let filename = self.outside(thread, &found.path)?;
        load_code(thread, data, &filename)
    }
}

/// Create a ModuleSpec for the specified module.
///
/// Returns None if the module cannot be found.
#[native(signature = "($self, /, fullname, path=None, target=None)")]
fn find_spec(
    thread: &mut Thread,
    this: &LibraryImporter,
    fullname: Ref<'_>,
    path: Option<Ref<'_>>,
    _target: Option<Ref<'_>>,
) -> Outcome {
    // As a finder of `sys.meta_path` it is asked with a package's path.
    let folder = path.and_then(|path| path.downcast::<List>()).and_then(|path| path.get(thread, 0));
    if let Some(folder) = folder {
        let Ok(below) = new(thread, &LIBRARY_IMPORTER, Args::positional(&[folder.as_ref()])) else {
            drop(thread.take_exception());
            return Ok(Value::none());
        };
        let below = below.downcast::<LibraryImporter>().expect("just made");
        return find_spec(thread, below, fullname, None, None);
    }
    let text = protocol::str_string(thread, fullname)?;
    let importlib = State::of(thread).importlib.get().expect("whoever calls is importlib");
    let key = thread.intern("ModuleSpec")?;
    let make_spec = protocol::get_attribute(thread, importlib.as_ref(), key.as_ref())?;
    let Some(found) = this.find(thread, &text)? else {
        return namespace_spec(thread, this, fullname, &make_spec);
    };
    let origin = this.outside(thread, &found.path)?;
    let origin = thread.str(&origin)?;
    let names = ["origin", "is_package"].map(|name| thread.intern(name));
    let [first, second] = names;
    let names = thread.tuple([first?, second?])?;
    let is_package = Ref::bool(found.is_package);
    let values = [fullname, Ref::of(this), origin.as_ref(), is_package];
    let args = Args::with_names(&values, names.downcast::<Tuple>());
    let spec = protocol::call_args(thread, make_spec.as_ref(), args)?;
    let key = thread.intern("_set_fileattr")?;
    protocol::set_attribute(thread, spec.as_ref(), key.as_ref(), Some(Ref::bool(true)))?;
    // Where a compiled file would be: what `importlib.util.cache_from_source` answers.
    let cached = {
        let (folder, file) = found.path.rsplit_once('/').unwrap_or(("", &found.path));
        let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let name = file.trim_end_matches(".py");
        this.outside(thread, &format!("{folder}__pycache__/{name}.{CACHE_TAG}.pyc"))?
    };
    let cached = thread.str(&cached)?;
    let key = thread.intern("_cached")?;
    protocol::set_attribute(thread, spec.as_ref(), key.as_ref(), Some(cached.as_ref()))?;
    if found.is_package {
        let folder = found.path.trim_end_matches("/__init__.py");
        let folder = this.outside(thread, folder)?;
        let folder = thread.str(&folder)?;
        add_location(thread, &spec, folder)?;
    }
    Ok(spec)
}

fn add_location(thread: &mut Thread, spec: &Value, folder: Value) -> Outcome<()> {
    let key = thread.intern("submodule_search_locations")?;
    let locations = thread.list(vec![folder])?;
    protocol::set_attribute(thread, spec.as_ref(), key.as_ref(), Some(locations.as_ref()))
}

/// A folder without `__init__.py` is a part of a namespace package.
fn namespace_spec(
    thread: &mut Thread,
    this: &LibraryImporter,
    fullname: Ref<'_>,
    make_spec: &Value,
) -> Outcome {
    let text = protocol::str_string(thread, fullname)?;
    let prefix = protocol::str_string(thread, this.prefix.as_ref())?;
    let folder = format!("{prefix}{}", text.rsplit('.').next().unwrap_or(&text));
    if library(thread)?.list(&folder).is_none() {
        return Ok(Value::none());
    }
    let names = [thread.names().name.clone(), thread.intern("loader")?, thread.intern("is_package")?];
    let names = thread.tuple(names)?;
    let values = [fullname, Ref::none(), Ref::bool(true)];
    let args = Args::with_names(&values, names.downcast::<Tuple>());
    let spec = protocol::call_args(thread, make_spec.as_ref(), args)?;
    let folder = this.outside(thread, &folder)?;
    let folder = thread.str(&folder)?;
    add_location(thread, &spec, folder)?;
    Ok(spec)
}

/// Use default semantics for module creation.
#[native(signature = "($self, /, spec)")]
fn create_module(_: &mut Thread, _this: &LibraryImporter, _spec: Ref<'_>) {}

/// Execute the module.
#[native(signature = "($self, /, module)")]
fn exec_module(thread: &mut Thread, this: &LibraryImporter, module: Ref<'_>) -> Outcome<()> {
    let name = thread.names().__name__.clone();
    let name = protocol::get_attribute(thread, module, name.as_ref())?;
    let found = this.require(thread, name.as_ref())?;
    let code = this.code(thread, &found)?;
    run_in(thread, &module.to_value(), &code)
}

/// Return the code object for the specified module.
#[native(signature = "($self, /, fullname)")]
fn get_code(thread: &mut Thread, this: &LibraryImporter, fullname: Ref<'_>) -> Outcome {
    let found = this.require(thread, fullname)?;
    this.code(thread, &found)
}

/// Return the data associated with a path.
#[native(signature = "($self, /, pathname)")]
fn get_data(thread: &mut Thread, this: &LibraryImporter, pathname: Ref<'_>) -> Outcome {
    let path = protocol::str_string(thread, pathname)?;
    let archive = protocol::str_string(thread, this.archive.as_ref())?;
    let inside = path.strip_prefix(&archive).map_or(path.as_str(), |rest| rest.trim_start_matches('/'));
    match library(thread)?.contents(inside) {
        Some(contents) => thread.bytes_from(contents),
        None => Err(no_file(thread, pathname)),
    }
}

fn no_file(thread: &mut Thread, path: Ref<'_>) -> Raised {
    let empty = match thread.str("") {
        Ok(empty) => empty,
        Err(raised) => return raised,
    };
    let number = Value::small_int(0);
    match protocol::call(thread, OS_ERROR.as_ref(), &[number.as_ref(), empty.as_ref(), path]) {
        Ok(exception) => thread.raise(exception),
        Err(raised) => raised,
    }
}

/// Return the filename for the specified module.
#[native(signature = "($self, /, fullname)")]
fn get_filename(thread: &mut Thread, this: &LibraryImporter, fullname: Ref<'_>) -> Outcome<String> {
    let found = this.require(thread, fullname)?;
    this.outside(thread, &found.path)
}

/// Return the source code for the specified module.
#[native(signature = "($self, /, fullname)")]
fn get_source(thread: &mut Thread, this: &LibraryImporter, fullname: Ref<'_>) -> Outcome {
    let found = this.require(thread, fullname)?;
    match library(thread)?.contents(&found.path) {
        Some(contents) => thread.str(&String::from_utf8_lossy(&contents)),
        None => Ok(Value::none()),
    }
}

/// Nothing is cached.
#[native(signature = "($self, /)")]
fn invalidate_caches(_: &mut Thread, _this: &LibraryImporter) {}

/// Return True if the module is a package.
#[native(signature = "($self, /, fullname)")]
fn is_package(thread: &mut Thread, this: &LibraryImporter, fullname: Ref<'_>) -> Outcome<bool> {
    Ok(this.require(thread, fullname)?.is_package)
}

/// The modules here, each with whether it is a package: for pkgutil.
#[native(signature = "($self, /, prefix='')")]
fn iter_modules(thread: &mut Thread, this: &LibraryImporter, prefix: Option<&Str>) -> Outcome {
    let prefix = prefix.map(|prefix| prefix.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = protocol::str_string(thread, this.prefix.as_ref())?;
    let library = library(thread)?;
    let mut found = Vec::new();
    for (name, is_folder) in library.list(folder.trim_end_matches('/')).unwrap_or_default() {
        let module = match name.strip_suffix(".py") {
            Some("__init__") | None if !is_folder => continue,
            Some(module) => module,
            None if library.has_file(&format!("{folder}{name}/__init__.py")) => &name,
            None => continue,
        };
        let module = thread.str(&format!("{prefix}{module}"))?;
        found.push(thread.tuple([module, Value::bool(is_folder)])?);
    }
    thread.list(found)
}
