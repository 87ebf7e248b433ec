//! SHA-256, to compare files with: a crate for it would bring along five others.

/// The first 32 bits of the fractional part of `root` of the first primes.
fn constants<const N: usize>(root: fn(f64) -> f64) -> [u32; N] {
    let is_prime = |n: &u32| (2..*n).all(|divisor| !n.is_multiple_of(divisor));
    let mut primes = (2..).filter(is_prime);
    std::array::from_fn(|_| {
        let root = root(f64::from(primes.next().expect("there is always another prime")));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 2^32")]
        let bits = (root.fract() * 4_294_967_296.0) as u32;
        bits
    })
}

fn block(state: &mut [u32; 8], block: &[u8], round: &[u32; 64]) {
    let mut words = [0_u32; 64];
    for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
        *word = u32::from_be_bytes(bytes.try_into().expect("four bytes"));
    }
    for i in 16..64 {
        let (a, b) = (words[i - 15], words[i - 2]);
        let a = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
        let b = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
        words[i] = words[i - 16].wrapping_add(a).wrapping_add(words[i - 7]).wrapping_add(b);
    }
    let mut s = *state;
    for (word, constant) in words.iter().zip(round) {
        let e = s[4].rotate_right(6) ^ s[4].rotate_right(11) ^ s[4].rotate_right(25);
        let choice = (s[4] & s[5]) ^ (!s[4] & s[6]);
        let one = [e, choice, *constant, *word].iter().fold(s[7], |sum, x| sum.wrapping_add(*x));
        let a = s[0].rotate_right(2) ^ s[0].rotate_right(13) ^ s[0].rotate_right(22);
        let majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
        s.rotate_right(1);
        s[4] = s[4].wrapping_add(one);
        s[0] = one.wrapping_add(a).wrapping_add(majority);
    }
    for (state, s) in state.iter_mut().zip(s) {
        *state = state.wrapping_add(s);
    }
}

/// The digest in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let round = constants::<64>(f64::cbrt);
    let mut state = constants::<8>(f64::sqrt);
    let mut padded = bytes.to_vec();
    padded.push(0x80);
    padded.resize(padded.len().next_multiple_of(64), 0);
    if padded.len() - bytes.len() < 9 {
        padded.resize(padded.len() + 64, 0);
    }
    let length = padded.len();
    padded[length - 8..].copy_from_slice(&(bytes.len() as u64 * 8).to_be_bytes());
    padded.chunks_exact(64).for_each(|bytes| block(&mut state, bytes, &round));
    state.iter().map(|word| format!("{word:08x}")).collect()
}
