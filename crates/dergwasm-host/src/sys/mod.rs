//! What a program sees of the world outside: clocks, randomness, standard streams, file
//! systems, sockets, descriptors.
//!
//! Every environment (WASI now, others beside it) is built on these, so that a program can be
//! given a real, a fixed or an observed world. Knows nothing of guests: no addresses, no memory.

mod clock;
mod descriptor;
mod errno;
mod fd_table;
pub mod fs;
mod open_file;
mod open_socket;
mod open_stream;
#[cfg(feature = "emscripten")]
mod pipe;
mod poll;
mod random;
mod socket;
mod stdio;
mod waiting;

pub use clock::{Clock, SystemClock, VirtualClock};
pub(crate) use descriptor::{Descriptor, Direction, Kind, Rights, lock};
pub use errno::Errno;
pub(crate) use fd_table::FdTable;
pub(crate) use open_file::{FileFlags, OpenDir, OpenFile};
pub(crate) use open_socket::OpenSocket;
pub(crate) use open_stream::OpenStream;
pub use poll::{AlwaysReady, Poll, SystemPoll};
pub use random::{Random, SeededRandom, SystemRandom};
pub use socket::{Shutdown, Socket, TcpConnection, TcpServer};
pub use stdio::{
    Callback, Capture, FileStream, InheritStderr, InheritStdin, InheritStdout, Input, Null, Stdio,
};
pub(crate) use waiting::{Timer, Wait, Waiting};
