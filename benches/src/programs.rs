//! The programs: real ones, compiled from libraries that others wrote, which check their own result.
//!
//! This file knows no engine: `peers/` includes it to run the same programs on others.

use crate::kernels::Half;
use std::io;
use std::path::{Path, PathBuf};

/// One program for WASI: `NAME [WORK]` prints a digest and exits with 0 if it is the right one.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// The file's name without its ending.
    pub name: &'static str,
    /// The half it belongs to.
    pub half: Half,
    /// What compiled it: `clang` or `rustc`.
    pub compiler: &'static str,
    /// The amount of work that is measured, and the line it prints.
    pub usual: (u32, &'static str),
    /// A small amount of work, for slow builds and for modes by the dozen.
    pub quick: (u32, &'static str),
    /// The SHA-256 of the file in hexadecimal.
    pub sha256: &'static str,
}

/// The table of all programs.
const TABLE: &str = include_str!("../programs/programs.toml");

impl Program {
    /// All programs, in the order of the table.
    ///
    /// # Panics
    ///
    /// If the table lacks something.
    #[must_use]
    pub fn all() -> Vec<Self> {
        TABLE.split("[[program]]\n").skip(1).map(Self::parse).collect()
    }

    fn parse(rows: &'static str) -> Self {
        let value = |key: &str| -> &'static str {
            let found = rows.lines().find_map(|row| row.strip_prefix(key)?.strip_prefix(" = "));
            found.unwrap_or_else(|| panic!("programs.toml: no `{key}` in {rows}")).trim_matches('"')
        };
        let number = |key| value(key).parse().unwrap_or_else(|_| panic!("programs.toml: {key}"));
        let half = Half::ALL.into_iter().find(|half| half.name() == value("half"));
        Self {
            name: value("name"),
            half: half.unwrap_or_else(|| panic!("programs.toml: no such half in {rows}")),
            compiler: value("compiler"),
            usual: (number("work"), value("output")),
            quick: (number("quick"), value("quick-output")),
            sha256: value("sha256"),
        }
    }

    /// The file below `folder`, which is `benches/programs`.
    #[must_use]
    pub fn path(&self, folder: &Path) -> PathBuf {
        folder.join(self.half.name()).join(self.name).with_extension("wasm")
    }

    /// The module in binary.
    ///
    /// # Errors
    ///
    /// If the file below `folder` cannot be read.
    pub fn read(&self, folder: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(self.path(folder))
    }
}
