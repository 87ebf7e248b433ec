//! What the functions answer, down to the bytes.

use super::{
    Wasi, args, clock, fd,
    guest_memory::{GuestMemory, List},
    path,
    poll::{self, Poll},
    random, sock,
    types::Version,
};
use crate::sys::{Callback, Capture, Errno, Input, Rights, Stdio, VirtualClock};

mod files;
mod paths;
mod waiting;

const VERSION: Version = Version::Preview1;

/// The bytes of `iovec`s.
fn iovecs(list: &[(u32, u32)]) -> Vec<u8> {
    list.iter().flat_map(|(ptr, len)| [ptr.to_le_bytes(), len.to_le_bytes()].concat()).collect()
}

#[test]
fn arguments_and_environment_are_zero_terminated() {
    let mut wasi = Wasi::builder().args(["a", "bc"]).env("K", "v").build();
    let mut bytes = [0xaa; 64];
    let memory = &mut GuestMemory::new(&mut bytes);
    args::args_sizes_get(&mut wasi, memory, 0, 4).unwrap();
    args::args_get(&mut wasi, memory, 8, 16).unwrap();
    args::environ_sizes_get(&mut wasi, memory, 24, 28).unwrap();
    args::environ_get(&mut wasi, memory, 32, 36).unwrap();
    assert_eq!(bytes[..8], [2, 0, 0, 0, 5, 0, 0, 0]);
    assert_eq!(bytes[8..16], [16, 0, 0, 0, 18, 0, 0, 0]);
    assert_eq!(bytes[16..22], *b"a\0bc\0\xaa");
    assert_eq!(bytes[24..32], [1, 0, 0, 0, 4, 0, 0, 0]);
    assert_eq!(bytes[32..41], *b"\x24\0\0\0K=v\0\xaa");
    let memory = &mut GuestMemory::new(&mut bytes);
    assert_eq!(args::args_get(&mut wasi, memory, 0, 62), Err(Errno::Fault));
    assert_eq!(args::args_sizes_get(&mut wasi, memory, u32::MAX, 0), Err(Errno::Fault));
}

#[test]
fn writing_gathers_pieces() {
    let stdout = Capture::new();
    let mut wasi = Wasi::builder().stdout(stdout.clone()).build();
    let mut bytes = [0; 64];
    bytes[..24].copy_from_slice(&iovecs(&[(32, 3), (0, 0), (40, 2)]));
    bytes[32..35].copy_from_slice(b"abc");
    bytes[40..42].copy_from_slice(b"de");
    let memory = &mut GuestMemory::new(&mut bytes);
    fd::fd_write(&mut wasi, memory, 1, List(0, 3), 60).unwrap();
    assert_eq!((stdout.text().as_str(), memory.read::<u32>(60)), ("abcde", Ok(5)));

    let write = |wasi: &mut Wasi, memory: &mut GuestMemory<'_>, fd, iovs, written| {
        fd::fd_write(wasi, memory, fd, iovs, written)
    };
    assert_eq!(write(&mut wasi, memory, 0, List(0, 3), 60), Err(Errno::Badf));
    assert_eq!(write(&mut wasi, memory, 3, List(0, 3), 60), Err(Errno::Badf));
    assert_eq!(write(&mut wasi, memory, 1, List(0, 3), 62), Err(Errno::Fault));
    assert_eq!(write(&mut wasi, memory, 1, List(0, u32::MAX), 60), Err(Errno::Fault));
    memory.write(4, 1000_u32).unwrap();
    assert_eq!(write(&mut wasi, memory, 1, List(0, 3), 60), Err(Errno::Fault));
    assert_eq!(stdout.text(), "abcde");
}

