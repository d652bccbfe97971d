//! Trees too deep for the native stack are answered with RecursionError; those that are merely
//! deep compile.

use super::compile;
use taipan_asdl::diagnostic::ErrorKind;
use taipan_compile::Options;
use taipan_syntax::Mode;

/// Left-leaning chains, which the parser builds without recursion.
const CHAINS: [(&str, &str, &str); 6] = [
    ("1", "+1", ""),
    ("a", ".b", ""),
    ("a", "()", ""),
    ("a", "[0]", ""),
    ("x = a", " @ b[c].d(e)", ""),
    ("'%s' % (a", " + a", ",)"),
];

fn outcome(depth: usize, (start, link, end): (&str, &str, &str)) -> Result<(), ErrorKind> {
    let source = format!("{start}{}{end}\n", link.repeat(depth));
    // Enough for an unoptimised build to go some way.
    let options = Options { stack_budget: 3 << 20, ..Options::default() };
    std::thread::Builder::new()
        .stack_size(64 << 20)
        .spawn(move || {
            compile(&source, "<test>", Mode::Exec, options, &mut Vec::new()).map(drop).map_err(|e| e.kind)
        })
        .expect("a thread can be started")
        .join()
        .expect("nothing overflows or panics")
}

#[test]
fn depth_that_fits_compiles() {
    for chain in CHAINS {
        assert_eq!(outcome(100, chain), Ok(()), "{chain:?}");
    }
}

#[test]
fn depth_that_does_not_fit_is_a_recursion_error() {
    for chain in CHAINS {
        assert_eq!(outcome(100_000, chain), Err(ErrorKind::RecursionError), "{chain:?}");
    }
}
