//! Sockets that an embedder hands to a program: TCP, or its own.

use crate::sys::Errno;
use std::{
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
};

/// Which way of a connection ends.
pub use std::net::Shutdown;

/// A connection, or a socket that listens for them.
///
/// Each kind of socket leaves the other's methods alone: they answer that this is the wrong kind.
pub trait Socket: Send {
    /// Receives up to as many bytes as `buffer` holds and returns how many; 0 at the end. With
    /// `peek` they stay to be received again.
    ///
    /// # Errors
    /// The connection failed, or this is none, or there is nothing yet and the socket does not
    /// wait ([`Errno::Again`]).
    fn receive(&mut self, _buffer: &mut [u8], _peek: bool) -> Result<usize, Errno> {
        Err(Errno::Notconn)
    }

    /// Sends bytes from the start of `bytes` and returns how many.
    ///
    /// # Errors
    /// As for [`Socket::receive`].
    fn send(&mut self, _bytes: &[u8]) -> Result<usize, Errno> {
        Err(Errno::Notconn)
    }

    /// Ends one or both ways of the connection.
    ///
    /// # Errors
    /// The connection failed, or this is none.
    fn shutdown(&mut self, _how: Shutdown) -> Result<(), Errno> {
        Err(Errno::Notconn)
    }

    /// Takes the next connection.
    ///
    /// # Errors
    /// This is no socket that listens, or there is no connection yet and the socket does not
    /// wait ([`Errno::Again`]).
    fn accept(&mut self) -> Result<Box<dyn Socket>, Errno> {
        Err(Errno::Inval)
    }

    /// Whether operations answer [`Errno::Again`] where they would wait.
    fn is_nonblocking(&self) -> bool {
        false
    }

    /// Sets whether operations wait.
    ///
    /// A program that wants a socket not to wait gets its wish also if this fails with
    /// [`Errno::Notsup`]: the socket is then asked first whether it is ready.
    ///
    /// # Errors
    /// It cannot be set.
    fn set_nonblocking(&mut self, nonblocking: bool) -> Result<(), Errno> {
        if nonblocking { Err(Errno::Notsup) } else { Ok(()) }
    }

    /// How many bytes can be received without waiting, as far as that is known, or 1 for a
    /// connection to be accepted; nothing if the operation would wait.
    ///
    /// # Errors
    /// The connection failed.
    fn ready_to_read(&mut self) -> Result<Option<u64>, Errno> {
        Ok(Some(1))
    }

    /// Whether sending would not wait, as far as that is known. Default: yes.
    ///
    /// # Errors
    /// The connection failed.
    fn ready_to_write(&mut self) -> Result<bool, Errno> {
        Ok(true)
    }
}

/// A TCP connection.
#[derive(Debug)]
pub struct TcpConnection {
    stream: TcpStream,
    nonblocking: bool,
}

impl TcpConnection {
    /// Hands over a connection; it waits until the program says otherwise.
    ///
    /// # Errors
    /// It cannot be made to wait.
    pub fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nonblocking(false)?;
        Ok(Self { stream, nonblocking: false })
    }
}

/// Does something without waiting; nothing if it would wait.
fn without_waiting<S, T>(
    socket: &S,
    nonblocking: bool,
    set: impl Fn(&S, bool) -> io::Result<()>,
    operation: impl FnOnce(&S) -> io::Result<T>,
) -> Result<Option<T>, Errno> {
    if !nonblocking {
        set(socket, true)?;
    }
    let result = operation(socket);
    if !nonblocking {
        set(socket, false)?;
    }
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(error.into()),
    }
}

impl Socket for TcpConnection {
    fn receive(&mut self, buffer: &mut [u8], peek: bool) -> Result<usize, Errno> {
        Ok(if peek { self.stream.peek(buffer) } else { self.stream.read(buffer) }?)
    }

    fn send(&mut self, bytes: &[u8]) -> Result<usize, Errno> {
        Ok(self.stream.write(bytes)?)
    }

