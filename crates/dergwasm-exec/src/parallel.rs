//! Work on many items by several threads.

use crate::Error;
use crate::sync::{AtomicBool, AtomicUsize, Ordering};
use core::num::NonZero;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Modules of fewer bytes are translated faster by one thread than others are started.
pub(crate) const WORTHWHILE: usize = 128 * 1024;

/// How many items a thread takes at a time.
const CHUNK: usize = 16;

/// More threads than this gain little.
const MAX_THREADS: usize = 8;

/// What the threads share.
#[derive(Debug, Default)]
struct Progress {
    /// How many items are taken.
    taken: AtomicUsize,
    failed: AtomicBool,
    error: Mutex<Option<Error>>,
}

impl Progress {
    /// Does `work` on items that no other thread took, until all are taken or one fails.
    fn advance<T>(&self, items: &[T], mut work: impl FnMut(&T) -> Result<(), Error>) {
        while !self.failed.load(Ordering::Relaxed) {
            let start = self.taken.fetch_add(CHUNK, Ordering::Relaxed);
            if start >= items.len() {
                return;
            }
            let chunk = &items[start..items.len().min(start + CHUNK)];
            if let Err(found) = chunk.iter().try_for_each(&mut work) {
                self.failed.store(true, Ordering::Relaxed);
                *self.error.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
            }
        }
    }

    /// How it ended, when every thread is done.
    fn end(&self) -> Result<(), Error> {
        self.error.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err)
    }
}

/// Does `work` on each item, until it fails for one; every thread has a state of its own.
pub(crate) fn for_each<T: Sync, S>(
    items: &[T],
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &T) -> Result<(), Error> + Sync,
) -> Result<(), Error> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(MAX_THREADS);
    let progress = Progress::default();
    let run = || {
        let mut state = state();
        progress.advance(items, |item| work(&mut state, item));
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
    progress.end()
}

/// In every order of events that loom finds; run by `cargo xtask ci loom`.
#[cfg(all(test, loom))]
mod models {
    use super::*;
    use alloc::sync::Arc;
    use std::cell::Cell;

    /// Three chunks for two threads.
    const ITEMS: usize = 2 * CHUNK + 1;

    /// How many items two threads work on, and how it ends; the item `bad` fails.
    fn by_two_threads(bad: Option<usize>) -> (usize, Result<(), Error>) {
        let items: Arc<Vec<usize>> = Arc::new((0..ITEMS).collect());
        let progress = Arc::new(Progress::default());
        let run = move |items: &[usize], progress: &Progress| {
            let done = Cell::new(0);
            progress.advance(items, |&item| {
                done.set(done.get() + 1);
                if Some(item) == bad { Err(Error::msg("bad")) } else { Ok(()) }
            });
            done.get()
        };
        let other = loom::thread::spawn({
            let (items, progress) = (Arc::clone(&items), Arc::clone(&progress));
            move || run(&items, &progress)
        });
        let done = run(&items, &progress) + other.join().unwrap();
        (done, progress.end())
    }

    #[test]
    fn every_item_is_worked_on_once() {
        loom::model(|| {
            let (done, end) = by_two_threads(None);
            assert!(end.is_ok() && done == ITEMS);
        });
    }

    #[test]
    fn an_error_is_not_lost() {
        loom::model(|| {
            let (done, end) = by_two_threads(Some(CHUNK + 3));
            assert!(end.is_err() && done <= ITEMS);
        });
    }
}
