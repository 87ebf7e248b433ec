//! How time is measured: thread CPU time, engines taking turns, the smallest of all samples.

use crate::engine::Failure;
use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// CPU time of this thread, which other programs on the machine do not disturb as they do a wall clock.
pub fn thread_time() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    let nanoseconds = u32::try_from(now.tv_nsec).unwrap_or(0);
    Duration::new(seconds, nanoseconds)
}

/// What one engine does in one sample; the number is compared between engines.
pub type Task<'a> = Box<dyn FnMut() -> Result<i64, Failure> + 'a>;

/// The outcome of one engine's tasks.
pub enum Outcome {
    /// The smallest sample, in seconds, and what the task answered.
    Done { seconds: f64, answer: i64 },
    /// The engine cannot do this, or failed.
    Failed(Failure),
}

impl Outcome {
    /// The smallest sample in seconds, if there is one.
    pub fn seconds(&self) -> Option<f64> {
        match self {
            Outcome::Done { seconds, .. } => Some(*seconds),
            Outcome::Failed(_) => None,
        }
    }
}

/// Runs every task `calls` times in each of `rounds` rounds, engine after engine within a round.
pub fn alternate(tasks: Vec<Result<Task<'_>, Failure>>, rounds: u32, calls: u32) -> Vec<Outcome> {
    let mut running: Vec<_> = tasks
        .into_iter()
        .map(|task| match task {
            Ok(task) => (Some(task), Outcome::Done { seconds: f64::INFINITY, answer: 0 }),
            Err(error) => (None, Outcome::Failed(error)),
        })
        .collect();
    for _ in 0..rounds {
        for (task, outcome) in &mut running {
            for _ in 0..calls {
                let Some(run) = task else { break };
                let start = thread_time();
                let result = run();
                let elapsed = (thread_time() - start).as_secs_f64();
                match (result, &mut *outcome) {
                    (Ok(value), Outcome::Done { seconds, answer }) => {
                        *seconds = seconds.min(elapsed);
                        *answer = value;
                    }
                    (Err(error), _) => {
                        *task = None;
                        *outcome = Outcome::Failed(error);
                    }
                    (Ok(_), Outcome::Failed(_)) => {}
                }
            }
        }
    }
    running.into_iter().map(|(_, outcome)| outcome).collect()
}
