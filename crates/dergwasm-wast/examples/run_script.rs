//! Runs the scripts named on the command line and prints what fails.
//!
//! `cargo run -p dergwasm-wast --example run_script -- address.wast`

use dergwasm::Config;
use dergwasm_wast::{Script, run};
use std::{error::Error, fs};

fn main() -> Result<(), Box<dyn Error>> {
    for path in std::env::args().skip(1) {
        let script = Script::parse(&fs::read_to_string(&path)?)?;
        let report = run(&script, &Config::default());
        for failure in report.failures() {
            println!("{path}:{failure}");
        }
        println!("{path}: {}/{}", report.passed(), script.assertions());
    }
    Ok(())
}
