//! Names of Windows as bytes.
//!
//! Windows keeps names as numbers of 16 bits, which are UTF-16 almost always. WTF-8 is UTF-8 that can
//! also hold the surrogates that are not part of a pair, so that every name has bytes of its own.
//!
//! Spec: [The WTF-8 encoding](https://simonsapin.github.io/wtf-8/).

/// The bytes of a name.
pub(super) fn encode(wide: impl IntoIterator<Item = u16>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for unit in char::decode_utf16(wide) {
        match unit {
            Ok(char) => bytes.extend(char.encode_utf8(&mut [0; 4]).as_bytes()),
            Err(alone) => {
                let [high, low] = alone.unpaired_surrogate().to_be_bytes();
                bytes.extend([0xed, 0x80 | high << 2 & 0x3f | low >> 6, 0x80 | low & 0x3f]);
            }
        }
    }
    bytes
}

/// The name that has these bytes, if one has. Two names never have the same bytes, and a name has no
/// other bytes than these.
pub(super) fn decode(mut bytes: &[u8]) -> Option<Vec<u16>> {
    let mut wide = Vec::new();
    // Whether what was read last is the first half of a pair without the second.
    let mut half = false;
    while !bytes.is_empty() {
        let text = match core::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => core::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?,
        };
        half &= text.is_empty();
        wide.extend(text.encode_utf16());
        bytes = &bytes[text.len()..];
        if let [first, second, third, rest @ ..] = bytes {
            let (0xed, 0xa0..=0xbf, 0x80..=0xbf) = (first, second, third) else { return None };
            let surrogate = 0xd000 | u16::from(second & 0x3f) << 6 | u16::from(third & 0x3f);
            // Both halves of a pair are one character, which has UTF-8.
            if half && surrogate >= 0xdc00 {
                return None;
            }
            half = surrogate < 0xdc00;
            wide.push(surrogate);
            bytes = rest;
        } else if !bytes.is_empty() {
            return None;
        }
    }
    Some(wide)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_comes_back() {
        for wide in [
            &[][..],
            &[0x61, 0xe4, 0x20ac],
            &[0xd83d, 0xde00],
            &[0xd800],
            &[0xdfff],
            &[0x61, 0xdbff, 0x62, 0xdc00],
            &[0xdc00, 0xd800],
            &[0xd800, 0xd83d, 0xde00, 0xde00],
        ] {
            let bytes = encode(wide.iter().copied());
            assert_eq!(decode(&bytes).as_deref(), Some(wide), "{}", bytes.escape_ascii());
        }
        assert_eq!(encode([0xd83d, 0xde00]), "😀".as_bytes());
        assert_eq!(encode([0xd800, 0x61]), b"\xed\xa0\x80a");
        assert_eq!(encode([0xdfff]), b"\xed\xbf\xbf");
    }

    #[test]
    fn other_bytes_are_no_name() {
        for bytes in [
            &b"\xff"[..],
            b"a\xe4b",
            b"\xed\xa0",
            b"\xed\xa0\x80\xed",
            b"\xed\xa0\xc0",
            // A pair as two halves.
            b"\xed\xa0\xbd\xed\xb8\x80",
            // `/` and a zero byte in two.
            b"\xc0\xaf",
            b"\xc0\x80",
        ] {
            assert_eq!(decode(bytes), None, "{}", bytes.escape_ascii());
        }
    }
}