#[test]
fn a_stream_gets_the_pieces_at_once() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let stdout = Callback::new(move |bytes| sender.send(bytes.to_vec()).unwrap());
    let mut wasi = Wasi::builder().stdout(stdout).build();
    let mut bytes = [0; 64];
    bytes[..24].copy_from_slice(&iovecs(&[(32, 3), (0, 0), (40, 2)]));
    bytes[32..35].copy_from_slice(b"abc");
    bytes[40..42].copy_from_slice(b"de");
    let memory = &mut GuestMemory::new(&mut bytes);
    fd::fd_write(&mut wasi, memory, 1, List(0, 3), 60).unwrap();
    fd::fd_write(&mut wasi, memory, 1, List(0, 1), 60).unwrap();
    assert_eq!(receiver.try_iter().collect::<Vec<_>>(), [&b"abcde"[..], b"abc"]);
    let mut bytes = vec![7; 0x1_0000];
    bytes[..24].copy_from_slice(&iovecs(&[(32, 3), (64, 0x8000), (64, 2)]));
    let memory = &mut GuestMemory::new(&mut bytes);
    fd::fd_write(&mut wasi, memory, 1, List(0, 3), 24).unwrap();
    assert_eq!(memory.read::<u32>(24), Ok(0x8005));
    assert_eq!(receiver.try_iter().map(|bytes| bytes.len()).collect::<Vec<_>>(), [3, 0x8000, 2]);
}

#[test]
fn overlapping_pieces_write_no_more_than_the_memory_holds() {
    let stdout = Capture::new();
    let mut wasi = Wasi::builder().stdout(stdout.clone()).build();
    let mut bytes = iovecs(&[(0, 60_000); 8000]);
    let len = bytes.len();
    let memory = &mut GuestMemory::new(&mut bytes);
    fd::fd_write(&mut wasi, memory, 1, List(0, 8000), 0).unwrap();
    assert_eq!(stdout.contents().len(), len);
    assert_eq!(memory.read::<u32>(0), Ok(64_000));
}

#[test]
fn a_full_stream_ends_a_write_early() {
    let mut wasi = Wasi::builder().stderr(Capture::with_limit(4)).build();
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(&iovecs(&[(16, 3), (16, 3)]));
    let memory = &mut GuestMemory::new(&mut bytes);
    fd::fd_write(&mut wasi, memory, 2, List(0, 2), 28).unwrap();
    assert_eq!(memory.read::<u32>(28), Ok(4));
    assert_eq!(fd::fd_write(&mut wasi, memory, 2, List(0, 2), 28), Err(Errno::Nospc));
}

#[test]
fn reading_fills_the_first_piece_that_is_not_empty() {
    let mut wasi = Wasi::builder().stdin(Input::new("hello")).build();
    let mut bytes = [0; 64];
    bytes[..24].copy_from_slice(&iovecs(&[(32, 0), (32, 4), (40, 4)]));
    let memory = &mut GuestMemory::new(&mut bytes);
    for (expected, text) in [(4, b"hell"), (1, b"oell"), (0, b"oell")] {
        fd::fd_read(&mut wasi, memory, 0, List(0, 3), 60).unwrap();
        assert_eq!(memory.read::<u32>(60), Ok(expected));
        assert_eq!(memory.slice(32, 4), Ok(&text[..]));
    }
    assert_eq!(fd::fd_read(&mut wasi, memory, 1, List(0, 3), 60), Err(Errno::Badf));
    assert_eq!(fd::fd_read(&mut wasi, memory, 0, List(60, 3), 60), Err(Errno::Fault));
}

/// A stream with a person at the other end.
struct Terminal;

impl Stdio for Terminal {
    fn is_terminal(&self) -> bool {
        true
    }
}

#[test]
fn streams_have_attributes() {
    let mut wasi = Wasi::builder().stdin(Terminal).no_files().build();
    let mut bytes = [0xaa; 64];
    fd::fd_fdstat_get(&mut wasi, &mut GuestMemory::new(&mut bytes), 0, 0).unwrap();
    let mut expected = [0; 24];
    // The rights to read, to be given flags, to be asked for attributes and to be waited for.
    (expected[0], expected[8], expected[10], expected[11]) = (2, 2 | 8, 0x20, 8);
    assert_eq!(bytes[..25], [&expected[..], &[0xaa]].concat());
    fd::fd_fdstat_get(&mut wasi, &mut GuestMemory::new(&mut bytes), 1, 0).unwrap();
    (expected[0], expected[8]) = (0, 64 | 8);
    assert_eq!(bytes[..24], expected);
    fd::fd_filestat_get(&mut wasi, &mut GuestMemory::new(&mut bytes), VERSION, 0, 0).unwrap();
    assert_eq!((bytes[16], bytes.iter().map(|&b| u32::from(b)).sum()), (2, 2_u32));
    let memory = &mut GuestMemory::new(&mut bytes);
    assert_eq!(fd::fd_fdstat_get(&mut wasi, memory, 3, 0), Err(Errno::Badf));
    assert_eq!(fd::fd_fdstat_get(&mut wasi, memory, 0, 41), Err(Errno::Fault));
    assert_eq!(fd::fd_filestat_get(&mut wasi, memory, VERSION, 0, 1), Err(Errno::Fault));
}

