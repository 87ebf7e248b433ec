//! Ctrl-C: stops the guest if it can be interrupted, and the command if not or when it is pressed again.

use crate::output::complain;
use dergwasm::InterruptHandle;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// The exit status after Ctrl-C: what a shell says of a program that the signal ended.
pub(crate) const STATUS: i32 = 130;

/// How long the guest has to notice.
const GRACE: Duration = Duration::from_millis(100);

/// How long to wait before asking the guest again.
const AGAIN: Duration = Duration::from_millis(5);

static PRESSED: AtomicBool = AtomicBool::new(false);

/// Whether somebody wants the command to end.
pub(crate) fn was_pressed() -> bool {
    PRESSED.load(Ordering::Relaxed)
}

/// Lets Ctrl-C stop the machine.
///
/// Where the signal is ignored, as in a job in the background, it still is. Without a handler it
/// ends the process.
pub(crate) fn listen(handle: InterruptHandle) {
    let pressed = move || {
        if PRESSED.swap(true, Ordering::Relaxed) {
            process::exit(STATUS);
        }
        let handle = handle.clone();
        // In a thread of its own, so that the next Ctrl-C is seen.
        thread::spawn(move || {
            let end = Instant::now() + GRACE;
            // Ctrl-C may come between two runs: after the start function, before `_start`.
            while Instant::now() < end {
                handle.interrupt();
                thread::sleep(AGAIN);
            }
            complain(format_args!("error: stopped by Ctrl-C"));
            process::exit(STATUS);
        });
    };
    let _ = ctrlc::try_set_handler(pressed);
}
