//! The time limit of a run.

use crate::failure::TRAP_STATUS;
use dergwasm::InterruptHandle;
use std::io::{self, Write as _};
use std::{
    process, thread,
    time::{Duration, Instant},
};

/// How long the guest has to notice. It does within a millisecond, also where it waits, unless the
/// host does something for it that cannot be interrupted.
const GRACE: Duration = Duration::from_millis(250);

/// How long to wait before asking the guest again.
const AGAIN: Duration = Duration::from_millis(5);

/// Stops the machine when `limit` is over; the whole process if that has no effect.
pub(crate) fn start(handle: InterruptHandle, limit: Duration) {
    thread::spawn(move || {
        thread::sleep(limit);
        let end = Instant::now() + GRACE;
        // The limit may be over between two runs: after the start function, before `_start`.
        while Instant::now() < end {
            handle.interrupt();
            thread::sleep(AGAIN);
        }
        let _ = writeln!(
            io::stderr(),
            "error: trap: interrupted\nnote: {}; the guest did not stop when it was asked to, so that \
             the process was ended",
            note(limit)
        );
        process::exit(TRAP_STATUS);
    });
}

/// Why the guest was interrupted.
pub(crate) fn note(limit: Duration) -> String {
    format!("the time limit is over (--timeout {limit:?})")
}
