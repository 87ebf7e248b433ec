//! The text format, translated to the binary one.
//!
//! Spec: [Text Format](https://webassembly.github.io/spec/core/text/index.html). The crate `wast`
//! does the work, when the feature `wat` is on.

use crate::{DecodeError, ParseLimits};
use alloc::borrow::Cow;

/// The binary of `bytes`, which may be a text.
pub(crate) fn to_binary<'a>(
    bytes: &'a [u8],
    limits: &ParseLimits,
) -> Result<Cow<'a, [u8]>, DecodeError> {
    // Neither character can start a binary, and one of them starts every text but an empty one.
    match bytes.trim_ascii_start().first() {
        Some(b'(' | b';') => translate(bytes, limits).map(Cow::Owned),
        _ => Ok(Cow::Borrowed(bytes)),
    }
}

#[cfg(feature = "wat")]
fn translate(bytes: &[u8], limits: &ParseLimits) -> Result<alloc::vec::Vec<u8>, DecodeError> {
    crate::decoder::check_size(bytes, limits)?;
    let text = core::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        DecodeError::Text(alloc::format!("the text is not UTF-8 from byte {at} on"))
    })?;
    neighbourhood::encode(text).map_err(|error| neighbourhood::show(text, &error))
}

#[cfg(not(feature = "wat"))]
fn translate(_text: &[u8], _limits: &ParseLimits) -> Result<alloc::vec::Vec<u8>, DecodeError> {
    Err(DecodeError::Text("build with the feature `wat` to read texts".into()))
}

/// Errors that show where they are, and no more of the text than a line of a terminal.
#[cfg(feature = "wat")]
mod neighbourhood {
    use crate::DecodeError;
    use alloc::{format, string::String, vec::Vec};
    use dergwasm_types::Escaped;
    use wast::parser::{self, ParseBuffer};

    /// How many characters are shown before and after the place.
    const BEFORE: usize = 48;
    const AFTER: usize = 32;

    pub(super) fn encode(text: &str) -> Result<Vec<u8>, wast::Error> {
        let buffer = ParseBuffer::new(text)?;
        parser::parse::<wast::Wat<'_>>(&buffer)?.encode()
    }

    #[cold]
    pub(super) fn show(text: &str, error: &wast::Error) -> DecodeError {
        let reason = error.message();
        let reason = Escaped::line(&reason);
        let at = boundary(text, error.span().offset());
        let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let line = 1 + text[..line_start].bytes().filter(|&byte| byte == b'\n').count();
        let column = 1 + text[line_start..at].chars().count();
        let rest = text[at..].split('\n').next().unwrap_or_default().trim_end_matches('\r');
        let (before, after) = (last(&text[line_start..at]), first(rest));
        let margin = before.chars().count();
        let gutter = format!("{line}").len();
        DecodeError::Text(format!(
            "{reason}\n{:gutter$}--> line {line}, column {column}\n{:gutter$} |\n\
             {line} | {before}{after}\n{:gutter$} | {:margin$}^",
            "", "", "", ""
        ))
    }

    /// The nearest place before `at` where a character begins.
    fn boundary(text: &str, at: usize) -> usize {
        let at = at.min(text.len());
        (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
    }

    /// The end of a part of a line, which the place follows.
    fn last(part: &str) -> String {
        match part.char_indices().rev().nth(BEFORE) {
            Some((at, cut)) => format!("…{}", shown(&part[at + cut.len_utf8()..])),
            None => shown(part),
        }
    }

    /// The beginning of a part of a line.
    fn first(part: &str) -> String {
        match part.char_indices().nth(AFTER) {
            Some((at, _)) => format!("{}…", shown(&part[..at])),
            None => shown(part),
        }
    }

    fn shown(part: &str) -> String {
        format!("{}", Escaped::line(&part.replace('\t', " ")))
    }
}
