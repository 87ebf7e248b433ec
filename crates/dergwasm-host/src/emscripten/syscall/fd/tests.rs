//! Waiting, and descriptors that do not wait.

use super::*;
use crate::{
    emscripten::{Emscripten, syscall::Layout},
    sys::{Clock, Input, Stdio, VirtualClock},
    wasi::{Wasi, guest_memory::GuestMemory},
};
use core::time::Duration;

/// Input that does not come.
struct Nobody;

impl Stdio for Nobody {
    fn ready_to_read(&mut self) -> Option<u64> {
        None
    }
}

/// A clock of a busy system: every sleep takes a millisecond longer than asked.
struct Late(VirtualClock);

impl Clock for Late {
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

fn world(stdin: impl Stdio + 'static) -> Emscripten {
    let clock = Late(VirtualClock::new(0, 0));
    Emscripten::new(Wasi::builder().stdin(stdin).clock(clock).build())
}

fn with_system<R>(
    state: &mut Emscripten,
    bytes: &mut [u8],
    f: impl FnOnce(&mut System<'_>) -> R,
) -> R {
    let memory = GuestMemory::new(bytes);
    f(&mut System { state, memory, layout: Layout::Current })
}

/// Polls descriptors for events, and returns what is found of each.
fn polled(
    state: &mut Emscripten,
    fds: &[(u32, u16)],
    timeout: i32,
) -> (Result<u32, Errno>, Vec<u16>) {
    let entry = |&(fd, wanted): &(u32, u16)| {
        [&fd.to_le_bytes()[..], &wanted.to_le_bytes(), &[0xaa, 0xaa]].concat()
    };
    let mut bytes: Vec<u8> = fds.iter().flat_map(entry).collect();
    let count = u32::try_from(fds.len()).unwrap();
    let ready = with_system(state, &mut bytes, |system| poll(system, 0, count, timeout));
    let found = bytes.chunks(8).map(|entry| u16::from_le_bytes([entry[6], entry[7]])).collect();
    (ready, found)
}

#[test]
fn a_poll_ends_at_the_deadline_of_the_clock() {
    let mut state = world(Nobody);
    assert_eq!(polled(&mut state, &[(0, 1)], 200), (Ok(0), vec![0]));
    let shown = state.wasi.clock.monotonic() / 1_000_000;
    assert!((200..=206).contains(&shown), "{shown}");
    // Without descriptors it is a sleep.
    assert_eq!(polled(&mut state, &[], 100), (Ok(0), vec![]));
    assert_eq!(polled(&mut state, &[(u32::MAX, 1)], 100), (Ok(0), vec![0]));
    let then = state.wasi.clock.monotonic() / 1_000_000;
    assert!((200..=202).contains(&(then - shown)), "{then}");
    assert_eq!(polled(&mut state, &[(0, 1)], 0), (Ok(0), vec![0]));
}

#[test]
fn each_descriptor_tells_of_itself() {
    let mut state = world(Nobody);
    let all = [(0, 1), (1, 4), (77, 1), (0, 4)];
    assert_eq!(polled(&mut state, &all, -1), (Ok(3), vec![0, 4, 0x20, 4]));
    let mut state = world(Input::new("x"));
    assert_eq!(polled(&mut state, &[(0, 1)], -1), (Ok(1), vec![1]));
    let mut state = world(Input::new(""));
    assert_eq!(polled(&mut state, &[(0, 1)], -1), (Ok(1), vec![1 | 0x10]), "the end, a hangup");
}

#[test]
fn streams_can_be_made_not_to_wait() {
    let mut state = world(Nobody);
    let mut bytes = [0; 64];
    bytes[..4].copy_from_slice(&0o4000_u32.to_le_bytes());
    let flags = |system: &mut System<'_>| fcntl(system, 0, 3, 0);
    with_system(&mut state, &mut bytes, |system| {
        assert_eq!(fcntl(system, 0, 4, 0), Ok(0));
        assert_eq!(flags(system), Ok(0o4000));
        // FIONBIO, given where the wish is.
        for (on, found) in [(0_u32, 0), (1, 0o4000)] {
            system.memory.write(8, 16_u32).unwrap();
            system.memory.write(16, on).unwrap();
            assert_eq!(ioctl(system, 0, 0x5421, 8), Ok(0));
            assert_eq!(flags(system), Ok(found));
        }
        let stdin = system.state.wasi.fds.get(0).unwrap();
        assert_eq!(stdin.read(&mut [0; 4], &system.state.wasi.waiting), Err(Errno::Again));
        // It is no terminal: TIOCGWINSZ
        assert_eq!(ioctl(system, 0, 0x5413, 8), Err(Errno::Notty));
    });
}
