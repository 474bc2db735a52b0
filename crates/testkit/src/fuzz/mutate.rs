//! Making inputs of inputs.

use crate::random::Random;

/// How long an input may become.
const MOST: usize = 64 << 10;

/// What is put in now and then: ends of ranges, and what parsers look for.
const WORDS: [&[u8]; 24] = [
    b"\0",
    b"\xff",
    b"\x7f",
    b"\x80",
    b"\xff\xff\xff\xff\x0f",
    b"\x80\x80\x80\x80\x10",
    b"\r\n",
    b"\r\n\r\n",
    b"://",
    b"..",
    b"%00",
    b"%",
    b"[::1]",
    b"xn--",
    b"\xc3\xa4",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x8e\x89",
    b"18446744073709551615",
    b"-1",
    b"chunked",
    b"--x",
    b"{}",
    b":a",
    b"*",
];

/// A seed with something changed.
pub(super) fn mutate(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = random.pick(seeds).cloned().unwrap_or_default();
    for _ in 0..=random.below(6) {
        change(&mut bytes, seeds, random);
    }
    bytes.truncate(MOST);
    bytes
}

fn change(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut Random) {
    let at = random.below(bytes.len() as u64 + 1) as usize;
    let length = (random.below(32) as usize).min(bytes.len() - at);
    match random.below(9) {
        0 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
        1 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = random.next() as u8;
            }
        }
        2 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = byte.wrapping_add(random.below(16) as u8).wrapping_sub(8);
            }
        }
        3 => bytes.insert(at, random.next() as u8),
        4 => drop(bytes.drain(at..at + length)),
        5 => bytes.truncate(at),
        6 => {
            let word = random.pick(&WORDS).copied().unwrap_or_default();
            bytes.splice(at..at, word.iter().copied());
        }
        7 => {
            let piece = bytes[at..at + length].to_vec();
            let times = random.below(20) as usize;
            bytes.splice(at..at, piece.repeat(times));
        }
        _ => {
            let other = random.pick(seeds).cloned().unwrap_or_default();
            let from = random.below(other.len() as u64 + 1) as usize;
            bytes.truncate(at);
            bytes.extend_from_slice(&other[from..]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mutations_are_the_same_for_the_same_seed() {
        let seeds = vec![b"one seed".to_vec(), b"another".to_vec(), Vec::new()];
        let all = |seed| {
            let mut random = Random::new(seed);
            (0..1000)
                .map(|_| mutate(&seeds, &mut random))
                .collect::<Vec<_>>()
        };
        assert_eq!(all(1), all(1));
        assert_ne!(all(1), all(2));
        assert!(all(3).iter().any(|bytes| !seeds.contains(bytes)));
    }
}
