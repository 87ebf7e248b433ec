//! What is printed and written.
//!
//! Knows nothing of the engines.

use crate::{
    Failure,
    arguments::Arguments,
    case::Case,
    observation::{End, Observation, Verdict},
};
use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

/// How many modules are shown that another engine alone ran differently.
const SEEDS: usize = 5;

/// How often progress is told.
const PERIOD: Duration = Duration::from_secs(20);

/// Counts, and the modules that differ.
#[derive(Debug)]
pub(crate) struct Report {
    out: PathBuf,
    cases: u64,
    /// Modules that differ.
    pub(crate) differences: usize,
    last_different: Option<u64>,
    /// How many modules another engine alone ran differently, and the first seeds.
    alone: BTreeMap<&'static str, (u64, Vec<u64>)>,
    /// How often what happened.
    ends: BTreeMap<String, u64>,
    /// How many modules were compared with whom.
    compared: BTreeMap<&'static str, u64>,
    /// How often limits ended a comparison.
    limits: BTreeMap<String, u64>,
    told: Instant,
}

impl Report {
    pub(crate) fn new(arguments: &Arguments) -> Result<Self, Failure> {
        fs::create_dir_all(&arguments.out)?;
        Ok(Self {
            out: arguments.out.clone(),
            cases: 0,
            differences: 0,
            last_different: None,
            alone: BTreeMap::new(),
            ends: BTreeMap::new(),
            compared: BTreeMap::new(),
            limits: BTreeMap::new(),
            told: Instant::now(),
        })
    }

    /// Notes the module on disk, where it stays if the process dies of it.
    pub(crate) fn begin(&mut self, case: &Case) -> Result<(), Failure> {
        self.cases += 1;
        fs::write(self.out.join("running.wasm"), &case.wasm)?;
        if self.told.elapsed() >= PERIOD {
            self.told = Instant::now();
            let (cases, seed, differences) = (self.cases, case.seed, self.differences);
            println!("{cases} modules, at seed {seed}: {differences} differ");
        }
        Ok(())
    }

    /// Counts how the calls of a run ended.
    pub(crate) fn count(&mut self, observation: &Observation) {
        for step in &observation.steps {
            let end = match &step.end {
                End::Values(_) => "returned".into(),
                End::Trap(kind) => format!("trap: {kind}"),
                End::Exception(_) => "uncaught exception".into(),
                End::NotCalled => "not called".into(),
                End::Refused(why) => format!("refused: {why}"),
                End::Limit(_) | End::Broken(_) => continue,
            };
            *self.ends.entry(end).or_default() += 1;
        }
    }

    /// Notes what comparing with `whom` said.
    pub(crate) fn verdict(
        &mut self,
        case: &Case,
        whom: &'static str,
        verdict: &Verdict,
    ) -> Result<(), Failure> {
        *self.compared.entry(whom).or_default() += 1;
        match verdict {
            Verdict::Same => {}
            Verdict::Unknown(why) => {
                let why: String =
                    why.lines().next().unwrap_or_default().chars().take(120).collect();
                *self.limits.entry(why).or_default() += 1;
            }
            Verdict::Different(what) => {
                println!("seed {} (profile {}), {whom}:\n{what}", case.seed, case.profile.name);
                if self.last_different.replace(case.seed) != Some(case.seed) {
                    self.differences += 1;
                    self.keep(case)?;
                }
            }
        }
        Ok(())
    }

    /// Notes that another engine saw something else than Dergwasm and a third one, which agree.
    pub(crate) fn alone(
        &mut self,
        case: &Case,
        whom: &'static str,
        what: &str,
    ) -> Result<(), Failure> {
        *self.compared.entry(whom).or_default() += 1;
        let (count, seeds) = self.alone.entry(whom).or_default();
        *count += 1;
        if seeds.len() < SEEDS {
            seeds.push(case.seed);
            println!("seed {} (profile {}), {whom} alone:\n{what}", case.seed, case.profile.name);
            self.keep(case)?;
        }
        Ok(())
    }

    fn keep(&self, case: &Case) -> Result<(), Failure> {
        let file = self.out.join(format!("{}-{}.wasm", case.profile.name, case.seed));
        fs::write(&file, &case.wasm)?;
        let text = wasmprinter::print_bytes(&case.wasm).unwrap_or_else(|error| error.to_string());
        fs::write(file.with_extension("wat"), text)?;
        if let Some(older) = &case.older {
            let text = wasmprinter::print_bytes(older).unwrap_or_else(|error| error.to_string());
            fs::write(file.with_extension("older.wat"), text)?;
        }
        println!("written to {}", file.display());
        Ok(())
    }

    /// The last words; whether nothing differed.
    pub(crate) fn finish(&self) -> bool {
        println!("calls on Dergwasm:");
        self.ends.iter().for_each(|(end, count)| println!("{count:9} {end}"));
        println!("modules compared with:");
        self.compared.iter().for_each(|(whom, count)| println!("{count:9} {whom}"));
        for (whom, (count, seeds)) in &self.alone {
            println!("{count:9} of which {whom} alone ran differently, such as {seeds:?}");
        }
        if !self.limits.is_empty() {
            println!("comparisons that a limit ended:");
            self.limits.iter().for_each(|(why, count)| println!("{count:9} {why}"));
        }
        println!("{} modules, {} differ", self.cases, self.differences);
        self.differences == 0
    }
}
