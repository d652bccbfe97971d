//! Runs a `.pyc` file with the few builtins that measuring the loop needs, and calls its `main`.
//!
//! `pyc FILE [ROUNDS]` prints the result once and the CPU seconds of each round.

use std::rc::Rc;

use taipan_code::Const;
use taipan_object::native::{Binding, MethodDef, ModuleDef, NativeCall};
use taipan_object::types::BUILTIN_TYPES;
use taipan_object::types::dict::Dict;
use taipan_object::types::exception;
use taipan_object::types::module::Module;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};
use taipan_vm::{BUILD_CLASS, Runtime, eval_code};

static BUILTINS: ModuleDef = ModuleDef {
    name: "builtins",
    doc: None,
    functions: &[&[
        MethodDef {
            name: "print",
            doc: None,
            signature: None,
            call: NativeCall::Many(|thread, _, args| {
                let mut line = Vec::new();
                for value in args.positionals() {
                    line.push(protocol::str_string(thread, *value)?);
                }
                println!("{}", line.join(" "));
                Ok(Value::none())
            }),
            binding: Binding::Instance,
        },
        MethodDef {
            name: "len",
            doc: None,
            signature: None,
            call: NativeCall::One(|thread, _, object| {
                let length = protocol::length(thread, object)?;
                thread.int(length as i128)
            }),
            binding: Binding::Instance,
        },
    ]],
    exec: Some(|thread, module| {
        for ty in BUILTIN_TYPES.iter().copied().chain(exception::all()) {
            let name = ty.name().into_owned();
            thread.module_add(module, &name, ty.as_ref().to_value())?;
        }
        let build = taipan_object::types::builtin::native_function(thread, &BUILD_CLASS, Some(module), None)?;
        thread.module_add(module, "__build_class__", build)
    }),
};

fn cpu_seconds() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the structure is ours.
    #[allow(unsafe_code)]
    unsafe {
        libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time)
    };
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

fn run(thread: &mut Thread, path: &str, rounds: usize) -> Outcome<()> {
    let file = std::fs::read(path).expect("a readable file");
    let (_, body) = taipan_code::pyc::PycHeader::read(&file).expect("a .pyc file");
    let Const::Code(code) = taipan_code::marshal::loads(body).expect("marshal data") else {
        panic!("not a code object")
    };
    let code: Rc<_> = code;
    let builtins = thread.native_module(&BUILTINS)?;
    let dict = Ref::of(builtins.downcast::<Module>().expect("a module").dict()).to_value();
    let modules = thread.dict()?;
    thread.interp().set_modules(modules, dict);
    let code = thread.code(&code)?;
    let globals = thread.dict()?;
    let name = thread.str("bench")?;
    let key = thread.names().__name__.clone();
    globals.downcast::<Dict>().expect("a dict").set_str(thread, key.as_ref(), name)?;
    eval_code(thread, code.as_ref(), globals.as_ref(), globals.as_ref())?;
    let main = thread.intern("main")?;
    let table = globals.downcast::<Dict>().expect("a dict");
    let Some(main) =
        table.get_str(thread, main.downcast::<Str>().expect("a name")).map(|main| main.to_value())
    else {
        return Ok(());
    };
    let mut times = Vec::new();
    for round in 0..rounds {
        let start = cpu_seconds();
        let result = protocol::call(thread, main.as_ref(), &[])?;
        times.push(format!("{:.4}", cpu_seconds() - start));
        if round == 0 {
            println!("{}", protocol::repr_string(thread, result.as_ref())?);
        }
    }
    println!("{}", times.join(" "));
    Ok(())
}

fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().expect("a file");
    let rounds = args.next().and_then(|rounds| rounds.parse().ok()).unwrap_or(3);
    let mut runtime =
        Runtime::new((1, 2), 8 << 20, taipan_host::Host::unrestricted()).expect("address space");
    let thread = runtime.thread();
    if run(thread, &path, rounds).is_err() {
        let exception = thread.take_exception().expect("raised");
        let ty = exception.as_ref().ty().name().into_owned();
        eprintln!("{ty}: {}", protocol::str_string(thread, exception.as_ref()).unwrap_or_default());
        std::process::exit(1);
    }
}
