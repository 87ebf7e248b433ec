//! Valid modules, made by wasm-smith: translated and run in several ways that have to agree.
//!
//! Both dispatchers cannot be in one program; `corpus` prints what each saw of the same inputs.

use crate::observe;
use arbitrary::Unstructured;
use wasm_smith::{Config, Module};

/// Loops and calls that a module may begin.
const FUEL: u32 = 2_000;

/// Runs the module that the input makes.
///
/// # Panics
/// If two ways of running it do not agree.
pub fn run(data: &[u8]) {
    if let Some(wasm) = module(data) {
        observe::agree(&wasm);
    }
}

/// What is seen of the module that the input makes.
#[must_use]
pub fn observed(data: &[u8]) -> String {
    module(data).map(|wasm| observe::plain(&wasm)).unwrap_or_default()
}

fn module(data: &[u8]) -> Option<Vec<u8>> {
    let (&choice, rest) = data.split_first()?;
    let mut module = Module::new(config(choice), &mut Unstructured::new(rest)).ok()?;
    module.ensure_termination(FUEL).ok()?;
    Some(module.to_bytes())
}

/// What modules may contain: each bit of `choice` allows something.
fn config(choice: u8) -> Config {
    let may = |bit: u8| choice & (1 << bit) != 0;
    Config {
        available_imports: None,
        bulk_memory_enabled: true,
        // What NaNs look like may depend on the order of operands.
        canonicalize_nans: true,
        compact_imports_enabled: false,
        custom_page_sizes_enabled: may(5),
        disallow_traps: !may(7),
        exceptions_enabled: may(1),
        export_everything: true,
        gc_enabled: may(0),
        max_funcs: 8,
        max_imports: 0,
        max_instructions: 200,
        max_memories: 2,
        max_memory32_bytes: 3 << 16,
        max_memory64_bytes: 3 << 16,
        max_table_elements: 60,
        max_tables: 3,
        memory64_enabled: may(2),
        memory_max_size_required: true,
        min_funcs: 1,
        reference_types_enabled: true,
        relaxed_simd_enabled: false,
        shared_everything_threads_enabled: false,
        simd_enabled: may(3),
        table_max_size_required: true,
        tail_call_enabled: may(4),
        threads_enabled: may(6),
        wide_arithmetic_enabled: may(3),
        ..Config::default()
    }
}
