//! Sockets, and streams that are not always ready.

use core::time::Duration;

use super::{events, iovecs, poll, ready, timer};
use crate::{
    sys::{
        Clock, Errno, Input, Null, Shutdown, Socket, Stdio, VirtualClock,
        fs::{FileType, MemoryFs, Metadata},
    },
    wasi::{
        Wasi, fd,
        guest_memory::{GuestMemory, List},
        path,
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
    polling::poll_oneoff(&mut wasi, memory, arguments).unwrap();
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

/// A second, in nanoseconds.
const SECOND: u64 = 1_000_000_000;

/// A clock of a busy system: every sleep takes a millisecond longer than asked.
struct Late1ms(VirtualClock);

impl Clock for Late1ms {
    fn realtime(&mut self) -> u64 {
        self.0.realtime()
    }
    fn monotonic(&mut self) -> u64 {
        self.0.monotonic()
    }
    fn sleep(&mut self, time: Duration) {
        self.0.sleep(time + Duration::from_millis(1));
    }
}

/// What the clock of a program shows after it waited, in milliseconds.
fn shown(wasi: &mut Wasi) -> u64 {
    wasi.clock.monotonic() / 1_000_000
}

#[test]
fn a_wait_ends_at_the_deadline_of_the_clock() {
    for (subscriptions, latest) in [
        // A slice of five milliseconds that takes six may pass it, and no more.
        (&[timer(1, 1, SECOND, 0), ready(2, 1, 0)][..], 1006),
        (&[timer(1, 0, SECOND, 0), ready(2, 1, 0)], 1006),
        (&[timer(1, 1, SECOND, 1), ready(2, 1, 0)], 1006),
        (&[timer(1, 0, 101 * SECOND, 1), ready(2, 1, 0)], 1006),
        (&[timer(1, 1, SECOND, 0)], 1001),
        (&[timer(1, 0, 101 * SECOND, 1)], 1001),
        (&[timer(3, 1, u64::MAX, 0), timer(1, 1, SECOND, 0), timer(4, 0, u64::MAX, 1)], 1001),
    ] {
        let clock = Late1ms(VirtualClock::new(100 * SECOND, 0));
        let mut wasi = Wasi::builder().stdin(Late(u32::MAX)).clock(clock).no_files().build();
        assert_eq!(poll(&mut wasi, subscriptions), Ok(vec![(1, 0)]));
        let shown = shown(&mut wasi);
        assert!((1000..=latest).contains(&shown), "{shown}");
    }
}

#[test]
fn a_time_that_is_past_has_come() {
    for at in [0, 1, 99 * SECOND, 100 * SECOND] {
        let clock = VirtualClock::new(100 * SECOND, 0);
        let mut wasi = Wasi::builder().stdin(Late(u32::MAX)).clock(clock).no_files().build();
        let subscriptions = [ready(2, 1, 0), timer(1, 0, at, 1), timer(3, 1, u64::MAX, 0)];
        assert_eq!(poll(&mut wasi, &subscriptions), Ok(vec![(1, 0)]));
        assert_eq!(shown(&mut wasi), 0);
    }
}

/// A realtime clock that somebody sets, once, after a while; the monotonic one goes on.
struct Set {
    elapsed: u64,
    /// When it is set, and by how much.
    after: u64,
    by: i64,
}

impl Clock for Set {
    fn realtime(&mut self) -> u64 {
        let by = if self.elapsed >= self.after { self.by } else { 0 };
        (1000 * SECOND + self.elapsed).saturating_add_signed(by)
    }
    fn monotonic(&mut self) -> u64 {
        self.elapsed
    }
    fn sleep(&mut self, time: Duration) {
        self.elapsed += u64::try_from(time.as_nanos()).unwrap();
    }
}

#[test]
fn setting_the_clock_moves_a_time_of_day_and_no_span() {
    let seconds = |seconds: i64| seconds * SECOND as i64;
    for (by, subscription, expected) in [
        (seconds(-60), timer(1, 0, 1010 * SECOND, 1), 70_000),
        // A tenth of a second after it was set at the latest.
        (seconds(60), timer(1, 0, 1010 * SECOND, 1), 2_100),
        (seconds(60), timer(1, 0, 10 * SECOND, 0), 10_000),
        (seconds(-60), timer(1, 0, 10 * SECOND, 0), 10_000),
        (seconds(60), timer(1, 1, 10 * SECOND, 1), 10_000),
    ] {
        for with_stream in [false, true] {
            let clock = Set { elapsed: 0, after: 2 * SECOND, by };
            let mut wasi = Wasi::builder().stdin(Late(u32::MAX)).clock(clock).no_files().build();
            let both = [subscription, ready(2, 1, 0)];
            let subscriptions = if with_stream { &both[..] } else { &both[..1] };
            assert_eq!(poll(&mut wasi, subscriptions), Ok(vec![(1, 0)]));
            let shown = shown(&mut wasi);
            assert!(shown <= expected && shown + 100 >= expected, "{shown} for {expected}");
        }
    }
}

/// What an embedder may give a program that is not to know the time.
struct Still;

impl Clock for Still {
    fn realtime(&mut self) -> u64 {
        7
    }
    fn monotonic(&mut self) -> u64 {
        7
    }
    fn sleep(&mut self, _: Duration) {}
}

#[test]
fn a_clock_that_stands_still_lets_a_wait_end() {
    let mut wasi = Wasi::builder().stdin(Late(u32::MAX)).clock(Still).no_files().build();
    let both = [timer(1, 1, SECOND, 0), ready(2, 1, 0)];
    assert_eq!(poll(&mut wasi, &both), Ok(vec![(1, 0)]));
    assert_eq!(poll(&mut wasi, &both[..1]), Ok(vec![(1, 0)]));
    assert_eq!(poll(&mut wasi, &[timer(1, 0, SECOND, 1)]), Ok(vec![(1, 0)]));
}

/// The userdata, error, number of bytes and flags of events.
fn told(wasi: &mut Wasi, subscriptions: &[[u8; 48]]) -> Vec<(u8, u8, u8, u8)> {
    let events = events(wasi, subscriptions).unwrap();
    events.iter().map(|event| (event[0], event[8], event[16], event[24])).collect()
}

#[test]
fn a_descriptor_that_cannot_be_waited_for_is_an_event() {
    let fs = MemoryFs::new();
    fs.write("file", b"12345").unwrap();
    let mut wasi = Wasi::builder().stdin(Late(u32::MAX)).mount("/", fs).unwrap().build();
    let badf = u8::try_from(Errno::Badf.number()).unwrap();
    // A descriptor that is none, and the wrong directions; together with others that are ready.
    for (subscription, error) in [(ready(9, 1, 77), badf), (ready(9, 1, 1), badf)] {
        assert_eq!(told(&mut wasi, &[subscription]), [(9, error, 0, 0)]);
        let all = [subscription, timer(1, 1, 0, 0), ready(2, 2, 1), ready(4, 1, 0)];
        assert_eq!(told(&mut wasi, &all), [(9, error, 0, 0), (1, 0, 0, 0), (2, 0, 1, 0)]);
    }
    assert_eq!(told(&mut wasi, &[ready(9, 2, 0)]), [(9, badf, 0, 0)]);
    // Files and directories are ready, for both.
    let mut bytes = *b"file____";
    let memory = &mut GuestMemory::new(&mut bytes);
    let flags = path::OpenFlags { lookup: 0, open: 0, fd: 0, rights: crate::sys::Rights::ALL };
    path::path_open(&mut wasi, memory, 3, List(0, 4), flags, 4).unwrap();
    assert_eq!(memory.read::<u32>(4), Ok(4));
    let both = [ready(1, 1, 3), ready(2, 2, 3), ready(3, 1, 4), ready(4, 2, 4)];
    let expected = [(1, 0, 0, 0), (2, 0, 1, 0), (3, 0, 5, 0), (4, 0, 1, 0)];
    assert_eq!(told(&mut wasi, &both), expected);
    // Without the right to it.
    fd::fd_fdstat_set_rights(&mut wasi, memory, 4, 2, 0).unwrap();
    let notcapable = u8::try_from(Errno::Notcapable.number()).unwrap();
    assert_eq!(told(&mut wasi, &[ready(9, 1, 4)]), [(9, notcapable, 0, 0)]);
}

#[test]
fn the_end_of_a_pipe_is_a_hangup() {
    let mut wasi = Wasi::builder().stdin(Input::new("ab")).no_files().build();
    assert_eq!(told(&mut wasi, &[ready(1, 1, 0)]), [(1, 0, 2, 0)]);
    let mut bytes = [0; 64];
    bytes[..8].copy_from_slice(&iovecs(&[(32, 8)]));
    let memory = &mut GuestMemory::new(&mut bytes);
    fd::fd_read(&mut wasi, memory, 0, List(0, 1), 16).unwrap();
    assert_eq!(told(&mut wasi, &[ready(1, 1, 0)]), [(1, 0, 0, 1)]);
}

#[test]
fn a_stream_that_does_not_block_answers_again() {
    let clock = VirtualClock::new(0, 0);
    let mut wasi = Wasi::builder().stdin(Late(4)).clock(clock).no_files().build();
    let mut bytes = [0; 64];
    bytes[..8].copy_from_slice(&iovecs(&[(32, 8)]));
    let memory = &mut GuestMemory::new(&mut bytes);
    fd::fd_fdstat_set_flags(&mut wasi, memory, 0, 4).unwrap();
    fd::fd_fdstat_get(&mut wasi, memory, 0, 32).unwrap();
    assert_eq!(memory.read::<u16>(34), Ok(4));
    assert_eq!(fd::fd_read(&mut wasi, memory, 0, List(0, 1), 16), Err(Errno::Again));
    // Waiting for it still does.
    assert_eq!(poll(&mut wasi, &[ready(2, 1, 0)]), Ok(vec![(2, 1)]));
    assert_eq!(
        fd::fd_read(&mut wasi, memory, 0, List(0, 1), 16),
        Err(Errno::Badf),
        "its own answer"
    );
    fd::fd_fdstat_set_flags(&mut wasi, memory, 0, 0).unwrap();
    fd::fd_fdstat_get(&mut wasi, memory, 0, 32).unwrap();
    assert_eq!(memory.read::<u16>(34), Ok(0));
}

/// A stream to a pipe that is full until it was asked so often.
struct Full(u32, Vec<u8>);

impl Stdio for Full {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Errno> {
        self.1.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn ready_to_write(&mut self) -> Option<u64> {
        self.0 = self.0.saturating_sub(1);
        (self.0 == 0).then_some(2)
    }
}

#[test]
fn a_full_pipe_is_waited_for() {
    let clock = VirtualClock::new(0, 0);
    let stdout = Full(4, Vec::new());
    let mut wasi = Wasi::builder().stdout(stdout).clock(clock).no_files().build();
    let mut bytes = [0; 64];
    bytes[..8].copy_from_slice(&iovecs(&[(32, 8)]));
    let memory = &mut GuestMemory::new(&mut bytes);
    fd::fd_fdstat_set_flags(&mut wasi, memory, 1, 4).unwrap();
    assert_eq!(fd::fd_write(&mut wasi, memory, 1, List(0, 1), 16), Err(Errno::Again));
    assert_eq!(poll(&mut wasi, &[ready(2, 2, 1)]), Ok(vec![(2, 2)]));
    fd::fd_write(&mut wasi, memory, 1, List(0, 1), 16).unwrap();
    assert_eq!(memory.read::<u32>(16), Ok(8));
}

/// A file in memory as a stream.
struct Numbers(std::io::Cursor<Vec<u8>>);

impl Stdio for Numbers {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Errno> {
        Ok(std::io::Read::read(&mut self.0, buffer)?)
    }

    fn metadata(&self) -> Result<Metadata, Errno> {
        Ok(Metadata { size: 10, ..Metadata::of_type(FileType::File) })
    }

    fn seek(&mut self, to: std::io::SeekFrom) -> Result<u64, Errno> {
        Ok(std::io::Seek::seek(&mut self.0, to)?)
    }
}

#[test]
fn a_stream_that_is_a_file_has_a_size_and_a_position() {
    let stdin = Numbers(std::io::Cursor::new(b"0123456789".to_vec()));
    let mut wasi = Wasi::builder().stdin(stdin).stdout(Null).no_files().build();
    let wasi = &mut wasi;
    let mut bytes = [0; 128];
    bytes[..8].copy_from_slice(&iovecs(&[(16, 3)]));
    let memory = &mut GuestMemory::new(&mut bytes);
    fd::fd_fdstat_get(wasi, memory, 0, 32).unwrap();
    // A file, with the rights to seek and tell, by which programs know that it is no terminal.
    assert_eq!((memory.read::<u8>(32), memory.read::<u8>(40)), (Ok(4), Ok(2 | 4 | 8 | 32)));
    fd::fd_filestat_get(wasi, memory, Version::Preview1, 0, 32).unwrap();
    assert_eq!((memory.read::<u8>(48), memory.read::<u64>(64)), (Ok(4), Ok(10)));
    fd::fd_seek(wasi, memory, Version::Preview1, 0, -2, 2, 32).unwrap();
    assert_eq!(memory.read::<u64>(32), Ok(8));
    fd::fd_read(wasi, memory, 0, List(0, 1), 24).unwrap();
    assert_eq!((memory.read::<u32>(24), memory.slice(16, 2)), (Ok(2), Ok(&b"89"[..])));
    fd::fd_pread(wasi, memory, 0, List(0, 1), 4, 24).unwrap();
    assert_eq!((memory.read::<u32>(24), memory.slice(16, 3)), (Ok(3), Ok(&b"456"[..])));
    fd::fd_tell(wasi, memory, 0, 32).unwrap();
    assert_eq!(memory.read::<u64>(32), Ok(10));
    fd::fd_fdstat_set_rights(wasi, memory, 0, 2, 0).unwrap();
    let seek = fd::fd_seek(wasi, memory, Version::Preview1, 0, 0, 0, 32);
    assert_eq!(seek, Err(Errno::Notcapable));
    assert_eq!(fd::fd_pread(wasi, memory, 0, List(0, 1), 4, 24), Err(Errno::Notcapable));
}

/// A connection that knows no way not to wait, and has nothing to give until it was asked so often.
struct Slow(u32);

impl Socket for Slow {
    fn receive(&mut self, buffer: &mut [u8], _: bool) -> Result<usize, Errno> {
        buffer[0] = b'x';
        Ok(1)
    }

    fn ready_to_read(&mut self) -> Result<Option<u64>, Errno> {
        self.0 = self.0.saturating_sub(1);
        Ok((self.0 == 0).then_some(1))
    }
}

#[test]
fn a_socket_that_does_not_block_answers_again() {
    let clock = VirtualClock::new(0, 0);
    let mut wasi = Wasi::builder().clock(clock).no_files().preopen_socket(Slow(4)).build();
    let mut bytes = [0; 64];
    bytes[..8].copy_from_slice(&iovecs(&[(32, 8)]));
    let memory = &mut GuestMemory::new(&mut bytes);
    fd::fd_fdstat_set_flags(&mut wasi, memory, 3, 4).unwrap();
    fd::fd_fdstat_get(&mut wasi, memory, 3, 32).unwrap();
    assert_eq!(memory.read::<u16>(34), Ok(4));
    assert_eq!(fd::fd_read(&mut wasi, memory, 3, List(0, 1), 16), Err(Errno::Again));
    let received = sock::sock_recv(&mut wasi, memory, 3, List(0, 1), 0, 16, 20);
    assert_eq!(received, Err(Errno::Again));
    assert_eq!(poll(&mut wasi, &[ready(2, 1, 3)]), Ok(vec![(2, 1)]));
    assert_eq!(fd::fd_read(&mut wasi, memory, 3, List(0, 1), 16), Ok(()));
    assert_eq!(memory.read::<u32>(16), Ok(1));
}
