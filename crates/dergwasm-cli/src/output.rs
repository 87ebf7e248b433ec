//! Standard output for what a verb prints.

use crate::failure::Failure;
use std::io::{self, BufWriter, StdoutLock, Write};

/// Lets `print` write to standard output, buffered.
///
/// A reader that has gone away ends the verb quietly.
pub(crate) fn print(
    print: impl FnOnce(&mut BufWriter<StdoutLock<'static>>) -> io::Result<()>,
) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    print(&mut out)?;
    Ok(out.flush()?)
}
