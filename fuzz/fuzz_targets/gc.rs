//! See `dergwasm_fuzz::gc`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dergwasm_fuzz::gc::run(data));
