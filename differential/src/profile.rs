//! What modules of each kind may contain.
//!
//! Knows nothing of the engines.

use crate::{host, random::Random};
use wasm_smith::Config;

/// A kind of modules.
#[derive(Debug)]
pub(crate) struct Profile {
    pub(crate) name: &'static str,
    pub(crate) make: Make,
}

/// How modules of a kind are made.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Make {
    /// By wasm-smith; the function adds what the kind is about to a configuration that allows the
    /// first version only.
    Smith(fn(&mut Config)),
    /// As programs of [`program`](crate::program).
    Program,
}

use Make::{Program, Smith};

/// Every kind, in the order in which they take turns.
pub(crate) const PROFILES: &[Profile] = &[
    Profile { name: "gc", make: Smith(gc) },
    Profile { name: "exceptions", make: Smith(exceptions) },
    Profile { name: "programs", make: Program },
    Profile { name: "mvp", make: Smith(|_| {}) },
    Profile { name: "all", make: Smith(all) },
    Profile { name: "gc-exceptions", make: Smith(gc_exceptions) },
    Profile { name: "simd", make: Smith(|config| config.simd_enabled = true) },
    Profile { name: "references", make: Smith(references) },
    Profile { name: "tail-calls", make: Smith(tail_calls) },
    Profile { name: "memories", make: Smith(memories) },
    Profile { name: "wide-arithmetic", make: Smith(wide_arithmetic) },
    Profile { name: "imports", make: Smith(imports) },
    Profile { name: "gc-tail-calls", make: Smith(gc_tail_calls) },
    Profile { name: "all-imports", make: Smith(all_imports) },
];

/// The configuration of one module.
pub(crate) fn config(choose: fn(&mut Config), random: &mut Random) -> Config {
    let mut config = first_version();
    choose(&mut config);
    config.disallow_traps = !random.one_in(3);
    config.max_funcs = random.one_of(&[3, 6, 12, 20]);
    config.max_instructions = random.one_of(&[30, 100, 300, 600]);
    config.max_types = random.one_of(&[6, 12, 25]);
    config
}

/// The first version of WebAssembly with several results, in small modules without imports.
fn first_version() -> Config {
    Config {
        available_imports: None,
        allow_start_export: true,
        bulk_memory_enabled: false,
        canonicalize_nans: true,
        compact_imports_enabled: false,
        custom_page_sizes_enabled: false,
        exceptions_enabled: false,
        export_everything: true,
        extended_const_enabled: false,
        gc_enabled: false,
        limit_arrays_in_const_exprs: true,
        max_data_segments: 4,
        max_element_segments: 6,
        max_elements: 12,
        max_globals: 12,
        max_imports: 0,
        max_memories: 1,
        max_memory32_bytes: 3 << 16,
        max_memory64_bytes: 3 << 16,
        max_table_elements: 60,
        max_tables: 1,
        max_tags: 5,
        max_type_size: 300,
        memory64_enabled: false,
        memory_max_size_required: true,
        min_funcs: 2,
        min_types: 3,
        reference_types_enabled: false,
        relaxed_simd_enabled: false,
        saturating_float_to_int_enabled: true,
        shared_everything_threads_enabled: false,
        sign_extension_ops_enabled: true,
        simd_enabled: false,
        table_max_size_required: true,
        tail_call_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        ..Config::default()
    }
}

fn references(config: &mut Config) {
    config.reference_types_enabled = true;
    config.bulk_memory_enabled = true;
    config.extended_const_enabled = true;
    config.max_tables = 4;
    config.min_tables = 1;
}

fn tail_calls(config: &mut Config) {
    references(config);
    config.tail_call_enabled = true;
}

fn memories(config: &mut Config) {
    references(config);
    config.memory64_enabled = true;
    config.custom_page_sizes_enabled = true;
    config.max_memories = 4;
    config.min_memories = 1;
}

fn wide_arithmetic(config: &mut Config) {
    config.wide_arithmetic_enabled = true;
    config.allow_floats = false;
}

fn gc(config: &mut Config) {
    references(config);
    config.gc_enabled = true;
    config.min_types = 5;
}

fn exceptions(config: &mut Config) {
    references(config);
    config.exceptions_enabled = true;
    config.min_tags = 2;
}

fn gc_exceptions(config: &mut Config) {
    gc(config);
    exceptions(config);
}

fn gc_tail_calls(config: &mut Config) {
    gc(config);
    config.tail_call_enabled = true;
    config.allow_floats = false;
}

fn all(config: &mut Config) {
    gc_exceptions(config);
    memories(config);
    config.min_memories = 0;
    config.tail_call_enabled = true;
    config.simd_enabled = true;
    config.wide_arithmetic_enabled = true;
}

fn imports(config: &mut Config) {
    references(config);
    exceptions(config);
    config.max_imports = 12;
    config.min_imports = 3;
    config.available_imports = Some(host::available());
}

fn all_imports(config: &mut Config) {
    all(config);
    imports(config);
}
