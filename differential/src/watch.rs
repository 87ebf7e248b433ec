//! Ends the process when a module takes too long, and says which.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

/// How long a module may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Tells the watching thread what runs.
#[derive(Debug)]
pub(crate) struct Watch {
    /// The seed of what runs, plus one; 0 if nothing does.
    running: Arc<AtomicU64>,
}

/// Starts watching.
pub(crate) fn start() -> Watch {
    let running = Arc::new(AtomicU64::new(0));
    let watched = Arc::clone(&running);
    thread::spawn(move || {
        let mut before = 0;
        loop {
            thread::sleep(PATIENCE);
            let now = watched.load(Relaxed);
            if now != 0 && now == before {
                eprintln!("seed {}: takes more than {PATIENCE:?}", now - 1);
                std::process::exit(1);
            }
            before = now;
        }
    });
    Watch { running }
}

impl Watch {
    pub(crate) fn begin(&self, seed: u64) {
        self.running.store(seed.wrapping_add(1), Relaxed);
    }

    pub(crate) fn end(&self) {
        self.running.store(0, Relaxed);
    }
}
