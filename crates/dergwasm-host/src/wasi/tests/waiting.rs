//! Sockets, and streams that are not always ready.

use super::{iovecs, poll, ready, timer};
use crate::{
    sys::{Errno, Shutdown, Socket, Stdio, VirtualClock},
    wasi::{
        Wasi, fd,
        guest_memory::{GuestMemory, List},
        poll::{self as polling, Poll},
        sock,
        types::Version,
    },
};

/// Has something to read when it was asked so often.
struct Late(u32);

impl Stdio for Late {
    fn ready_to_read(&mut self) -> Option<u64> {
        self.0 = self.0.saturating_sub(1);
        (self.0 == 0).then_some(9)
    }
}

#[test]
fn a_stream_that_is_not_ready_is_waited_for() {
    let second = 1_000_000_000;
    let world = |asked| {
        let clock = VirtualClock::new(0, 0);
        Wasi::builder().stdin(Late(asked)).clock(clock).no_files().build()
    };
    let both = [timer(1, 1, second, 0), ready(2, 1, 0)];
    assert_eq!(poll(&mut world(4), &both), Ok(vec![(2, 1)]));
    assert_eq!(poll(&mut world(4), &both[1..]), Ok(vec![(2, 1)]));
    assert_eq!(poll(&mut world(1_000_000), &both), Ok(vec![(1, 0)]));
    let writable = [timer(1, 1, second, 0), ready(2, 1, 0), ready(3, 2, 1)];
    assert_eq!(poll(&mut world(1_000_000), &writable), Ok(vec![(3, 2)]));
}

/// Whatever the speed of the other end, the program sees the same.
#[test]
fn in_a_deterministic_world_descriptors_are_ready() {
    let mut wasi = Wasi::builder().stdin(Late(u32::MAX)).no_files().deterministic(1).build();
    let both = [timer(1, 1, 1_000_000_000, 0), ready(2, 1, 0)];
    assert_eq!(poll(&mut wasi, &both), Ok(vec![(2, 1)]));
    assert_eq!(poll(&mut wasi, &both[..1]), Ok(vec![(1, 0)]));
    assert!(wasi.clock.monotonic() >= 1_000_000_000);
}

#[test]
fn subscriptions_of_the_first_version_have_an_identifier() {
    let mut bytes = vec![0; 200];
    bytes[0] = 7;
    bytes[16] = 0xee;
    bytes[24] = 1;
    bytes[32] = 5;
    let mut wasi = Wasi::builder().clock(VirtualClock::new(0, 0)).build();
    let memory = &mut GuestMemory::new(&mut bytes);
    let arguments =
        Poll { version: Version::Preview0, subscriptions: List(0, 1), events: 64, count_to: 128 };
    polling::poll_oneoff(&mut wasi, memory, arguments, None).unwrap();
    assert_eq!((memory.read::<u32>(128), memory.read::<u64>(64)), (Ok(1), Ok(7)));
}

/// A connection that gives back what it is sent, three bytes at a time.
#[derive(Default)]
struct Echo {
    bytes: Vec<u8>,
    ended: bool,
}

impl Socket for Echo {
    fn receive(&mut self, buffer: &mut [u8], peek: bool) -> Result<usize, Errno> {
        let len = self.bytes.len().min(buffer.len()).min(3);
        buffer[..len].copy_from_slice(&self.bytes[..len]);
        if !peek {
            self.bytes.drain(..len);
        }
        Ok(len)
    }

    fn send(&mut self, bytes: &[u8]) -> Result<usize, Errno> {
        if self.ended {
            return Err(Errno::Pipe);
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn shutdown(&mut self, how: Shutdown) -> Result<(), Errno> {
        self.ended = how != Shutdown::Read;
        Ok(())
    }

    fn ready_to_read(&mut self) -> Result<Option<u64>, Errno> {
        Ok((!self.bytes.is_empty()).then_some(self.bytes.len() as u64))
    }
}

/// Accepts one connection after another.
struct Server;

impl Socket for Server {
    fn accept(&mut self) -> Result<Box<dyn Socket>, Errno> {
        Ok(Box::new(Echo::default()))
    }
}

#[test]
fn a_program_serves_the_socket_it_is_handed() {
    let mut wasi = Wasi::builder().no_files().preopen_socket(Server).build();
    let mut bytes = [0; 128];
    bytes[..8].copy_from_slice(&iovecs(&[(64, 7)]));
    bytes[64..71].copy_from_slice(b"message");
    let (wasi, memory) = (&mut wasi, &mut GuestMemory::new(&mut bytes));
    assert_eq!(fd::fd_prestat_get(wasi, memory, 3, 0), Err(Errno::Badf));
    assert_eq!(sock::sock_send(wasi, memory, 3, List(0, 1), 0, 16), Err(Errno::Notconn));
    sock::sock_accept(wasi, memory, 3, 0, 16).unwrap();
    assert_eq!(memory.read::<u32>(16), Ok(4));
    fd::fd_fdstat_get(wasi, memory, 4, 16).unwrap();
    assert_eq!(memory.read::<u8>(16), Ok(6));
    assert_eq!(sock::sock_accept(wasi, memory, 4, 0, 16), Err(Errno::Notcapable));
    sock::sock_send(wasi, memory, 4, List(0, 1), 0, 16).unwrap();
    assert_eq!(memory.read::<u32>(16), Ok(7));
    let mut receive = |memory: &mut GuestMemory<'_>, flags| {
        memory.write_bytes(64, &[0; 7]).unwrap();
        sock::sock_recv(wasi, memory, 4, List(0, 1), flags, 16, 20)?;
        let len: u32 = memory.read(16)?;
        Ok::<_, Errno>(String::from_utf8_lossy(memory.slice(64, len.into())?).into_owned())
    };
    assert_eq!(receive(memory, 1).unwrap(), "mes");
    assert_eq!(receive(memory, 0).unwrap(), "mes");
    assert_eq!(receive(memory, 2).unwrap(), "sage");
    assert_eq!(receive(memory, 4), Err(Errno::Inval));
    assert_eq!(sock::sock_shutdown(wasi, memory, 4, 0), Err(Errno::Inval));
    assert_eq!(sock::sock_shutdown(wasi, memory, 4, 2), Ok(()));
    assert_eq!(fd::fd_write(wasi, memory, 4, List(0, 1), 16), Err(Errno::Pipe));
}
