//! What a program sees of the world: arguments, environment, directories, streams, clocks.

use crate::emscripten::usual_directories;
use crate::{failure::Failure, output};
use clap::{
    Args,
    builder::{OsStringValueParser, TypedValueParser as _},
};
use dergwasm::sys::fs::{HostDir, MemoryFs, ReadOnly};
use dergwasm::sys::{Errno, FileStream};
use dergwasm::wasi::{Builder, Wasi};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::iter;
use std::path::{Path, PathBuf};

/// The options that say what the program sees of the world.
#[derive(Debug, Args)]
#[command(next_help_heading = "What the program sees")]
pub(crate) struct World {
    /// Let the program use a directory, as GUEST if given; with `:ro` only to read; may be
    /// repeated. Without --dir and --tmpfs there are no directories
    #[arg(long, value_name = "HOST[::GUEST][:ro]")]
    dir: Vec<OsString>,
    /// Give the program an empty directory in memory, which is gone afterwards; may be repeated
    #[arg(long, value_name = "GUEST")]
    tmpfs: Vec<OsString>,
    /// Set an environment variable of the program; may be repeated
    #[arg(long, value_name = "KEY=VALUE", value_parser = OsStringValueParser::new().try_map(variable))]
    env: Vec<Variable>,
    /// Give the program all environment variables of this process; --env overrides them
    #[arg(long)]
    env_inherit: bool,
    /// Read standard input from a file
    #[arg(long, value_name = "FILE")]
    stdin: Option<PathBuf>,
    /// What the program is told its name is, in place of FILE's
    #[arg(long, value_name = "NAME")]
    argv0: Option<OsString>,
    /// Make every run the same: clocks that move by themselves, randomness from this seed
    #[arg(long, value_name = "SEED")]
    deterministic: Option<u64>,
}

/// An environment variable, whose name and value need not be UTF-8.
#[derive(Clone, Debug)]
struct Variable {
    key: Vec<u8>,
    value: Vec<u8>,
}

/// `KEY=VALUE`
fn variable(text: OsString) -> Result<Variable, &'static str> {
    let bytes = text.into_encoded_bytes();
    match bytes.iter().position(|&byte| byte == b'=') {
        Some(end @ 1..) => {
            Ok(Variable { key: bytes[..end].into(), value: bytes[end + 1..].into() })
        }
        _ => Err("expected KEY=VALUE"),
    }
}

impl World {
    /// The world of the program in `file`.
    ///
    /// If no directories are given, one `with_usual_directories` has those that programs built by
    /// Emscripten expect, in memory.
    pub(crate) fn wasi(
        &self,
        file: &Path,
        args: &[OsString],
        with_usual_directories: bool,
    ) -> Result<Wasi, Failure> {
        let name = self.argv0.as_deref().or(file.file_name()).unwrap_or_default();
        let all = iter::once(name).chain(args.iter().map(OsString::as_os_str));
        let mut builder = Wasi::builder().args(all.map(OsStr::as_encoded_bytes)).inherit_stdio();
        if self.env_inherit {
            builder = builder.inherit_env();
        }
        builder = builder.envs(self.env.iter().map(|Variable { key, value }| (key, value)));
        if let Some(path) = &self.stdin {
            let file = File::open(path).map_err(|error| {
                Failure::wrong(format!("--stdin {}: {error}", output::path(path)))
            })?;
            builder = builder.stdin(FileStream::new(file));
        }
        if let Some(seed) = self.deterministic {
            builder = builder.deterministic(seed);
        }
        if with_usual_directories && !self.has_directories() {
            return Ok(usual_directories(builder, self.memory())?.build());
        }
        Ok(self.mount(builder)?.build())
    }

    /// Whether the program was given a directory.
    pub(crate) fn has_directories(&self) -> bool {
        !self.dir.is_empty() || !self.tmpfs.is_empty()
    }

    /// An empty file system in memory.
    fn memory(&self) -> MemoryFs {
        match self.deterministic {
            Some(_) => MemoryFs::with_fixed_time(Builder::DETERMINISTIC_EPOCH),
            None => MemoryFs::new(),
        }
    }

