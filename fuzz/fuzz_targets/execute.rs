//! See `dergwasm_fuzz::execute`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dergwasm_fuzz::execute::run(data));
