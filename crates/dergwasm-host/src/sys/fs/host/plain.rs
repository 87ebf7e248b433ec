//! Which names Windows gives no other meaning than that of an entry of the directory.

/// Names of devices in every directory, also with an extension behind them.
const DEVICES: &[&str] = &["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"];
/// Names of devices that are followed by a digit.
const NUMBERED: &[&str] = &["COM", "LPT"];
/// The digits that Windows takes for some behind those, besides `0` to `9`.
const SUPERSCRIPTS: &[&str] = &["¹", "²", "³"];

/// Whether a name means just an entry: no separator, drive, stream, wildcard or device, and no end
/// that the system drops.
pub(super) fn is_plain(name: &[u8]) -> bool {
    let special = |byte: &u8| *byte < b' ' || br#"\/:*?"<>|"#.contains(byte);
    !name.iter().any(special) && !name.ends_with(b".") && !name.ends_with(b" ") && !is_device(name)
}

fn is_device(name: &[u8]) -> bool {
    let stem = name.split(|&byte| byte == b'.').next().unwrap_or_default().trim_ascii();
    let named = |device: &&str| stem.eq_ignore_ascii_case(device.as_bytes());
    if DEVICES.iter().any(named) {
        return true;
    }
    let Some((device, digit)) = stem.split_at_checked(3) else { return false };
    NUMBERED.iter().any(|numbered| device.eq_ignore_ascii_case(numbered.as_bytes()))
        && (matches!(digit, [b'0'..=b'9'])
            || SUPERSCRIPTS.iter().any(|superscript| digit == superscript.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_are_plain() {
        for name in [
            "a",
            "ab.c",
            ".hidden",
            "..a",
            " a",
            "a b",
            "console",
            "CON1",
            "com",
            "com10",
            "COMA",
            "lpt",
            "nul_",
            "a.nul",
            "ä",
            "x.con",
            "-",
            "~",
            "a'b",
            "COM⁴",
            "auxiliary.txt",
        ] {
            assert!(is_plain(name.as_bytes()), "{name}");
        }
        assert!(is_plain(b"\xed\xa0\x80"));
    }

    #[test]
    fn names_of_more_than_an_entry_are_not() {
        for name in [
            "a\\b",
            "\\",
            "..\\a",
            "c:",
            "c:a",
            "a:stream",
            "a::$DATA",
            ":a",
            "a*",
            "a?",
            "\"a",
            "<",
            ">",
            "a|b",
            "a\n",
            "\u{1}",
            "a.",
            "a..",
            "a ",
            "a. ",
            ". ",
            "...",
            "CON",
            "con",
            "nUl",
            "prn",
            "aux.txt",
            "NUL.tar.gz",
            "nul .txt",
            " nul",
            "CONIN$",
            "conout$.x",
            "clock$",
            "com1",
            "COM0",
            "com9.log",
            "LPT1",
            "lpt¹",
            "COM²",
            "com³.txt",
        ] {
            assert!(!is_plain(name.as_bytes()), "{name:?}");
        }
    }
}
