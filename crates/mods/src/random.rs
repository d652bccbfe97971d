//! The module `_random`: the Mersenne Twister MT19937.
//!
//! Answers for CPython's `Modules/_randommodule.c`.

use taipan_macros::native;
use taipan_num::Int;
use taipan_object::native::{Args, ModuleDef};
use taipan_object::protocol;
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags, allocate_instance};
use taipan_object::types::int::to_int;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Value, object};

/// The module `_random`.
pub static RANDOM_MODULE: ModuleDef = ModuleDef {
    name: "_random",
    doc: Some("Module implements the Mersenne Twister random number generator."),
    functions: &[],
    exec: Some(|thread, module| crate::library::add_types(thread, module, &[&RANDOM])),
};

const N: usize = 624;
const M: usize = 397;

struct Twister {
    state: [u32; N],
    index: usize,
}

/// A generator of random numbers.
#[repr(C)]
pub struct Random {
    head: Header,
    twister: Inside<Box<Twister>>,
}
object!(Random, RANDOM);

/// The type `_random.Random`.
pub static RANDOM: Type = Type::new::<Random>(
    &TypeDef {
        doc: Some("Random() -> create a random number generator with its own internal state."),
        methods: &[&[RANDOM_, SEED, GETSTATE, SETSTATE, GETRANDBITS]],
        ..TypeDef::new("_random.Random")
    },
    TypeFlags::BASE,
    Slots {
        new: Some(|thread, ty, _| {
            let twister = Box::new(Twister { state: [0; N], index: N });
            allocate_instance(thread, ty, |head| Random { head, twister: Inside::new(twister) })
        }),
        init: Some(init),
        ..Slots::plain::<Random>()
    },
);

fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    let own = object.downcast::<Random>().expect("the slot of generators");
    if object.ty().is(&RANDOM) {
        args.no_keywords(thread, "Random")?;
    }
    match args.positionals() {
        [] => seed_with(thread, own, None),
        [one] => seed_with(thread, own, Some(*one)),
        more => {
            let count = more.len();
            Err(thread.type_error(format!("Random expected at most 1 argument, got {count}")))
        }
    }
}

impl Twister {
    fn next(&mut self) -> u32 {
        if self.index >= N {
            self.refill();
        }
        let mut y = self.state[self.index];
        self.index += 1;
        y ^= y >> 11;
        y ^= y << 7 & 0x9d2c_5680;
        y ^= y << 15 & 0xefc6_0000;
        y ^ y >> 18
    }

    #[cold]
    fn refill(&mut self) {
        let state = &mut self.state;
        let mix = |upper: u32, lower: u32| {
            let y = upper & 0x8000_0000 | lower & 0x7fff_ffff;
            y >> 1 ^ if y & 1 == 1 { 0x9908_b0df } else { 0 }
        };
        for k in 0..N - M {
            state[k] = state[k + M] ^ mix(state[k], state[k + 1]);
        }
        for k in N - M..N - 1 {
            state[k] = state[k + M - N] ^ mix(state[k], state[k + 1]);
        }
        state[N - 1] = state[M - 1] ^ mix(state[N - 1], state[0]);
        self.index = 0;
    }

    fn start(&mut self, seed: u32) {
        self.state[0] = seed;
        for k in 1..N {
            let previous = self.state[k - 1];
            self.state[k] = 1_812_433_253_u32.wrapping_mul(previous ^ previous >> 30).wrapping_add(k as u32);
        }
        self.index = N;
    }

    fn start_by_array(&mut self, key: &[u32]) {
        self.start(19_650_218);
        let state = &mut self.state;
        let (mut i, mut j) = (1, 0);
        for _ in 0..N.max(key.len()) {
            let previous = state[i - 1];
            state[i] = (state[i] ^ (previous ^ previous >> 30).wrapping_mul(1_664_525))
                .wrapping_add(key[j])
                .wrapping_add(j as u32);
            i += 1;
            j += 1;
            if i >= N {
                state[0] = state[N - 1];
                i = 1;
            }
            if j >= key.len() {
                j = 0;
            }
        }
        for _ in 0..N - 1 {
            let previous = state[i - 1];
            state[i] =
                (state[i] ^ (previous ^ previous >> 30).wrapping_mul(1_566_083_941)).wrapping_sub(i as u32);
            i += 1;
            if i >= N {
                state[0] = state[N - 1];
                i = 1;
            }
        }
        state[0] = 0x8000_0000;
    }
}

