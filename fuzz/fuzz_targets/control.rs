//! See `dergwasm_fuzz::control`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dergwasm_fuzz::control::run(data));
