//! Work on many items by several threads.

use crate::Error;
use core::num::NonZero;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Modules of fewer bytes are translated faster by one thread than others are started.
pub(crate) const WORTHWHILE: usize = 128 * 1024;

/// How many items a thread takes at a time.
const CHUNK: usize = 16;

/// More threads than this gain little.
const MAX_THREADS: usize = 8;

/// Does `work` on each item, until it fails for one; every thread has a state of its own.
pub(crate) fn for_each<T: Sync, S>(
    items: &[T],
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &T) -> Result<(), Error> + Sync,
) -> Result<(), Error> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(MAX_THREADS);
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let error = Mutex::new(None::<Error>);
    let run = || {
        let mut state = state();
        while !failed.load(Ordering::Relaxed) {
            let start = next.fetch_add(CHUNK, Ordering::Relaxed);
            if start >= items.len() {
                return;
            }
            let chunk = &items[start..items.len().min(start + CHUNK)];
            if let Err(found) = chunk.iter().try_for_each(|item| work(&mut state, item)) {
                failed.store(true, Ordering::Relaxed);
                *error.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            // Where the system has no more threads, this one does the work.
            if thread::Builder::new().spawn_scoped(scope, run).is_err() {
                break;
            }
        }
        run();
    });
    error.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}
