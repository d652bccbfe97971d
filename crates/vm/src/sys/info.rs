//! The struct sequences of `sys` that never change.

use taipan_object::{Outcome, Ref, Thread, Value, structseq};

use crate::config::Config;

structseq! {
    /// The type of `sys.flags`.
    static FLAGS = "sys.flags", visible 18, slots SLOTS_WITHOUT_NEW,
    doc Some("sys.flags\n\nFlags provided through command line arguments or environment vars."),
    fields {
        "debug": "-d",
        "inspect": "-i",
        "interactive": "-i",
        "optimize": "-O or -OO",
        "dont_write_bytecode": "-B",
        "no_user_site": "-s",
        "no_site": "-S",
        "ignore_environment": "-E",
        "verbose": "-v",
        "bytes_warning": "-b",
        "quiet": "-q",
        "hash_randomization": "-R",
        "isolated": "-I",
        "dev_mode": "-X dev",
        "utf8_mode": "-X utf8",
        "warn_default_encoding": "-X warn_default_encoding",
        "safe_path": "-P",
        "int_max_str_digits": "-X int_max_str_digits",
        "gil": "-X gil",
        "thread_inherit_context": "-X thread_inherit_context",
        "context_aware_warnings": "-X context_aware_warnings",
    }
}

structseq! {
    /// The type of `sys.float_info`.
    static FLOAT_INFO = "sys.float_info", visible 11, slots SLOTS,
    doc Some("sys.float_info\n\nA named tuple holding information about the float type. It contains low level\ninformation about the precision and internal representation. Please study\nyour system's :file:`float.h` for more information."),
    fields {
        "max": "DBL_MAX -- maximum representable finite float",
        "max_exp": "DBL_MAX_EXP -- maximum int e such that radix**(e-1) is representable",
        "max_10_exp": "DBL_MAX_10_EXP -- maximum int e such that 10**e is representable",
        "min": "DBL_MIN -- Minimum positive normalized float",
        "min_exp": "DBL_MIN_EXP -- minimum int e such that radix**(e-1) is a normalized float",
        "min_10_exp": "DBL_MIN_10_EXP -- minimum int e such that 10**e is a normalized float",
        "dig": "DBL_DIG -- maximum number of decimal digits that can be faithfully represented in a float",
        "mant_dig": "DBL_MANT_DIG -- mantissa digits",
        "epsilon": "DBL_EPSILON -- Difference between 1 and the next representable float",
        "radix": "FLT_RADIX -- radix of exponent",
        "rounds": "FLT_ROUNDS -- rounding mode used for arithmetic operations",
    }
}

structseq! {
    /// The type of `sys.hash_info`.
    static HASH_INFO = "sys.hash_info", visible 9, slots SLOTS,
    doc Some("hash_info\n\nA named tuple providing parameters used for computing\nhashes. The attributes are read only."),
    fields {
        "width": "width of the type used for hashing, in bits",
        "modulus": "prime number giving the modulus on which the hash function is based",
        "inf": "value to be used for hash of a positive infinity",
        "nan": "value to be used for hash of a nan",
        "imag": "multiplier used for the imaginary part of a complex number",
        "algorithm": "name of the algorithm for hashing of str, bytes and memoryviews",
        "hash_bits": "internal output size of hash algorithm",
        "seed_bits": "seed size of hash algorithm",
        "cutoff": "small string optimization cutoff",
    }
}

structseq! {
    /// The type of `sys.int_info`.
    static INT_INFO = "sys.int_info", visible 4, slots SLOTS,
    doc Some("sys.int_info\n\nA named tuple that holds information about Python's\ninternal representation of integers.  The attributes are read only."),
    fields {
        "bits_per_digit": "size of a digit in bits",
        "sizeof_digit": "size in bytes of the C type used to represent a digit",
        "default_max_str_digits": "maximum string conversion digits limitation",
        "str_digits_check_threshold": "minimum positive value for int_max_str_digits",
    }
}

structseq! {
    /// The type of `sys.thread_info`.
    static THREAD_INFO = "sys.thread_info", visible 3, slots SLOTS,
    doc Some("sys.thread_info\n\nA named tuple holding information about the thread implementation."),
    fields {
        "name": "name of the thread implementation",
        "lock": "name of the lock implementation",
        "version": "name and version of the thread library",
    }
}

