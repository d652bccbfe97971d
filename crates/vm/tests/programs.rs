//! Runs the programs of `tests/run` and compares what they print with what CPython prints.
//!
//! The builtins are the types, the exceptions, `print` and `len`.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

use bumpalo::Bump;
use taipan_asdl::NameTable;
use taipan_asdl::diagnostic::{Warning, WarningOutcome, WarningSink};
use taipan_code::CodeObject;
use taipan_object::native::{Args, ModuleDef};
use taipan_object::types::dict::Dict;
use taipan_object::types::module::Module;
use taipan_object::types::{BUILTIN_TYPES, builtin, exception};
use taipan_object::{Outcome, Ref, Thread, Value, protocol};
use taipan_text::Text;
use taipan_vm::{BUILD_CLASS, Runtime, eval_code};

thread_local! {
    static OUTPUT: RefCell<String> = const { RefCell::new(String::new()) };
}

fn write_line(line: &str) {
    OUTPUT.with_borrow_mut(|output| {
        output.push_str(line);
        output.push('\n');
    });
}

/// Prints the values.
#[taipan_macros::native(signature = "($module, *args)")]
fn print(thread: &mut Thread, args: Args<'_>) -> Outcome<()> {
    let mut parts = Vec::new();
    for value in args.positionals() {
        parts.push(protocol::str_string(thread, *value)?);
    }
    write_line(&parts.join(" "));
    Ok(())
}

/// Return the number of items in a container.
#[taipan_macros::native(signature = "($module, obj, /)")]
fn len(thread: &mut Thread, obj: Ref<'_>) -> Outcome<usize> {
    protocol::length(thread, obj)
}

/// Return the canonical string representation of the object.
#[taipan_macros::native(signature = "($module, obj, /)")]
fn repr(thread: &mut Thread, obj: Ref<'_>) -> Outcome {
    protocol::repr(thread, obj)
}

/// Return the hash value for the given object.
#[taipan_macros::native(signature = "($module, obj, /)")]
fn hash(thread: &mut Thread, obj: Ref<'_>) -> Outcome<i64> {
    protocol::hash(thread, obj)
}

static BUILTINS: ModuleDef = ModuleDef {
    name: "builtins",
    doc: None,
    functions: &[&[PRINT, LEN, REPR, HASH]],
    exec: Some(|thread, module| {
        for ty in BUILTIN_TYPES.iter().copied().chain(exception::all()) {
            let name = ty.name().into_owned();
            thread.module_add(module, &name, ty.as_ref().to_value())?;
        }
        let build = builtin::native_function(thread, &BUILD_CLASS, Some(module), None)?;
        thread.module_add(module, "__build_class__", build)
    }),
};

struct Ignore;

impl WarningSink for Ignore {
    fn warn(&mut self, _: Warning) -> WarningOutcome {
        WarningOutcome::Reported
    }
}

fn compile(source: &[u8], name: &str) -> Rc<CodeObject> {
    let arena = Bump::new();
    let mut names = NameTable::new();
    let options = taipan_syntax::Options::default();
    let source = taipan_syntax::Source::Bytes(source);
    let tree =
        taipan_syntax::parse(source, taipan_syntax::Mode::Exec, options, &arena, &mut names, &mut Ignore)
            .unwrap_or_else(|error| panic!("{name}: {error:?}"));
    let filename = Text::new(name).to_rc();
    taipan_compile::compile(
        tree,
        &arena,
        &mut names,
        &filename,
        taipan_compile::Options::default(),
        &mut Ignore,
    )
    .unwrap_or_else(|error| panic!("{name}: {error:?}"))
}

fn execute(thread: &mut Thread, code: &Rc<CodeObject>) -> Outcome<()> {
    let builtins = thread.native_module(&BUILTINS)?;
    let dict = Ref::of(builtins.downcast::<Module>().expect("a module").dict()).to_value();
    let modules = thread.dict()?;
    thread.interp().set_modules(modules, dict);
    let code = thread.code(code)?;
    let globals = thread.dict()?;
    let name = thread.str("__main__")?;
    let key = thread.names().__name__.clone();
    globals.downcast::<Dict>().expect("a dict").set_str(thread, key.as_ref(), name)?;
    eval_code(thread, code.as_ref(), globals.as_ref(), globals.as_ref()).map(drop)
}

fn run(path: &Path) -> String {
    let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
    let code = compile(&std::fs::read(path).expect("a readable program"), &name);
    OUTPUT.with_borrow_mut(String::clear);
    let mut runtime =
        Runtime::new((1, 2), 6 << 20, taipan_host::Host::unrestricted()).expect("address space");
    let thread = runtime.thread();
    if execute(thread, &code).is_err() {
        let exception: Value = thread.take_exception().expect("an exception was raised");
        let ty = exception.as_ref().ty().name().into_owned();
        let text = protocol::str_string(thread, exception.as_ref()).unwrap_or_default();
        write_line(&format!("{ty}: {text}"));
    }
    OUTPUT.with_borrow(String::clone)
}

#[test]
fn programs_print_what_cpython_prints() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/run");
    let mut programs: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder of programs")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .collect();
    programs.sort();
    assert!(!programs.is_empty());
    let mut wrong = Vec::new();
    for path in programs {
        let test = path.clone();
        // Native stack as a main thread has it.
        let run = std::thread::Builder::new().stack_size(8 << 20).spawn(move || run(&test));
        let got = run.expect("a thread").join().unwrap_or_else(|_| "panicked\n".to_owned());
        let expected = std::fs::read_to_string(path.with_extension("out")).expect("recorded output");
        if got != expected {
            let line = got.lines().zip(expected.lines()).position(|(a, b)| a != b);
            let line = line.unwrap_or(got.lines().count().min(expected.lines().count()));
            let show = |text: &str| text.lines().nth(line).unwrap_or("<nothing>").to_owned();
            wrong.push(format!(
                "{}, line {}:\n  expected {}\n  got      {}",
                path.display(),
                line + 1,
                show(&expected),
                show(&got)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
