//! `cargo xtask cross`: tests and the suite for another kind of processor or system.
//!
//! The compiler, linker and runner come from the environment, as a script that sets them up gives
//! them, or the target is one that rustup has installed; Cargo's variables name linker and runner.

use crate::{
    Result,
    report::Report,
    tally::{spec_result, test_result},
    tool::Tool,
};
use clap::{Args, ValueEnum};
use std::{env, process::ExitCode};

/// What `cross` takes.
#[derive(Clone, Debug, Args)]
pub(crate) struct Options {
    /// The kind of processor or system.
    #[arg(value_enum)]
    arch: Arch,
    /// Only these: unit and integration tests, or the suite. May be repeated.
    #[arg(long, value_enum)]
    test: Vec<Tests>,
}

/// What is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Tests {
    /// Unit tests of types, store and exec, and the integration tests of exec.
    Exec,
    /// Unit and integration tests of host, with every feature.
    Host,
    /// Unit and integration tests of the command.
    Cli,
    /// The official suite.
    Spec,
}

/// Kinds of processors and systems that behave differently from the usual one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Arch {
    /// 64 bits, the most significant byte first.
    S390x,
    /// 64 bits, sibling calls as on x86-64.
    Aarch64,
    /// 32 bits, the portable loop.
    Armv7,
    /// x86-64 with another calling convention and other files.
    Windows,
}

impl Arch {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [Self::S390x, Self::Aarch64, Self::Armv7, Self::Windows];

    pub(crate) fn triple(self) -> &'static str {
        match self {
            Self::S390x => "s390x-unknown-linux-gnu",
            Self::Aarch64 => "aarch64-unknown-linux-gnu",
            Self::Armv7 => "armv7-unknown-linux-gnueabihf",
            Self::Windows => "x86_64-pc-windows-gnu",
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::S390x => "s390x",
            Self::Aarch64 => "aarch64",
            Self::Armv7 => "armv7",
            Self::Windows => "windows",
        }
    }

    /// The variable that names the runner, as Cargo spells it.
    fn runner(self) -> String {
        let triple = self.triple().to_uppercase().replace('-', "_");
        format!("CARGO_TARGET_{triple}_RUNNER")
    }

    /// Whether the environment compiles for it: `CARGO_BUILD_TARGET` names it.
    fn is_in_environment(self) -> bool {
        env::var("CARGO_BUILD_TARGET").is_ok_and(|target| target == self.triple())
    }

    /// Whether rustup has its standard library.
    fn is_installed(self) -> bool {
        let rustc =
            Tool::new("rustc").args(["--print", "target-libdir", "--target", self.triple()]);
        rustc.output().is_ok_and(|folder| std::path::Path::new(folder.trim()).is_dir())
    }

    /// What is missing, if something is.
    fn missing(self) -> Option<String> {
        let triple = self.triple();
        if !self.is_in_environment() && !self.is_installed() {
            return Some(format!(
                "no standard library for {triple}: run `rustup target add {triple}`, or set RUSTC, \
                 CARGO_BUILD_TARGET={triple} and the linker to a compiler that has one"
            ));
        }
        let runs_here =
            triple.starts_with(env::consts::ARCH) && (triple.contains("windows") == cfg!(windows));
        let runner = self.runner();
        (!runs_here && env::var_os(&runner).is_none())
            .then(|| format!("set {runner} to what runs programs for {triple}, such as qemu"))
    }

    fn cargo(self, features: &[&str], packages: &[&str]) -> Tool {
        // From the environment comes a standard library in source, which only nightly builds.
        let nightly = env::var_os("CARGO_UNSTABLE_BUILD_STD").map(|_| "+nightly");
        let tool = Tool::new("cargo").args(nightly).args(["test", "--release", "--target"]);
        packages.iter().fold(tool.args([self.triple()]).args(features), |tool, package| {
            tool.args(["--package", package])
        })
    }
}

/// Runs the tests; what cannot be run is skipped.
pub(crate) fn run(options: &Options) -> ExitCode {
    let mut report = Report::default();
    parts(options.arch, &options.test, &mut report);
    report.finish()
}

/// Every kind that can be tested here.
pub(crate) fn all(report: &mut Report) {
    for arch in Arch::ALL {
        parts(arch, &[], report);
    }
}

fn parts(arch: Arch, only: &[Tests], report: &mut Report) {
    let name = arch.name();
    if let Some(missing) = arch.missing() {
        report.skip(&format!("tests on {name}"), &missing);
        return;
    }
    let wanted = |tests| only.is_empty() || only.contains(&tests);
    let counted = |tool: Tool| tool.env("INSTA_UPDATE", "no").run_counted(test_result);
    if wanted(Tests::Exec) {
        report.counted(&format!("types, store and exec on {name}"), || {
            let packages = ["dergwasm-types", "dergwasm-store", "dergwasm-exec"];
            counted(arch.cargo(&[], &packages).args(["--no-fail-fast", "--lib", "--tests"]))
        });
    }
    if wanted(Tests::Host) {
        report.counted(&format!("host on {name}"), || {
            let features = ["--features", "host-fs,wasi,emscripten"];
            let tool = arch.cargo(&features, &["dergwasm-host"]);
            counted(tool.args(["--no-fail-fast", "--lib", "--tests"]))
        });
    }
    if wanted(Tests::Cli) {
        report.counted(&format!("the command on {name}"), || {
            counted(arch.cargo(&[], &["dergwasm-cli"]).args(["--no-fail-fast"]))
        });
    }
    if wanted(Tests::Spec) {
        report.counted(&format!("spec suite on {name}"), || suite(arch));
    }
}

fn suite(arch: Arch) -> Result<(crate::tally::Tally, Result)> {
    let tool = arch.cargo(&[], &["dergwasm-wast"]);
    tool.args(["--test", "spec", "--", "--mode", "lazy-translation"]).run_counted(spec_result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runner_is_named_as_cargo_names_it() {
        assert_eq!(Arch::S390x.runner(), "CARGO_TARGET_S390X_UNKNOWN_LINUX_GNU_RUNNER");
    }

    #[test]
    fn the_target_and_the_packages_are_named() {
        let command = Arch::Windows.cargo(&["--features", "wasi"], &["a", "b"]).to_string();
        let end = "--target x86_64-pc-windows-gnu --features wasi --package a --package b";
        assert!(command.ends_with(end), "{command}");
    }
}