#[test]
fn streams_are_not_files() {
    let mut bytes = [0; 64];
    let wasi = &mut Wasi::builder().no_files().build();
    let memory = &mut GuestMemory::new(&mut bytes);
    let list = List(0, 1);
    assert_eq!(fd::fd_seek(wasi, memory, VERSION, 1, 0, 1, 0), Err(Errno::Spipe));
    assert_eq!(fd::fd_seek(wasi, memory, VERSION, 9, 0, 1, 0), Err(Errno::Badf));
    assert_eq!(fd::fd_seek(wasi, memory, VERSION, 1, 0, 3, 0), Err(Errno::Inval));
    assert_eq!(fd::fd_tell(wasi, memory, 0, 0), Err(Errno::Spipe));
    assert_eq!(fd::fd_pread(wasi, memory, 0, list, 0, 0), Err(Errno::Spipe));
    assert_eq!(fd::fd_pread(wasi, memory, 1, list, 0, 0), Err(Errno::Badf));
    assert_eq!(fd::fd_pwrite(wasi, memory, 1, list, 0, 0), Err(Errno::Spipe));
    assert_eq!(fd::fd_advise(wasi, memory, 1, 0, 0, 6), Err(Errno::Inval));
    assert_eq!(fd::fd_advise(wasi, memory, 1, 0, 0, 5), Err(Errno::Badf));
    assert_eq!(fd::fd_filestat_set_times(wasi, memory, 1, 0, 0, 3), Err(Errno::Inval));
    assert_eq!(fd::fd_readdir(wasi, memory, 1, list, 0, 0), Err(Errno::Badf));
    for fd in [0, 3, u32::MAX] {
        assert_eq!(fd::fd_prestat_get(wasi, memory, fd, 0), Err(Errno::Badf));
        assert_eq!(fd::fd_prestat_dir_name(wasi, memory, fd, list), Err(Errno::Badf));
        let flags = path::OpenFlags { lookup: 0, open: 0, fd: 0, rights: Rights::ALL };
        assert_eq!(path::path_open(wasi, memory, fd, list, flags, 0), Err(Errno::Badf));
        assert_eq!(path::path_unlink_file(wasi, memory, fd, list), Err(Errno::Badf));
    }
    assert_eq!(sock::sock_shutdown(wasi, memory, 1, 0), Err(Errno::Notsock));
    assert_eq!(sock::sock_shutdown(wasi, memory, 4, 0), Err(Errno::Badf));
    assert_eq!(fd::fd_renumber(wasi, memory, 1, 2), Ok(()));
    assert_eq!(fd::fd_close(wasi, memory, 1), Err(Errno::Badf));
    assert_eq!(fd::fd_close(wasi, memory, 2), Ok(()));
}

#[test]
fn clocks_and_randomness_are_written() {
    let mut wasi = Wasi::builder().deterministic(0).clock(VirtualClock::new(1000, 1)).build();
    let mut bytes = [0; 32];
    let memory = &mut GuestMemory::new(&mut bytes);
    clock::clock_time_get(&mut wasi, memory, 0, 0, 0).unwrap();
    clock::clock_time_get(&mut wasi, memory, 1, 0, 8).unwrap();
    clock::clock_res_get(&mut wasi, memory, 3, 16).unwrap();
    assert_eq!(memory.read::<u64>(0), Ok(1001));
    assert_eq!(memory.read::<u64>(8), Ok(2));
    assert_eq!(memory.read::<u64>(16), Ok(1));
    assert_eq!(clock::clock_time_get(&mut wasi, memory, 4, 0, 0), Err(Errno::Inval));
    assert_eq!(clock::clock_time_get(&mut wasi, memory, 0, 0, 25), Err(Errno::Fault));
    random::random_get(&mut wasi, memory, 24, 8).unwrap();
    assert_eq!(memory.read::<u64>(24), Ok(0xe220_a839_7b1d_cdaf));
    assert_eq!(random::random_get(&mut wasi, memory, 0, u32::MAX), Err(Errno::Fault));
}

