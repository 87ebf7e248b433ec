//! The engines that Dergwasm is compared with.

mod on_wasmi;
mod on_wasmtime;

use crate::{Failure, case::Case, observation::Observation, subject};

/// The engines, each set up once.
#[derive(Debug)]
pub(crate) struct Engines {
    wasmtime: wasmtime::Engine,
    wasmi: wasmi::Engine,
}

impl Engines {
    pub(crate) fn new() -> Result<Self, Failure> {
        Ok(Self { wasmtime: on_wasmtime::engine()?, wasmi: on_wasmi::engine() })
    }

    /// What an engine does with a case.
    pub(crate) fn observe(&self, engine: Other, case: &Case) -> Observation {
        match engine {
            Other::Wasmtime => {
                subject::observe(case, || on_wasmtime::Theirs::start(case, &self.wasmtime))
            }
            Other::Wasmi => subject::observe(case, || on_wasmi::Theirs::start(case, &self.wasmi)),
        }
    }
}

/// Another engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Other {
    /// A compiler, with everything that Dergwasm has but the older exceptions.
    Wasmtime,
    /// An interpreter: no structures, typed references, exceptions, atomic instructions or
    /// continuations.
    Wasmi,
}

impl Other {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Wasmtime => "wasmtime",
            Self::Wasmi => "wasmi",
        }
    }
}