    fn shutdown(&mut self, how: Shutdown) -> Result<(), Errno> {
        Ok(self.stream.shutdown(how)?)
    }

    fn is_nonblocking(&self) -> bool {
        self.nonblocking
    }

    fn set_nonblocking(&mut self, nonblocking: bool) -> Result<(), Errno> {
        self.stream.set_nonblocking(nonblocking)?;
        self.nonblocking = nonblocking;
        Ok(())
    }

    fn ready_to_read(&mut self) -> Result<Option<u64>, Errno> {
        let mut some = [0; 4096];
        let peek = |stream: &TcpStream| stream.peek(&mut some);
        let ready =
            without_waiting(&self.stream, self.nonblocking, TcpStream::set_nonblocking, peek)?;
        Ok(ready.map(|len| len as u64))
    }

    /// Elsewhere only sending tells.
    #[cfg(all(unix, feature = "host-fs"))]
    fn ready_to_write(&mut self) -> Result<bool, Errno> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let mut fds = [PollFd::new(&self.stream, PollFlags::OUT)];
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        Ok(!matches!(poll(&mut fds, Some(&now)), Ok(0)))
    }
}

/// A TCP socket that listens for connections.
#[derive(Debug)]
pub struct TcpServer {
    listener: TcpListener,
    nonblocking: bool,
    /// A connection that was found when asked whether there is one.
    waiting: Option<TcpStream>,
}

impl TcpServer {
    /// Hands over a socket that listens; it waits until the program says otherwise.
    ///
    /// # Errors
    /// It cannot be made to wait.
    pub fn new(listener: TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(false)?;
        Ok(Self { listener, nonblocking: false, waiting: None })
    }
}

impl Socket for TcpServer {
    fn accept(&mut self) -> Result<Box<dyn Socket>, Errno> {
        let stream = match self.waiting.take() {
            Some(stream) => stream,
            None => self.listener.accept()?.0,
        };
        Ok(Box::new(TcpConnection::new(stream)?))
    }

    fn is_nonblocking(&self) -> bool {
        self.nonblocking
    }

    fn set_nonblocking(&mut self, nonblocking: bool) -> Result<(), Errno> {
        self.listener.set_nonblocking(nonblocking)?;
        self.nonblocking = nonblocking;
        Ok(())
    }

    fn ready_to_read(&mut self) -> Result<Option<u64>, Errno> {
        if self.waiting.is_none() {
            let set = TcpListener::set_nonblocking;
            let accepted =
                without_waiting(&self.listener, self.nonblocking, set, TcpListener::accept)?;
            self.waiting = accepted.map(|(stream, _)| stream);
        }
        Ok(self.waiting.as_ref().map(|_| 1))
    }

    fn ready_to_write(&mut self) -> Result<bool, Errno> {
        Err(Errno::Notconn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_accepts_and_a_connection_carries_bytes() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let mut server = TcpServer::new(listener).unwrap();
        assert_eq!(server.ready_to_read(), Ok(None));
        server.set_nonblocking(true).unwrap();
        assert_eq!(server.accept().map(drop), Err(Errno::Again));
        let mut client = TcpStream::connect(address).unwrap();
        while server.ready_to_read() == Ok(None) {}
        let mut connection = server.accept().unwrap();
        assert_eq!(connection.ready_to_read(), Ok(None));
        client.write_all(b"hello").unwrap();
        let mut buffer = [0; 8];
        assert_eq!(connection.receive(&mut buffer, true), Ok(5));
        assert_eq!(connection.ready_to_read(), Ok(Some(5)));
        assert_eq!(connection.receive(&mut buffer, false), Ok(5));
        assert_eq!(&buffer[..5], b"hello");
        assert_eq!(connection.send(b"bye"), Ok(3));
        connection.shutdown(Shutdown::Write).unwrap();
        let mut rest = String::new();
        client.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "bye");
        assert_eq!(connection.accept().map(drop), Err(Errno::Inval));
        assert_eq!(server.receive(&mut buffer, false), Err(Errno::Notconn));
    }
}