    fn mount(&self, mut builder: Builder) -> Result<Builder, Failure> {
        if !self.has_directories() {
            return Ok(builder.no_files());
        }
        for option in &self.dir {
            let Mount { host, guest, read_only } = Mount::parse(option)?;
            let dir = HostDir::open(&host).map_err(|error| cannot_open(&host, &error))?;
            let mounted = if read_only {
                builder.mount(&guest, ReadOnly::new(dir))
            } else {
                builder.mount(&guest, dir)
            };
            builder = mounted.map_err(|errno| cannot_mount(&guest, errno))?;
        }
        for guest in &self.tmpfs {
            let guest = guest.as_encoded_bytes();
            let mounted = builder.mount(guest, self.memory());
            builder = mounted.map_err(|errno| cannot_mount(guest, errno))?;
        }
        Ok(builder)
    }
}

fn cannot_mount(guest: &[u8], errno: Errno) -> Failure {
    let guest = String::from_utf8_lossy(guest);
    Failure::Usage(match errno {
        Errno::Busy => format!(
            "two directories cannot both be `{guest}`; give each a name of its own, as in --dir \
             HOST::GUEST"
        ),
        _ => format!("the program cannot have a directory `{guest}`: {errno}"),
    })
}

fn cannot_open(host: &Path, error: &std::io::Error) -> Failure {
    let hint = match std::fs::metadata(host) {
        Ok(found) if !found.is_dir() => "; give the directory that the file is in",
        Err(_) => "; it has to exist, as HOST::GUEST names it first",
        Ok(_) => "",
    };
    Failure::wrong(format!(
        "--dir {}: cannot open the directory: {error}{hint}",
        output::path(host)
    ))
}

/// `HOST[::GUEST][:ro]`
#[derive(Debug, PartialEq, Eq)]
struct Mount {
    host: PathBuf,
    guest: Vec<u8>,
    read_only: bool,
}

impl Mount {
    fn parse(option: &OsStr) -> Result<Self, Failure> {
        let usage = |what: &str| {
            let option = output::path(option.as_ref());
            Failure::Usage(format!("--dir {option}: {what}, as in --dir HOST::GUEST"))
        };
        let text = option.as_encoded_bytes();
        let (text, read_only) = match text.strip_suffix(b":ro") {
            Some(text) => (text, true),
            None => (text, false),
        };
        let (host, guest) = match text.windows(2).position(|pair| pair == b"::") {
            Some(end) => (&text[..end], &text[end + 2..]),
            None => (text, text),
        };
        if host.is_empty() || guest.is_empty() {
            return Err(usage("name a directory"));
        }
        let host = host_path(host).ok_or_else(|| usage("give a host path in Unicode"))?;
        Ok(Self { host, guest: guest.into(), read_only })
    }
}

/// The path of these bytes, if they are one.
#[cfg(unix)]
fn host_path(bytes: &[u8]) -> Option<PathBuf> {
    Some(<OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes).into())
}

/// The path of these bytes, if they are one.
#[cfg(not(unix))]
fn host_path(bytes: &[u8]) -> Option<PathBuf> {
    std::str::from_utf8(bytes).ok().map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_has_a_host_a_guest_and_may_be_read_only() {
        let parse = |text: &str| Mount::parse(text.as_ref()).unwrap();
        let mount = |host: &str, guest: &str, read_only| Mount {
            host: host.into(),
            guest: guest.into(),
            read_only,
        };
        assert_eq!(parse("."), mount(".", ".", false));
        assert_eq!(parse("/a/b:ro"), mount("/a/b", "/a/b", true));
        assert_eq!(parse("a::/b"), mount("a", "/b", false));
        assert_eq!(parse("a::/b:ro"), mount("a", "/b", true));
        assert_eq!(parse("c:a::/b"), mount("c:a", "/b", false));
        for wrong in ["", "::/b", "a::", ":ro"] {
            assert!(matches!(Mount::parse(wrong.as_ref()), Err(Failure::Usage(_))), "{wrong}");
        }
    }
}
