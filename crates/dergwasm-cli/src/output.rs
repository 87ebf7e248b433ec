//! Standard output for what a verb prints.

use crate::failure::Failure;
use std::io::{self, BufWriter, StdoutLock, Write};

/// Standard output, buffered; whoever writes has to flush it.
pub(crate) fn stdout() -> BufWriter<StdoutLock<'static>> {
    BufWriter::new(io::stdout().lock())
}

/// Lets `print` write to standard output.
///
/// A reader that has gone away ends the verb quietly.
pub(crate) fn print(
    print: impl FnOnce(&mut BufWriter<StdoutLock<'static>>) -> io::Result<()>,
) -> Result<(), Failure> {
    let mut out = stdout();
    print(&mut out)?;
    Ok(out.flush()?)
}
