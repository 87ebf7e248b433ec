//! Text that a guest chose, fit for a terminal.
//!
//! A module names its imports, exports and functions as it likes, and a program ends with the
//! message it likes: control characters that move the cursor, characters that turn the direction
//! of writing, a hundred kilobytes. All that leaves the engine as a message goes through
//! [`Escaped`].

use core::fmt::{self, Write as _};

/// Shows text so that it does nothing to a terminal or a log, and cuts it.
///
/// A character that has no picture of its own is shown by its number: control characters, those
/// that turn the direction of writing, those of no width, bytes that are not UTF-8. What is longer
/// than allowed ends with `…`. A precision allows another number of characters.
///
/// ```
/// use dergwasm_types::Escaped;
///
/// assert_eq!(Escaped::name("\u{1b}[31mred").to_string(), r"\u{1b}[31mred");
/// assert_eq!(Escaped::name("exe.\u{202e}txt").to_string(), r"exe.\u{202e}txt");
/// assert_eq!(Escaped::name(b"caf\xe9").to_string(), r"caf\xe9");
/// assert_eq!(format!("{:.3}", Escaped::name("a long name")), "a l…");
/// assert_eq!(Escaped::message("two\nlines\u{7}").to_string(), "two\nlines\\u{7}");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Escaped<'a> {
    bytes: &'a [u8],
    style: Style,
    limit: usize,
}

/// What else stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// Not what could be taken for the end of the name or for an escape: quotes and `\`.
    Name,
    /// All but line breaks.
    Line,
    /// All, line breaks too.
    Message,
}

impl<'a> Escaped<'a> {
    /// How many characters of a name are shown.
    pub const NAME_LIMIT: usize = 160;
    /// How many characters of a line are shown.
    pub const LINE_LIMIT: usize = 1024;
    /// How many characters of a message are shown.
    pub const MESSAGE_LIMIT: usize = 1 << 16;

    /// A name, which a message puts between quotes of some kind: `\` and quotes are escaped too,
    /// and [`Escaped::NAME_LIMIT`] characters are shown.
    #[must_use]
    pub fn name(text: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self { bytes: text.as_ref(), style: Style::Name, limit: Self::NAME_LIMIT }
    }

    /// A text that has to fit on a line, such as a path or the reason of an error:
    /// [`Escaped::LINE_LIMIT`] characters are shown.
    #[must_use]
    pub fn line(text: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self { bytes: text.as_ref(), style: Style::Line, limit: Self::LINE_LIMIT }
    }

    /// A message of several lines, which may have names in it: [`Escaped::MESSAGE_LIMIT`]
    /// characters are shown.
    #[must_use]
    pub fn message(text: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self { bytes: text.as_ref(), style: Style::Message, limit: Self::MESSAGE_LIMIT }
    }

    /// Whether a character is shown as it is, quotes and `\` included.
    ///
    /// ```
    /// use dergwasm_types::Escaped;
    ///
    /// assert!(Escaped::shows('ß') && Escaped::shows(' ') && Escaped::shows('"'));
    /// assert!(!Escaped::shows('\n') && !Escaped::shows('\u{202e}') && !Escaped::shows('\u{200b}'));
    /// ```
    #[must_use]
    pub fn shows(c: char) -> bool {
        match c {
            ' '..='~' => true,
            _ => !is_ignorable(c) && c.escape_debug().len() == 1,
        }
    }

    /// The same, not cut.
    #[must_use]
    pub fn whole(self) -> Self {
        Self { limit: usize::MAX, ..self }
    }
}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = f.precision().unwrap_or(self.limit);
        let mut writer = Escaping { to: f, style: self.style, left: limit, cut: false };
        for chunk in self.bytes.utf8_chunks() {
            writer.write_str(chunk.valid())?;
            for byte in chunk.invalid() {
                writer.put(4, |to| write!(to, "\\x{byte:02x}"))?;
            }
            if writer.cut {
                break;
            }
        }
        Ok(())
    }
}

/// Escapes what is written to it, as [`Escaped::message`] does, so that a message is escaped
/// without being put together first.
///
/// ```
/// use dergwasm_types::Escaping;
/// use core::fmt::Write as _;
///
/// let mut text = String::new();
/// write!(Escaping::message(&mut text), "no function {}", "\u{9b}2J")?;
/// assert_eq!(text, r"no function \u{9b}2J");
/// # Ok::<(), core::fmt::Error>(())
/// ```
#[derive(Debug)]
pub struct Escaping<W> {
    to: W,
    style: Style,
    left: usize,
    cut: bool,
}

impl<W: fmt::Write> Escaping<W> {
    /// Escapes a message of several lines.
    pub const fn message(to: W) -> Self {
        Self { to, style: Style::Message, left: Escaped::MESSAGE_LIMIT, cut: false }
    }

