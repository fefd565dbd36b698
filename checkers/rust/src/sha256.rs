//! SHA-256 (FIPS 180-4).

/// The first 32 bits behind the point of the square (`root` 2) or cube (3) roots of the first `count` primes: the constants of the standard.
fn fractions_of_roots(root: u32, count: usize) -> Vec<u32> {
    let primes = (2u128..).filter(|n| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0));
    primes.take(count).map(|p| whole_root(p << (32 * root), root) as u32).collect()
}

/// The greatest whole number whose power `root` is at most `n`, below 2^40.
fn whole_root(n: u128, root: u32) -> u128 {
    (0..40).rev().fold(0, |found, bit| {
        let tried = found | 1u128 << bit;
        if tried.pow(root) <= n {
            tried
        } else {
            found
        }
    })
}

/// The digest of `data`, in lower-case hexadecimal.
pub fn hexadecimal(data: &[u8]) -> String {
    let constants = fractions_of_roots(3, 64);
    let mut state = fractions_of_roots(2, 8);
    let whole = data.len() / 64 * 64;
    for block in data[..whole].chunks_exact(64) {
        absorb(&mut state, &constants, block);
    }
    let mut last = data[whole..].to_vec();
    last.push(0x80);
    while last.len() % 64 != 56 {
        last.push(0);
    }
    last.extend_from_slice(&(data.len() as u64 * 8).to_be_bytes());
    for block in last.chunks_exact(64) {
        absorb(&mut state, &constants, block);
    }
    state.iter().map(|word| format!("{word:08x}")).collect()
}

fn absorb(state: &mut [u32], constants: &[u32], block: &[u8]) {
    let mut w: Vec<u32> = block.chunks_exact(4).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]])).collect();
    for t in 16..64 {
        let (a, b) = (w[t - 15], w[t - 2]);
        let s0 = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
        let s1 = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
        w.push(w[t - 16].wrapping_add(s0).wrapping_add(w[t - 7]).wrapping_add(s1));
    }
    let mut v = [0u32; 8];
    v.copy_from_slice(state);
    for (k, w) in constants.iter().zip(&w) {
        let [a, b, c, _, e, f, g, h] = v;
        let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let choice = (e & f) ^ (!e & g);
        let first = h.wrapping_add(s1).wrapping_add(choice).wrapping_add(*k).wrapping_add(*w);
        let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let majority = (a & b) ^ (a & c) ^ (b & c);
        v.rotate_right(1);
        v[0] = first.wrapping_add(s0).wrapping_add(majority);
        v[4] = v[4].wrapping_add(first);
    }
    for (word, more) in state.iter_mut().zip(v) {
        *word = word.wrapping_add(more);
    }
}

#[cfg(test)]
mod tests {
    use super::hexadecimal;

    #[test]
    fn digests_of_the_standard() {
        assert_eq!(hexadecimal(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(hexadecimal(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(
            hexadecimal(b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        );
    }
}
