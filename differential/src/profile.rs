//! What modules of each kind may contain.
//!
//! Knows the engines by name only.

use crate::{
    coroutines, host,
    instructions::{self, Pair},
    random::Random,
    segments,
    theirs::Other,
};
use wasm_smith::Config;

/// A kind of modules.
#[derive(Debug)]
pub(crate) struct Profile {
    pub(crate) name: &'static str,
    pub(crate) make: Make,
    /// The engines that have all that such modules contain.
    pub(crate) others: &'static [Other],
}

/// How modules of a kind are made.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Make {
    /// By wasm-smith; the function adds what the kind is about to a configuration that allows the
    /// first version only.
    Smith(fn(&mut Config)),
    /// So, until one has a memory with pages of one byte.
    SmithBytePages(fn(&mut Config)),
    /// As programs of [`program`](crate::program).
    Program,
    /// As text, by the function.
    Text(fn(&mut Random) -> Pair),
}

use Make::{Program, Smith, SmithBytePages, Text};

const COMPILER: &[Other] = &[Other::Wasmtime];
const BOTH: &[Other] = &[Other::Wasmtime, Other::Wasmi];

const fn profile(name: &'static str, make: Make, others: &'static [Other]) -> Profile {
    Profile { name, make, others }
}

/// Every kind, in the order in which they take turns.
pub(crate) const PROFILES: &[Profile] = &[
    profile("gc", Smith(gc), COMPILER),
    profile("exceptions", Smith(exceptions), COMPILER),
    profile("programs", Program, COMPILER),
    profile("mvp", Smith(|_| {}), BOTH),
    profile("all", Smith(all), COMPILER),
    profile("gc-exceptions", Smith(gc_exceptions), COMPILER),
    profile("simd", Smith(|config| config.simd_enabled = true), BOTH),
    profile("references", Smith(references), BOTH),
    profile("tail-calls", Smith(tail_calls), BOTH),
    profile("memories", Smith(memories), BOTH),
    profile("page-sizes", SmithBytePages(page_sizes), BOTH),
    profile("wide-arithmetic", Smith(wide_arithmetic), BOTH),
    profile("atomics", Text(instructions::atomics), COMPILER),
    profile("numbers", Text(instructions::numbers), BOTH),
    profile("relaxed-simd", Text(instructions::relaxed), BOTH),
    profile("stack-switching", Text(coroutines::text), COMPILER),
    profile("segments", Text(segments::text), COMPILER),
    profile("imports", Smith(imports), COMPILER),
    profile("older-imports", Smith(older_imports), BOTH),
    profile("gc-tail-calls", Smith(gc_tail_calls), COMPILER),
    profile("all-imports", Smith(all_imports), COMPILER),
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

/// Small memories, so that most accesses are near an end.
fn page_sizes(config: &mut Config) {
    references(config);
    config.custom_page_sizes_enabled = true;
    config.max_memories = 3;
    config.min_memories = 1;
    config.max_memory32_bytes = 3 << 16;
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
    config.available_imports = Some(host::available(true, false));
}

/// Imports without exceptions, which every engine has.
fn older_imports(config: &mut Config) {
    tail_calls(config);
    config.max_imports = 12;
    config.min_imports = 3;
    config.available_imports = Some(host::available(false, false));
}

fn all_imports(config: &mut Config) {
    all(config);
    imports(config);
    config.available_imports = Some(host::available(true, true));
}
