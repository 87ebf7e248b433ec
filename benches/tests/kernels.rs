//! Every kernel is listed and gives the result its file promises.

use dergwasm_benches::{KERNELS, Running};
use std::path::Path;

#[test]
fn every_file_is_listed_once() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("wat");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .expect("the folder of kernels")
        .map(|entry| entry.expect("a readable entry").file_name().to_string_lossy().into_owned())
        .collect();
    files.sort();
    let mut listed: Vec<String> =
        KERNELS.iter().map(|kernel| format!("{}.wat", kernel.name)).collect();
    listed.sort();
    assert_eq!(files, listed);
}

#[test]
fn results_are_the_documented_ones() {
    for kernel in KERNELS {
        let (argument, expected) = kernel.check();
        let mut running = Running::start(kernel).expect("a valid kernel");
        // Twice: a second run must not see what the first left in memory and globals.
        for _ in 0..2 {
            let result = running.run(argument).expect("kernels do not trap");
            assert_eq!(result, expected, "{}", kernel.name);
        }
    }
}

/// The published test vector of Keccak-f[1600].
#[test]
fn keccak_is_keccak() {
    let keccak = KERNELS.iter().find(|kernel| kernel.name == "keccak").expect("it is listed");
    let mut running = Running::start(keccak).expect("a valid kernel");
    let lane = running.run(1).expect("kernels do not trap");
    assert_eq!(lane, 0xf125_8f79_40e1_dde7_u64.cast_signed());
}
