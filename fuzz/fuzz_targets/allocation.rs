//! See `dergwasm_fuzz::allocation`.
#![no_main]

use dergwasm_fuzz::failing::Failing;

#[global_allocator]
static ALLOCATOR: Failing = Failing;

libfuzzer_sys::fuzz_target!(|data: &[u8]| dergwasm_fuzz::allocation::run(data));
