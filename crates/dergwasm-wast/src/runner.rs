//! A run of a script: the machine, the instances by name, and the report that grows.

use crate::{Directive, DirectiveReport, Outcome, Pace, Report, Script, metered, spectest};
use dergwasm::{Config, Error, Instance, Linker, Machine, Module};
use std::collections::HashMap;

/// Runs a script on a machine of its own and tells what became of each directive.
///
/// `config` says which features modules may use, when functions are translated, and how deep
/// calls may nest. In [`Lazy`](dergwasm::CompilationMode::Lazy) mode, modules that have to be
/// refused are validated completely as well, since functions nobody calls would not be.
#[must_use]
pub fn run(script: &Script, config: &Config) -> Report {
    run_at(script, config, Pace::Whole)
}

/// As [`run`], with calls in the pieces that `pace` says.
///
/// If `config` [consumes fuel](Config::consume_fuel), the report tells what each directive cost and
/// what the script left behind. Both are the same at every pace.
#[must_use]
pub fn run_at(script: &Script, config: &Config, pace: Pace) -> Report {
    let mut runner = match Runner::new(config, pace) {
        Ok(runner) => runner,
        Err(error) => return unable(script, &error),
    };
    let mut report = Report::default();
    for directive in script.directives() {
        let before = runner.fuel();
        if let Some(outcome) = runner.execute(&directive.kind) {
            let cost = before.zip(runner.fuel()).map(|(before, left)| before.saturating_sub(left));
            report.directives.push(DirectiveReport { fuel: cost, ..reported(directive, outcome) });
        }
    }
    report.left_behind = runner.fuel().map(|_| runner.left_behind());
    report
}

/// The report of a run that could not begin.
fn unable(script: &Script, error: &Error) -> Report {
    let outcome = Outcome::Failed(format!("the machine cannot be set up: {error}"));
    let directives = script.directives().iter();
    let directives = directives.map(|one| reported(one, outcome.clone())).collect();
    Report { directives, left_behind: None }
}

fn reported(directive: &Directive, outcome: Outcome) -> DirectiveReport {
    let Directive { line, column, ref kind } = *directive;
    DirectiveReport { line, column, kind: kind.keyword(), outcome, fuel: None }
}

/// What a running script knows.
pub(crate) struct Runner {
    pub(crate) config: Config,
    pub(crate) machine: Machine<()>,
    /// What modules can import: `spectest` and the registered instances.
    pub(crate) linker: Linker<()>,
    pub(crate) modules: Named<Module>,
    pub(crate) instances: Named<Instance>,
    /// In which pieces calls run.
    pub(crate) pace: Pace,
    /// Every instance, in the order in which they were made.
    pub(crate) made: Vec<Instance>,
}

impl Runner {
    fn new(config: &Config, pace: Pace) -> Result<Self, Error> {
        let mut machine = Machine::with_config(config, ());
        if machine.fuel().is_some() {
            machine.set_fuel(metered::PLENTY)?;
        }
        let mut linker = Linker::new();
        spectest::define(&mut machine, &mut linker)?;
        // A script may register several instances under one name; the last one counts.
        linker.allow_shadowing(true);
        let (modules, instances) = (Named::default(), Named::default());
        let (config, made) = (config.clone(), Vec::new());
        Ok(Self { config, machine, linker, modules, instances, pace, made })
    }
}

/// Things that a script refers to by name, or without a name to the last one.
pub(crate) struct Named<T> {
    last: Option<T>,
    by_name: HashMap<String, T>,
}

impl<T: Clone> Named<T> {
    /// Adds the newest; with `None`, there is no last one any more.
    pub(crate) fn add(&mut self, name: Option<&str>, thing: Option<T>) {
        if let Some(name) = name {
            match thing.clone() {
                Some(thing) => self.by_name.insert(name.to_owned(), thing),
                None => self.by_name.remove(name),
            };
        }
        self.last = thing;
    }

    /// The thing of that name, or the last one.
    pub(crate) fn get(&self, name: Option<&str>) -> Option<T> {
        match name {
            Some(name) => self.by_name.get(name).cloned(),
            None => self.last.clone(),
        }
    }
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self { last: None, by_name: HashMap::new() }
    }
}
