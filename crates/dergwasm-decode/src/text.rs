//! The text format, translated to the binary one.
//!
//! Spec: [Text Format](https://webassembly.github.io/spec/core/text/index.html). The crate `wat`
//! does the work, when the feature of that name is on.

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
fn translate(text: &[u8], limits: &ParseLimits) -> Result<alloc::vec::Vec<u8>, DecodeError> {
    use alloc::string::ToString;

    crate::decoder::check_size(text, limits)?;
    let binary = wat::parse_bytes(text).map_err(|error| DecodeError::Text(error.to_string()))?;
    Ok(binary.into_owned())
}

#[cfg(not(feature = "wat"))]
fn translate(_text: &[u8], _limits: &ParseLimits) -> Result<alloc::vec::Vec<u8>, DecodeError> {
    Err(DecodeError::Text("build with the feature `wat` to read texts".into()))
}