fn seed_with(thread: &mut Thread, own: &Random, seed: Option<Ref<'_>>) -> Outcome<()> {
    let number = match seed.filter(|seed| !seed.is_none()) {
        None => {
            let secret = crate::library::attribute_of(thread, "os", "urandom").and_then(|urandom| {
                protocol::call(thread, urandom.as_ref(), &[Value::small_int(N as i64 * 4).as_ref()])
            });
            let secret = match secret {
                Ok(secret) => taipan_object::types::bytes::bytes_like(thread, secret.as_ref())?.into_owned(),
                Err(_) => {
                    drop(thread.take_exception());
                    let keys = thread.interp().hash_keys;
                    [keys.0, keys.1, protocol::id(Ref::of(own))].map(u64::to_le_bytes).concat()
                }
            };
            Int::from_bytes(&secret, taipan_num::ByteOrder::Little, false)
        }
        Some(seed) => match to_int(seed) {
            Some(number) => number.abs(),
            None => {
                let hash = protocol::hash(thread, seed)?;
                Int::from(i128::from(hash as u64))
            }
        },
    };
    let words = number.words();
    let mut key: Vec<u32> = words.iter().flat_map(|&word| [word as u32, (word >> 32) as u32]).collect();
    while key.len() > 1 && key.last() == Some(&0) {
        key.pop();
    }
    if key.is_empty() {
        key.push(0);
    }
    own.twister.change(thread).start_by_array(&key);
    Ok(())
}

/// random() -> x in the interval [0, 1).
#[native(signature = "($self, /)")]
fn random_(thread: &mut Thread, this: &Random) -> f64 {
    let twister = this.twister.change(thread);
    let (a, b) = (twister.next() >> 5, twister.next() >> 6);
    (f64::from(a) * 67_108_864.0 + f64::from(b)) * (1.0 / 9_007_199_254_740_992.0)
}

/// seed([n]) -> None.
///
/// Defaults to use urandom and falls back to a combination
/// of the current time and the process identifier.
#[native(signature = "($self, n=None, /)")]
fn seed(thread: &mut Thread, this: &Random, n: Option<Ref<'_>>) -> Outcome<()> {
    seed_with(thread, this, n)
}

/// getstate() -> tuple containing the current state.
#[native(signature = "($self, /)")]
fn getstate(thread: &mut Thread, this: &Random) -> Outcome {
    let twister = this.twister.view(thread);
    let mut numbers: Vec<Value> =
        twister.state.iter().map(|&word| Value::small_int(i64::from(word))).collect();
    numbers.push(Value::small_int(twister.index as i64));
    thread.tuple(numbers)
}

/// setstate(state) -> None.  Restores generator state.
#[native(signature = "($self, state, /)")]
fn setstate(thread: &mut Thread, this: &Random, state: Ref<'_>) -> Outcome<()> {
    let Some(tuple) = state.downcast::<Tuple>() else {
        return Err(thread.type_error("state vector must be a tuple"));
    };
    if tuple.len() != N + 1 {
        return Err(thread.value_error("state vector is the wrong size"));
    }
    let mut words = [0; N];
    for (word, item) in words.iter_mut().zip(tuple.items()) {
        let number = match to_int(*item) {
            Some(number) => number.into_owned(),
            None => {
                let ty = item.ty().name().into_owned();
                return Err(thread.type_error(format!("'{ty}' object cannot be interpreted as an integer")));
            }
        };
        if number.is_negative() {
            return Err(thread.overflow_error("can't convert negative value to unsigned int"));
        }
        *word = number.to_u64_wrapping() as u32;
    }
    let index = protocol::index_i64(thread, tuple.items()[N])?;
    let Some(index) = usize::try_from(index).ok().filter(|&index| index <= N) else {
        return Err(thread.value_error("invalid state"));
    };
    let twister = this.twister.change(thread);
    (twister.state, twister.index) = (words, index);
    Ok(())
}

/// getrandbits(k) -> x.  Generates an int with k random bits.
#[native(signature = "($self, k, /)")]
fn getrandbits(thread: &mut Thread, this: &Random, k: Ref<'_>) -> Outcome {
    let index = protocol::index(thread, k)?;
    let number = to_int(index.as_ref()).expect("an integer");
    if number.is_negative() {
        return Err(thread.value_error("Cannot convert negative int"));
    }
    let Some(bits) = number.to_u64() else {
        return Err(thread.overflow_error("Python int too large to convert to C unsigned long long"));
    };
    if bits == 0 {
        return Ok(Value::small_int(0));
    }
    if bits <= 32 {
        let word = this.twister.change(thread).next();
        return thread.int(i128::from(word >> (32 - bits)));
    }
    let count = usize::try_from(bits.div_ceil(32)).unwrap_or(usize::MAX);
    let Some(bytes) = count.checked_mul(8).filter(|&bytes| bytes < isize::MAX as usize) else {
        return Err(thread.no_memory());
    };
    thread.charge(bytes)?;
    thread.heap().discharge(bytes);
    let mut out: Vec<u8> = Vec::new();
    if out.try_reserve_exact(count * 4).is_err() {
        return Err(thread.no_memory());
    }
    let twister = this.twister.change(thread);
    let mut left = bits;
    for _ in 0..count {
        let mut word = twister.next();
        if left < 32 {
            word >>= 32 - left;
        }
        out.extend(word.to_le_bytes());
        left = left.saturating_sub(32);
    }
    thread.int_value(Int::from_bytes(&out, taipan_num::ByteOrder::Little, false))
}
