//! Runs each script on a thread of its own, so that a crash or an endless loop is one failure.

use crate::reversed;
use crate::slices;
use crate::suite::{Mode, SuiteScript};
use dergwasm_wast::{DirectiveReport, Report, Script};
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, mpsc};
use std::{any::Any, collections::BTreeMap, thread, time::Duration};

/// How long one script may take in one mode. Debug builds are some twenty times slower.
const TIME_LIMIT: Duration = Duration::from_secs(if cfg!(debug_assertions) { 600 } else { 60 });

/// The main thread's stack on most systems: scripts must get by with it.
const STACK_SIZE: usize = 8 << 20;

/// What became of one script in one mode.
pub(crate) struct ScriptResult {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
    /// Each failure as `line:column: …`.
    pub(crate) failures: Vec<String>,
    /// Each directive that was not carried out as `line:column: …`.
    pub(crate) skips: Vec<String>,
}

/// What became of one script.
pub(crate) enum ScriptOutcome {
    /// It ran, in each of the modes.
    Ran(Vec<(Mode, ScriptResult)>),
    /// It cannot run at all, and why.
    Refused(String),
}

impl ScriptResult {
    pub(crate) const fn total(&self) -> usize {
        self.passed + self.failed + self.skipped
    }

    /// The script as a whole failed: none of its assertions counts as passed.
    fn lost(assertions: usize, why: String) -> Self {
        let failures = vec![format!(" {why}")];
        Self { passed: 0, failed: assertions.max(1), skipped: 0, failures, skips: Vec::new() }
    }

    fn of(name: &str, report: &Report) -> Self {
        let mut failures = Vec::new();
        let mut skips: Vec<_> = report.skips().map(DirectiveReport::to_string).collect();
        for failure in report.failures() {
            match reversed::rule(name, failure.line) {
                Some(rule) => skips.push(format!("{}: reversed: {rule}", failure.line)),
                None => failures.push(failure.to_string()),
            }
        }
        let (failed, skipped) = (failures.len(), skips.len());
        Self { passed: report.passed(), failed, skipped, failures, skips }
    }
}

/// Runs every script in every mode on as many threads as there are processors; `done` gets the
/// outcomes in the order of the scripts.
pub(crate) fn run_all(
    scripts: &[SuiteScript],
    modes: &[Mode],
    mut done: impl FnMut(&SuiteScript, &ScriptOutcome),
) {
    let next = Mutex::new(scripts.iter().enumerate());
    let workers = thread::available_parallelism().map_or(1, usize::from).min(scripts.len());
    let (sender, outcomes) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..workers {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                while let Some((index, script)) = next.lock().ok().and_then(|mut it| it.next()) {
                    let outcome = run_script(script, modes);
                    if sender.send((index, outcome)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut expected = 0;
        for (index, outcome) in outcomes {
            early.insert(index, outcome);
            while let Some(outcome) = early.remove(&expected) {
                done(&scripts[expected], &outcome);
                expected += 1;
            }
        }
    });
}

fn run_script(suite_script: &SuiteScript, modes: &[Mode]) -> ScriptOutcome {
    let text = match &suite_script.text {
        Ok(text) => text,
        Err(reason) => return ScriptOutcome::Refused(reason.clone()),
    };
    let script = match panic::catch_unwind(|| Script::parse(text)) {
        Ok(Ok(script)) => Arc::new(script),
        Ok(Err(error)) => return ScriptOutcome::Refused(format!("cannot be parsed: {error}")),
        Err(panic) => {
            let lost = |&mode| (mode, ScriptResult::lost(1, panicked(&*panic)));
            return ScriptOutcome::Ran(modes.iter().map(lost).collect());
        }
    };
    let run = |&mode| (mode, run_in_mode(suite_script, &script, mode));
    ScriptOutcome::Ran(modes.iter().map(run).collect())
}

/// A thread that does not end within the limit is left behind; it ends with the process.
fn run_in_mode(suite_script: &SuiteScript, script: &Arc<Script>, mode: Mode) -> ScriptResult {
    let config = suite_script.config(mode);
    let (sender, receiver) = mpsc::channel();
    let own = Arc::clone(script);
    let pace = slices::pace(&suite_script.name);
    let spawned = thread::Builder::new()
        .name(suite_script.name.clone())
        .stack_size(STACK_SIZE)
        .spawn(move || {
            let run = AssertUnwindSafe(|| match mode {
                Mode::Slices => slices::run(&own, &config, pace),
                _ => dergwasm_wast::run(&own, &config),
            });
            // Nobody listens any more when the time limit was reached.
            let _ = sender.send(panic::catch_unwind(run));
        });
    let lost = |why: String| ScriptResult::lost(script.assertions(), why);
    if let Err(error) = spawned {
        return lost(format!("no thread to run on: {error}"));
    }
    match receiver.recv_timeout(TIME_LIMIT) {
        Ok(Ok(report)) => ScriptResult::of(&suite_script.name, &report),
        Ok(Err(panic)) => lost(panicked(&*panic)),
        Err(_) => lost(format!("did not end within {} s", TIME_LIMIT.as_secs())),
    }
}

fn panicked(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    format!("panicked: {}", text.unwrap_or("without a message"))
}
