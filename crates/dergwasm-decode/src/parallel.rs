//! Validation of function bodies by several threads.
//!
//! The result is that of one thread: of several invalid functions the first is reported.

use crate::body;
use crate::error::Fault;
use crate::module::Contents;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use wasmparser::{FuncValidatorAllocations, ValidatorResources, WasmFeatures};

/// Code of fewer bytes is validated faster by one thread than others are started.
pub(crate) const WORTHWHILE: u64 = 128 * 1024;

/// How many functions a thread takes at a time.
const CHUNK: usize = 16;

/// More threads than this gain little.
const MAX_THREADS: usize = 8;

/// How many threads there should be.
pub(crate) fn threads() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get).min(MAX_THREADS)
}

/// Validates the first `count` bodies of a module, which are read with the features `reader`; an
/// error comes with the index of its body.
pub(crate) fn validate(
    module: &Contents,
    resources: &ValidatorResources,
    reader: WasmFeatures,
    count: usize,
    threads: usize,
) -> Result<(), (usize, Fault)> {
    let next = AtomicUsize::new(0);
    let first_fault = Mutex::new(None::<(usize, Fault)>);
    let found_at = AtomicUsize::new(usize::MAX);
    let work = || {
        let mut allocations = FuncValidatorAllocations::default();
        loop {
            let start = next.fetch_add(CHUNK, Ordering::Relaxed);
            // Functions behind an invalid one need not be looked at.
            let end = count.min(found_at.load(Ordering::Relaxed));
            if start >= end {
                return;
            }
            for i in start..end.min(start + CHUNK) {
                let result =
                    body::validate_at(module, resources, reader, i, &mut allocations, &|| false);
                if let Err(fault) = result {
                    found_at.fetch_min(i, Ordering::Relaxed);
                    let mut first = first_fault.lock().unwrap_or_else(PoisonError::into_inner);
                    if first.as_ref().is_none_or(|&(at, _)| i < at) {
                        *first = Some((i, fault));
                    }
                    return;
                }
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            // Where the system has no more threads, this one does the work.
            if thread::Builder::new().spawn_scoped(scope, work).is_err() {
                break;
            }
        }
        work();
    });
    let first = first_fault.into_inner().unwrap_or_else(PoisonError::into_inner);
    first.map_or(Ok(()), Err)
}
