//! Standard output for what a verb prints, and standard error for what it complains about.
//!
//! What a module chose to call its parts is in most of it. Nothing of that may reach a terminal as
//! it is, so both streams escape whatever a terminal would obey, whether the place that prints
//! thought of it or not. What a program writes itself does not come this way.

use crate::failure::Failure;
use dergwasm::Escaped;
use dergwasm::types::Escaping;
use std::fmt::{self, Write as _};
use std::io::{self, BufWriter, StdoutLock, Write};
use std::path::Path;

/// Standard output for people, buffered; whoever writes has to flush it.
pub(crate) fn stdout() -> BufWriter<Text<StdoutLock<'static>>> {
    BufWriter::new(Text(io::stdout().lock()))
}

/// Lets `print` write to standard output.
///
/// A reader that has gone away ends the verb quietly.
pub(crate) fn print(print: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = stdout();
    print(&mut out)?;
    Ok(out.flush()?)
}

/// Prints JSON, all of it in ASCII: other characters are in strings, which have escapes for them.
pub(crate) fn json(value: &serde_json::Value) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    let text = format!("{value:#}\n");
    let special = |c: char| !matches!(c, ' '..='~' | '\n');
    for piece in text.split_inclusive(special) {
        let mut chars = piece.chars();
        match chars.next_back() {
            Some(c) if special(c) => {
                write!(out, "{}", chars.as_str())?;
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}")?;
                }
            }
            _ => write!(out, "{piece}")?,
        }
    }
    Ok(out.flush()?)
}

/// Prints a line to standard error. When that is closed, the exit status still tells.
pub(crate) fn complain(message: fmt::Arguments<'_>) {
    let mut text = String::new();
    // Writing to a string does not fail; what an error fails to say is not worth another one.
    let _ = Escaping::message(&mut text).write_fmt(message);
    let _ = writeln!(io::stderr(), "{text}");
}

/// A path for people.
pub(crate) fn path(path: &Path) -> Escaped<'_> {
    Escaped::line(path.as_os_str().as_encoded_bytes())
}

/// Escapes what a terminal would obey, but for the ends of lines.
#[derive(Debug)]
pub(crate) struct Text<W>(W);

impl<W: Write> Write for Text<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A character that is only begun comes again, with its end.
        let whole = match std::str::from_utf8(bytes) {
            Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => {
                error.valid_up_to()
            }
            _ => bytes.len(),
        };
        write!(self.0, "{}", Escaped::message(&bytes[..whole]).whole())?;
        Ok(whole)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_in_two_pieces_stays_one() {
        let mut out = BufWriter::with_capacity(3, Text(Vec::new()));
        for piece in ["ab", "ü", "ü\u{9b}", "\n"] {
            out.write_all(piece.as_bytes()).unwrap();
        }
        assert_eq!(out.into_inner().unwrap().0, "abüü\\u{9b}\n".as_bytes());
    }
}
