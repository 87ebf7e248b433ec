//! Chooses how instructions are chained: sibling calls where the compiler makes them, else a loop.

use std::env::var;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(tail_calls, loom)");
    println!("cargo::rerun-if-changed=build.rs");
    let arch = var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
    // Without optimisation a call in tail position stays a call and would overflow the stack.
    let optimised =
        var("OPT_LEVEL").is_ok_and(|level| matches!(level.as_str(), "2" | "3" | "s" | "z"));
    let sibling_calls = matches!(arch.as_str(), "x86_64" | "aarch64");
    let portable = var("CARGO_FEATURE_PORTABLE_DISPATCH").is_ok() || var("CARGO_CFG_MIRI").is_ok();
    if optimised && sibling_calls && !portable {
        println!("cargo::rustc-cfg=tail_calls");
    }
}
