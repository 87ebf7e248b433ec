//! `select`: waits for descriptors that are bits of three sets.

use super::{System, fd::Polled};
use crate::sys::{Errno, Wait};

/// How many descriptors a set of the C library holds.
const MOST: u32 = 1024;
const SECOND: i64 = 1_000_000_000;

/// The sets of a call, by address: 0 for none.
struct Sets {
    count: u32,
    read: u32,
    write: u32,
    except: u32,
}

/// `select(count, read, write, except, timeout)`, the timeout a `struct timeval`.
pub(super) fn select(
    system: &mut System<'_>,
    count: u32,
    read: u32,
    write: u32,
    except: u32,
    timeout: u32,
) -> Result<u32, Errno> {
    let timeout = time(system, timeout, 1000)?;
    wait(system, &Sets { count, read, write, except }, timeout)
}

/// `pselect6(count, read, write, except, timeout, signals)`, the timeout a `struct timespec`.
pub(super) fn pselect(
    system: &mut System<'_>,
    count: u32,
    read: u32,
    write: u32,
    except: u32,
    timeout: u32,
    _signals: u32,
) -> Result<u32, Errno> {
    let timeout = time(system, timeout, 1)?;
    wait(system, &Sets { count, read, write, except }, timeout)
}

/// A time of seconds and parts of them, in nanoseconds; without one, for ever. The C library hands
/// over two `long`, whatever its own structures are.
fn time(system: &System<'_>, at: u32, part: i64) -> Result<u64, Errno> {
    if at == 0 {
        return Ok(u64::MAX);
    }
    let seconds: i32 = system.memory.read(at.into())?;
    let parts: i32 = system.memory.read(u64::from(at) + 4)?;
    if seconds < 0 || !(0..SECOND / part).contains(&parts.into()) {
        return Err(Errno::Inval);
    }
    Ok((i64::from(seconds) * SECOND + i64::from(parts) * part).unsigned_abs())
}

fn wait(system: &mut System<'_>, sets: &Sets, timeout: u64) -> Result<u32, Errno> {
    if sets.count > MOST {
        return Err(Errno::Inval);
    }
    let mut wait = system.state.wasi.timer().begin();
    loop {
        let (polled, found) = look(system, &wait, sets)?;
        let left = wait.left_of(timeout);
        if polled.ready > 0 || left == 0 {
            for (set, bits) in [sets.read, sets.write, sets.except].into_iter().zip(found) {
                for (at, word) in (u64::from(set)..).step_by(4).zip(bits).take(words(sets, set)) {
                    system.memory.write(at, word)?;
                }
            }
            return Ok(polled.ready);
        }
        system.state.wasi.timer().pass(&mut wait, left, polled.pending)?;
    }
}

/// How many words of a set count.
fn words(sets: &Sets, set: u32) -> usize {
    if set == 0 { 0 } else { sets.count.div_ceil(32) as usize }
}

type Bits = [u32; (MOST / 32) as usize];

/// Which of the descriptors in the sets are ready.
fn look(system: &mut System<'_>, wait: &Wait, sets: &Sets) -> Result<(Polled, [Bits; 3]), Errno> {
    let mut wanted = [[0; (MOST / 32) as usize]; 3];
    for (set, bits) in [sets.read, sets.write, sets.except].into_iter().zip(&mut wanted) {
        for (at, word) in (u64::from(set)..).step_by(4).zip(bits).take(words(sets, set)) {
            *word = system.memory.read(at)?;
        }
    }
    system.state.wasi.timer().check_interrupt(wait)?;
    let mut found: [Bits; 3] = [[0; (MOST / 32) as usize]; 3];
    let mut polled = Polled { ready: 0, pending: false };
    // Nothing is exceptional, so that the third set is always empty.
    for fd in 0..sets.count {
        let (word, bit) = ((fd / 32) as usize, 1_u32 << (fd % 32));
        let wants = wanted.map(|set| set[word] & bit != 0);
        if wants == [false; 3] {
            continue;
        }
        let wasi = &mut system.state.wasi;
        let descriptor = wasi.fds.get(fd)?;
        for (set, reported) in [
            (0, descriptor.ready_to_read()),
            (1, descriptor.ready_to_write().map(|ready| ready.then_some(1))),
        ] {
            match reported {
                _ if !wants[set] => continue,
                Ok(reported) if wasi.poll.readiness(reported).is_none() => {
                    polled.pending = true;
                    continue;
                }
                // What fails does so without waiting.
                _ => {}
            }
            found[set][word] |= bit;
            polled.ready += 1;
        }
    }
    Ok((polled, found))
}
