//! Pipes within a program: what one descriptor writes, another reads.
//!
//! A program is alone with both ends, so that nothing ever waits: where a read or write would, the
//! answer is [`Errno::Again`], whatever the flags say.

use crate::sys::{Errno, Stdio, lock};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, Weak},
};

/// How many bytes a pipe holds.
const CAPACITY: usize = 64 << 10;

/// Up to how many bytes are written all at once or not at all: `PIPE_BUF`.
const WHOLE: usize = 4096;

/// What is written and not yet read.
type Buffer = Mutex<VecDeque<u8>>;

/// The end that is read. The other end is there as long as the buffer has another owner.
pub(super) struct Reader(Arc<Buffer>);

/// The end that is written.
pub(super) struct Writer(Arc<Buffer>);

/// Makes a pipe; the last is for counting those that are there.
pub(super) fn pipe() -> (Reader, Writer, Weak<Buffer>) {
    let buffer = Arc::new(Buffer::default());
    let counted = Arc::downgrade(&buffer);
    (Reader(Arc::clone(&buffer)), Writer(buffer), counted)
}

fn is_alone(end: &Arc<Buffer>) -> bool {
    Arc::strong_count(end) == 1
}

impl Stdio for Reader {
    fn read(&mut self, bytes: &mut [u8]) -> Result<usize, Errno> {
        let mut buffer = lock(&self.0);
        let len = bytes.len().min(buffer.len());
        if len == 0 && !bytes.is_empty() && !is_alone(&self.0) {
            return Err(Errno::Again);
        }
        for (to, from) in bytes.iter_mut().zip(buffer.drain(..len)) {
            *to = from;
        }
        Ok(len)
    }

    fn ready_to_read(&mut self) -> Option<u64> {
        let len = lock(&self.0).len();
        (len > 0 || is_alone(&self.0)).then_some(len as u64)
    }
}

impl Stdio for Writer {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Errno> {
        if is_alone(&self.0) {
            return Err(Errno::Pipe);
        }
        let mut buffer = lock(&self.0);
        let room = CAPACITY.saturating_sub(buffer.len());
        let whole = bytes.len() <= room;
        if !whole && (room == 0 || bytes.len() <= WHOLE) {
            return Err(Errno::Again);
        }
        let len = bytes.len().min(room);
        buffer.try_reserve(len).map_err(|_| Errno::Nomem)?;
        buffer.extend(&bytes[..len]);
        Ok(len)
    }

    /// A write fails without waiting if nobody reads.
    fn ready_to_write(&mut self) -> Option<u64> {
        let room = CAPACITY.saturating_sub(lock(&self.0).len());
        (room >= WHOLE || is_alone(&self.0)).then_some(room as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_in_order_until_the_writer_is_gone() {
        let (mut reader, mut writer, counted) = pipe();
        let mut bytes = [0; 4];
        assert_eq!((reader.ready_to_read(), reader.read(&mut bytes)), (None, Err(Errno::Again)));
        assert_eq!(writer.write(b"hello"), Ok(5));
        assert_eq!((reader.ready_to_read(), reader.read(&mut bytes)), (Some(5), Ok(4)));
        assert_eq!(&bytes, b"hell");
        drop(writer);
        assert_eq!(reader.read(&mut bytes), Ok(1));
        assert_eq!((reader.ready_to_read(), reader.read(&mut bytes)), (Some(0), Ok(0)));
        drop(reader);
        assert_eq!(counted.strong_count(), 0);
    }

    #[test]
    fn a_full_pipe_takes_no_more() {
        let (mut reader, mut writer, _) = pipe();
        assert_eq!(writer.write(&[1; CAPACITY + 1]), Ok(CAPACITY));
        assert_eq!((writer.ready_to_write(), writer.write(b"x")), (None, Err(Errno::Again)));
        assert_eq!(reader.read(&mut [0; 100]), Ok(100));
        // Short writes are not torn, long ones take what there is.
        assert_eq!(writer.write(&[2; 101]), Err(Errno::Again));
        assert_eq!(writer.write(&[2; WHOLE + 1]), Ok(100));
        drop(reader);
        assert_eq!(writer.write(b"x"), Err(Errno::Pipe));
        assert!(writer.ready_to_write().is_some());
    }
}