/// The bytes of a subscription to a clock.
fn timer(userdata: u64, id: u32, timeout: u64, flags: u16) -> [u8; 48] {
    let mut bytes = [0; 48];
    bytes[..8].copy_from_slice(&userdata.to_le_bytes());
    bytes[16..20].copy_from_slice(&id.to_le_bytes());
    bytes[24..32].copy_from_slice(&timeout.to_le_bytes());
    bytes[40..42].copy_from_slice(&flags.to_le_bytes());
    bytes
}

/// The bytes of a subscription to a descriptor.
fn ready(userdata: u8, tag: u8, fd: u8) -> [u8; 48] {
    let mut bytes = [0; 48];
    (bytes[0], bytes[8], bytes[16]) = (userdata, tag, fd);
    bytes
}

/// Polls and returns the userdata and type of each event; no event is an error.
fn poll(wasi: &mut Wasi, subscriptions: &[[u8; 48]]) -> Result<Vec<(u64, u8)>, Errno> {
    let events = events(wasi, subscriptions)?;
    assert!(events.iter().all(|event| event[8..10] == [0, 0]), "{events:?}");
    let userdata = |event: &[u8; 32]| u64::from_le_bytes(event[..8].try_into().unwrap());
    Ok(events.iter().map(|event| (userdata(event), event[10])).collect())
}

/// Polls and returns the bytes of each event.
fn events(wasi: &mut Wasi, subscriptions: &[[u8; 48]]) -> Result<Vec<[u8; 32]>, Errno> {
    let mut bytes = subscriptions.concat();
    let (count, events) = (subscriptions.len(), bytes.len());
    bytes.resize(events + count * 32 + 4, 0);
    let memory = &mut GuestMemory::new(&mut bytes);
    let list = List(0, u32::try_from(count).unwrap());
    let count_at = (events + count * 32) as u64;
    let to = |address: u64| u32::try_from(address).unwrap();
    let (events_at, count_to) = (to(events as u64), to(count_at));
    let arguments = Poll { version: VERSION, subscriptions: list, events: events_at, count_to };
    poll::poll_oneoff(wasi, memory, arguments)?;
    let happened = memory.read::<u32>(count_at)?;
    (0..happened)
        .map(|i| {
            let at = (events + 32 * i as usize) as u64;
            Ok(memory.slice(at, 32)?.try_into().unwrap())
        })
        .collect()
}

#[test]
fn the_earliest_events_end_a_poll() {
    let second = 1_000_000_000;
    let mut wasi = Wasi::builder().clock(VirtualClock::new(100 * second, 0)).build();
    let timers = [timer(1, 0, 2 * second, 0), timer(2, 1, second, 0), timer(3, 0, 101 * second, 1)];
    assert_eq!(poll(&mut wasi, &timers), Ok(vec![(2, 0), (3, 0)]));
    let mut now = [0; 8];
    clock::clock_time_get(&mut wasi, &mut GuestMemory::new(&mut now), 1, 0, 0).unwrap();
    assert_eq!(u64::from_le_bytes(now), second);
    let mixed = [ready(4, 1, 0), timer(5, 0, second, 0), ready(6, 2, 1), timer(7, 1, 0, 0)];
    assert_eq!(poll(&mut wasi, &mixed), Ok(vec![(4, 1), (6, 2), (7, 0)]));
}

#[test]
fn a_wrong_subscription_fails_the_poll() {
    let mut wasi = Wasi::builder().deterministic(0).build();
    for (subscription, errno) in [
        (ready(0, 3, 0), Errno::Inval),
        (timer(0, 2, 0, 0), Errno::Inval),
        (timer(0, 9, 0, 0), Errno::Inval),
        (timer(0, 0, 0, 2), Errno::Inval),
    ] {
        assert_eq!(poll(&mut wasi, &[subscription]), Err(errno));
    }
    assert_eq!(poll(&mut wasi, &[]), Err(Errno::Inval));
    let mut bytes = [0; 64];
    let memory = &mut GuestMemory::new(&mut bytes);
    for (list, events, count) in [(List(0, 2), 0, 0), (List(0, 1), 40, 0), (List(0, 1), 0, 61)] {
        let arguments = Poll { version: VERSION, subscriptions: list, events, count_to: count };
        let polled = poll::poll_oneoff(&mut wasi, memory, arguments);
        assert_eq!(polled, Err(Errno::Fault));
    }
}
