//! What a program sees of the world outside: clocks, randomness, standard streams, descriptors.
//!
//! Every environment (WASI now, others beside it) is built on these, so that a program can be
//! given a real, a fixed or an observed world. Knows nothing of guests: no addresses, no memory.

mod clock;
mod errno;
mod fd_table;
pub mod fs;
mod random;
mod stdio;

pub use clock::{Clock, SystemClock, VirtualClock};
pub use errno::Errno;
pub(crate) use fd_table::{Descriptor, Direction, FdTable};
pub use random::{Random, SeededRandom, SystemRandom};
pub use stdio::{
    Callback, Capture, InheritStderr, InheritStdin, InheritStdout, Input, Null, Stdio,
};
