//! A script in one piece, in the smallest slices and without superinstructions: each directive has
//! to come out the same and to cost the same fuel, and the same has to be left behind.

use dergwasm::Config;
use dergwasm_wast::{DirectiveReport, Outcome, Pace, Report, Script, run_at};

/// Scripts whose stacks are so large that pausing all the time takes minutes.
const LARGE_STACKS: &str = "skip-stack-guard-page.wast";

/// At which pace a script is compared with one piece.
pub(crate) fn pace(name: &str) -> Pace {
    if name.ends_with(LARGE_STACKS) { Pace::Whole } else { Pace::Slices }
}

/// Runs a script in the three ways; the report is that of one piece, with a failure for each
/// directive that differs in another.
pub(crate) fn run(script: &Script, config: &Config, pace: Pace) -> Report {
    let mut whole = run_at(script, config, Pace::Whole);
    let slices = run_at(script, config, pace);
    let mut unfused = config.clone();
    unfused.superinstructions(false);
    let unfused = run_at(script, &unfused, Pace::Whole);
    for (other, name) in [(&slices, "in slices"), (&unfused, "without superinstructions")] {
        compare(&mut whole, other, name);
    }
    whole
}

fn compare(whole: &mut Report, other: &Report, name: &str) {
    assert_eq!(whole.directives.len(), other.directives.len(), "{name}");
    for (one, other) in whole.directives.iter_mut().zip(&other.directives) {
        if let Some(difference) = difference(one, other) {
            one.outcome = Outcome::Failed(format!("{name} it is different: {difference}"));
        }
    }
    if let Some(last) = whole.directives.last_mut()
        && whole.left_behind != other.left_behind
    {
        last.outcome = Outcome::Failed(format!("{name} the script leaves something else behind"));
    }
}

fn difference(one: &DirectiveReport, other: &DirectiveReport) -> Option<String> {
    let (fuel, others) = (one.fuel, other.fuel);
    match (&one.outcome, &other.outcome) {
        (Outcome::Failed(_), _) => None,
        (one, other) if one != other => Some(format!("{other:?}")),
        _ if fuel != others => Some(format!("it costs {others:?} units of fuel, not {fuel:?}")),
        _ => None,
    }
}
