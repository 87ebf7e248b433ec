//! Ctrl-C: stops the guest, and the command when it is pressed again.

use dergwasm::InterruptHandle;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// The exit status after Ctrl-C: what a shell says of a program that the signal ended.
pub(crate) const STATUS: i32 = 130;

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
        // Ctrl-C may come between two runs: after the start function, before `_start`. So the
        // guest is asked until the command has ended, and in a thread of its own, so that the
        // next Ctrl-C is seen.
        thread::spawn(move || {
            loop {
                handle.interrupt();
                thread::sleep(AGAIN);
            }
        });
    };
    let _ = ctrlc::try_set_handler(pressed);
}
