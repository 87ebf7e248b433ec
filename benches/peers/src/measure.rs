//! How time is measured: thread CPU time, engines taking turns, the smallest of all samples.

use crate::engine::Failure;
use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// CPU time of this thread, which other programs on the machine do not disturb as they do a wall clock.
pub fn thread_time() -> Duration {
    time(ClockId::ThreadCPUTime)
}

/// Time on the wall, where several threads work; on an idle machine it is as good.
pub fn wall_time() -> Duration {
    time(ClockId::Monotonic)
}

fn time(clock: ClockId) -> Duration {
    let now = clock_gettime(clock);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    let nanoseconds = u32::try_from(now.tv_nsec).unwrap_or(0);
    Duration::new(seconds, nanoseconds)
}

/// What one engine does in one sample; the number is compared between engines.
pub type Task<'a> = Box<dyn FnMut() -> Result<i64, Failure> + 'a>;

/// What begins an engine's turn: what it does is not measured, only what the task does that it gives.
/// A new instance in every turn keeps where its memory happens to lie from deciding a comparison.
pub type Start<'a> = Box<dyn Fn() -> Result<Task<'a>, Failure> + 'a>;

/// The outcome of one engine's tasks.
pub enum Outcome {
    /// The smallest sample, in seconds, and what the task answered.
    Done { seconds: f64, answer: i64 },
    /// Nothing of the kind is in the engine.
    Absent,
    /// The engine cannot do this, or failed: a word for the table, and why.
    Failed(&'static str, Failure),
}

/// An error of an engine is a refusal of the task.
impl From<Failure> for Outcome {
    fn from(error: Failure) -> Self {
        Outcome::Failed("refused", error)
    }
}

impl Outcome {
    /// The smallest sample in seconds, or the word that stands in its place.
    pub fn seconds(&self) -> Result<f64, &'static str> {
        match self {
            Outcome::Done { seconds, .. } => Ok(*seconds),
            Outcome::Absent => Err("-"),
            Outcome::Failed(word, _) => Err(word),
        }
    }
}

/// A turn ends when its samples took this time in seconds together.
const TURN: f64 = 0.1;

/// A task whose samples take longer than this in seconds has one turn only.
const SLOW: f64 = 1.0;

/// Runs every task in each of `rounds` rounds, engine after engine within a round.
pub fn alternate(starts: Vec<Result<Start<'_>, Outcome>>, rounds: u32) -> Vec<Outcome> {
    alternate_by(thread_time, starts, rounds)
}

/// The same with another clock.
pub fn alternate_by(
    clock: fn() -> Duration,
    starts: Vec<Result<Start<'_>, Outcome>>,
    rounds: u32,
) -> Vec<Outcome> {
    let mut running: Vec<_> = starts
        .into_iter()
        .map(|start| match start {
            Ok(start) => (Some(start), Outcome::Done { seconds: f64::INFINITY, answer: 0 }),
            Err(outcome) => (None, outcome),
        })
        .collect();
    for _ in 0..rounds {
        for (start, outcome) in &mut running {
            let Some(begin) = start else { continue };
            match begin().and_then(|task| turn(clock, task)) {
                Ok((elapsed, value)) => {
                    if let Outcome::Done { seconds, answer } = outcome {
                        (*seconds, *answer) = (seconds.min(elapsed), value);
                    }
                    if elapsed > SLOW {
                        *start = None;
                    }
                }
                Err(error) => (*start, *outcome) = (None, error.into()),
            }
        }
    }
    running.into_iter().map(|(_, outcome)| outcome).collect()
}

/// The smallest sample of a turn, and the answer.
fn turn(clock: fn() -> Duration, mut run: Task<'_>) -> Result<(f64, i64), Failure> {
    let (mut sum, mut smallest) = (0.0, f64::INFINITY);
    loop {
        let start = clock();
        let answer = run()?;
        let elapsed = (clock() - start).as_secs_f64();
        smallest = elapsed.min(smallest);
        sum += elapsed;
        if sum > TURN {
            return Ok((smallest, answer));
        }
    }
}
