//! Hashes of strings and bytes: SipHash-1-3 with a key per process.
//!
//! Answers for `Python/pyhash.c` and `Python/bootstrap_hash.c`. Equal text has equal hashes, be it a
//! string or bytes of the same memory.

use siphasher::sip::SipHasher13;

use crate::Chars;

/// The key of all hashes of a process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HashKey {
    /// Its first half.
    pub k0: u64,
    /// Its second half.
    pub k1: u64,
}

impl HashKey {
    /// The key that `PYTHONHASHSEED` asks for; 0 turns randomisation off.
    pub fn from_seed(seed: u32) -> HashKey {
        if seed == 0 {
            return HashKey::default();
        }
        // A linear congruential generator, of which CPython takes the third byte.
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(214_013).wrapping_add(2_531_011);
            u64::from(state >> 16 & 0xff)
        };
        let mut word = || (0..8).fold(0, |word, i| word | next() << (8 * i));
        HashKey { k0: word(), k1: word() }
    }
}

/// The hash of bytes.
#[inline]
pub fn hash_bytes(key: HashKey, bytes: &[u8]) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    match SipHasher13::new_with_keys(key.k0, key.k1).hash(bytes) as i64 {
        -1 => -2,
        hash => hash,
    }
}

/// The hash of a string: of its array as the machine keeps it.
pub fn hash_chars(key: HashKey, chars: Chars<'_>) -> i64 {
    match chars {
        Chars::One(units) => hash_bytes(key, units),
        Chars::Two(units) => hash_bytes(key, bytemuck::cast_slice(units)),
        Chars::Four(units) => hash_bytes(key, bytemuck::cast_slice(units)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CharsBuf;

    #[test]
    fn as_cpython_hashes() {
        let hash = |seed, text: &str| hash_chars(HashKey::from_seed(seed), CharsBuf::from(text).as_chars());
        for (seed, text, expected) in HASHES {
            assert_eq!(hash(seed, text), expected, "{text:?} with seed {seed}");
        }
        assert_eq!(hash_bytes(HashKey::default(), b"abc"), hash(0, "abc"));
    }

    const HASHES: [(u32, &str, i64); 6] = [
        (0, "", 0),
        (0, "abc", -4594863902769663758),
        (0, "π€", 653185386626712233),
        (0, "a🐍", 4526735405486627592),
        (1, "abc", -4667308735975688587),
        (4242, "a🐍", 6132889034974339116),
    ];
}