structseq! {
    /// The type of `sys.version_info`.
    static VERSION_INFO = "sys.version_info", visible 5, slots SLOTS_WITHOUT_NEW,
    doc Some("sys.version_info\n\nVersion information as a named tuple."),
    fields {
        "major": "Major release number",
        "minor": "Minor release number",
        "micro": "Patch release number",
        "releaselevel": "'alpha', 'beta', 'candidate', or 'final'",
        "serial": "Serial release number",
    }
}

structseq! {
    /// The type of what `sys.get_asyncgen_hooks()` answers.
    pub(super) static ASYNCGEN_HOOKS = "asyncgen_hooks", visible 2, slots SLOTS_WITHOUT_NEW,
    doc Some("asyncgen_hooks\n\nA named tuple providing information about asynchronous\ngenerators hooks.  The attributes are read only."),
    fields {
        "firstiter": "Hook to intercept first iteration",
        "finalizer": "Hook to intercept finalization",
    }
}

structseq! {
    /// The type of what `sys.unraisablehook` is given.
    pub(crate) static UNRAISABLE_HOOK_ARGS = "UnraisableHookArgs", visible 5, slots SLOTS,
    doc Some("UnraisableHookArgs\n\nType used to pass arguments to sys.unraisablehook."),
    fields {
        "exc_type": "Exception type",
        "exc_value": "Exception value",
        "exc_traceback": "Exception traceback",
        "err_msg": "Error message",
        "object": "Object causing the exception",
    }
}

/// `sys.version_info`
pub(super) fn version_info(thread: &mut Thread) -> Outcome {
    let level = thread.str("final")?;
    let numbers = [3, 14, 8].map(Value::small_int);
    let [major, minor, micro] = numbers;
    thread.structseq(&VERSION_INFO, vec![major, minor, micro, level, Value::small_int(0)])
}

/// `sys.flags`
pub(super) fn flags(thread: &mut Thread, config: &Config) -> Outcome {
    let flags = &config.flags;
    let number = |value: u32| Value::small_int(value.into());
    let bit = |value: bool| Value::small_int(value.into());
    let values = vec![
        number(flags.debug),
        number(flags.inspect),
        number(flags.interactive),
        number(flags.optimize),
        bit(flags.dont_write_bytecode),
        bit(flags.no_user_site),
        bit(flags.no_site),
        bit(flags.ignore_environment),
        number(flags.verbose),
        number(flags.bytes_warning),
        number(flags.quiet),
        bit(flags.hash_randomization),
        bit(flags.isolated),
        Value::bool(flags.dev_mode),
        bit(flags.utf8_mode),
        bit(flags.warn_default_encoding),
        Value::bool(flags.safe_path),
        Value::small_int(flags.int_max_str_digits as i64),
        Value::small_int(1),
        bit(flags.thread_inherit_context),
        bit(flags.context_aware_warnings),
    ];
    thread.structseq(&FLAGS, values)
}

/// Adds what describes numbers, hashes and threads.
pub(super) fn add(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    let small = Value::small_int;
    let floats = vec![
        thread.float(f64::MAX)?,
        small(1024),
        small(308),
        thread.float(f64::MIN_POSITIVE)?,
        small(-1021),
        small(-307),
        small(15),
        small(53),
        thread.float(f64::EPSILON)?,
        small(2),
        small(1),
    ];
    let float_info = thread.structseq(&FLOAT_INFO, floats)?;
    thread.module_add(module, "float_info", float_info)?;
    let modulus = thread.int((1 << 61) - 1)?;
    let algorithm = thread.str("siphash13")?;
    let hash = vec![
        small(64),
        modulus,
        small(314_159),
        small(0),
        small(1_000_003),
        algorithm,
        small(64),
        small(128),
        small(0),
    ];
    let hash_info = thread.structseq(&HASH_INFO, hash)?;
    thread.module_add(module, "hash_info", hash_info)?;
    let int_info = thread.structseq(&INT_INFO, [30, 4, 4300, 640].map(small).into())?;
    thread.module_add(module, "int_info", int_info)?;
    let threads = vec![thread.str("pthread")?, thread.str("semaphore")?, Value::none()];
    let thread_info = thread.structseq(&THREAD_INFO, threads)?;
    thread.module_add(module, "thread_info", thread_info)
}
