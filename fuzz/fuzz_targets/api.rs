//! See `dergwasm_fuzz::api`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dergwasm_fuzz::api::run(data));