    /// Writes what takes `width` characters, or the sign that something is missing.
    fn put(&mut self, width: usize, put: impl FnOnce(&mut W) -> fmt::Result) -> fmt::Result {
        if self.cut {
            return Ok(());
        }
        match self.left.checked_sub(width) {
            Some(left) => {
                self.left = left;
                put(&mut self.to)
            }
            None => {
                self.cut = true;
                self.to.write_char('…')
            }
        }
    }

    fn put_char(&mut self, c: char) -> fmt::Result {
        match c {
            '\\' | '`' | '"' if self.style == Style::Name => self.put(2, |to| write!(to, "\\{c}")),
            '\n' if self.style == Style::Message => self.put(1, |to| to.write_char(c)),
            _ if Escaped::shows(c) => self.put(1, |to| to.write_char(c)),
            '\n' | '\r' | '\t' => self.put(2, |to| write!(to, "{}", c.escape_debug())),
            _ => {
                let escaped = c.escape_unicode();
                self.put(escaped.len(), |to| write!(to, "{escaped}"))
            }
        }
    }

    /// How many bytes at the beginning are ASCII that is shown as it is and is not cut.
    fn plain(&self, text: &str) -> usize {
        let plain = |&byte: &u8| match byte {
            b'\\' | b'`' | b'"' => self.style != Style::Name,
            b'\n' => self.style == Style::Message,
            _ => matches!(byte, b' '..=b'~'),
        };
        text.bytes().take(self.left).take_while(plain).count()
    }
}

impl<W: fmt::Write> fmt::Write for Escaping<W> {
    fn write_str(&mut self, mut text: &str) -> fmt::Result {
        while !self.cut && !text.is_empty() {
            let (plain, rest) = text.split_at(self.plain(text));
            self.left -= plain.len();
            self.to.write_str(plain)?;
            let mut chars = rest.chars();
            if let Some(c) = chars.next() {
                self.put_char(c)?;
            }
            text = chars.as_str();
        }
        Ok(())
    }
}

/// Whether a character is meant to leave no trace, though it counts as a letter or symbol.
const fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::{String, ToString};

    #[test]
    fn nothing_invisible_passes() {
        let ranges = [
            0x00..=0x1f,
            0x7f..=0x9f,
            0xad..=0xad,
            0x300..=0x36f,
            0x61c..=0x61c,
            0x115f..=0x1160,
            0x180b..=0x180f,
            0x200b..=0x200f,
            0x2028..=0x202e,
            0x2060..=0x206f,
            0x3164..=0x3164,
            0xfe00..=0xfe0f,
            0xfeff..=0xfeff,
            0xfff9..=0xfffb,
            0xe0001..=0xe007f,
            0xe0100..=0xe01ef,
        ];
        for c in ranges.into_iter().flatten().filter_map(char::from_u32) {
            let text = String::from(c);
            for shown in [Escaped::name(&text), Escaped::line(&text)] {
                let shown = shown.to_string();
                assert!(shown.is_ascii() && shown.starts_with('\\'), "{:x}: {shown}", u32::from(c));
            }
            if c != '\n' {
                assert!(
                    Escaped::message(&text).to_string().starts_with('\\'),
                    "{:x}",
                    u32::from(c)
                );
            }
        }
    }

    #[test]
    fn what_can_be_seen_stays() {
        for text in ["plain", "größe", "名前", "λ.x", "a'b", "ns::f<T>", "😀"] {
            assert_eq!(Escaped::name(text).to_string(), text);
        }
        assert_eq!(Escaped::name("a`b\"c\\d").to_string(), r#"a\`b\"c\\d"#);
        assert_eq!(Escaped::line("C:\\a `b`\n").to_string(), "C:\\a `b`\\n");
    }

    #[test]
    fn what_is_long_is_cut() {
        let long = "x".repeat(100_000);
        let shown = Escaped::name(&long).to_string();
        assert_eq!(shown.chars().count(), Escaped::NAME_LIMIT + 1);
        assert!(shown.ends_with('…'));
        assert_eq!(Escaped::name(&long).whole().to_string(), long);
        assert_eq!(Escaped::name(&long[..Escaped::NAME_LIMIT]).to_string().len(), 160);
        // An escape is whole or left out.
        assert_eq!(alloc::format!("{:.7}", Escaped::name("ab\u{1b}cd")), "ab…");
        assert_eq!(alloc::format!("{:.8}", Escaped::name("ab\u{1b}cd")), "ab\\u{1b}…");
        assert_eq!(alloc::format!("{:.8}", Escaped::name(&[0xff; 100])), "\\xff\\xff…");
    }
}
