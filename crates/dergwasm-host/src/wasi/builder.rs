//! Describing the world of a program.

use crate::{
    sys::{
        AlwaysReady, Clock, Descriptor, Errno, FdTable, InheritStderr, InheritStdin, InheritStdout,
        Null, Poll, Random, SeededRandom, Socket, Stdio, SystemClock, SystemPoll, SystemRandom,
        VirtualClock, Waiting,
        fs::{FileSystem, MemoryFs, Mounts},
    },
    wasi::{Wasi, rights},
};
use core::fmt;
use std::sync::Arc;

/// Describes the world of a program; made by [`Wasi::builder`].
///
/// ```
/// use dergwasm_host::{sys::Input, wasi::Wasi};
///
/// let wasi = Wasi::builder()
///     .args(["sort", "-r"])
///     .env("LANG", "C")
///     .stdin(Input::new("b\na\n"))
///     .inherit_stdout()
///     .deterministic(1)
///     .build();
/// # drop(wasi);
/// ```
#[must_use]
pub struct Builder {
    args: Vec<Vec<u8>>,
    env: Vec<Vec<u8>>,
    stdin: Box<dyn Stdio>,
    stdout: Box<dyn Stdio>,
    stderr: Box<dyn Stdio>,
    clock: Box<dyn Clock>,
    poll: Box<dyn Poll>,
    random: Box<dyn Random>,
    mounts: Mounts,
    /// The directories that the program is given.
    directories: Vec<Descriptor>,
    /// What it is given if it has no other: an empty file system.
    files: Option<MemoryFs>,
    sockets: Vec<Box<dyn Socket>>,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            args: Vec::new(),
            env: Vec::new(),
            stdin: Box::new(Null),
            stdout: Box::new(Null),
            stderr: Box::new(Null),
            clock: Box::new(SystemClock::new()),
            poll: Box::new(SystemPoll),
            random: Box::new(SystemRandom),
            mounts: Mounts::default(),
            directories: Vec::new(),
            files: Some(MemoryFs::new()),
            sockets: Vec::new(),
        }
    }
}

impl Builder {
    /// When the virtual clock of [`Builder::deterministic`] starts: 2000-01-01T00:00:00Z, in
    /// nanoseconds since 1970.
    pub const DETERMINISTIC_EPOCH: u64 = 946_684_800_000_000_000;

    /// Adds arguments. The first argument of all is the name of the program.
    pub fn args(mut self, args: impl IntoIterator<Item = impl Into<Vec<u8>>>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Adds one argument.
    pub fn arg(self, arg: impl Into<Vec<u8>>) -> Self {
        self.args([arg])
    }

    /// Sets an environment variable, in place of an earlier one of that name.
    pub fn env(mut self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Self {
        let (name, value) = (name.as_ref(), value.as_ref());
        let assignment = [name, b"=", value].concat();
        let prefix = &assignment[..=name.len()];
        match self.env.iter_mut().find(|old| old.starts_with(prefix)) {
            Some(old) => *old = assignment,
            None => self.env.push(assignment),
        }
        self
    }

    /// Sets environment variables, each in place of an earlier one of that name.
    pub fn envs(
        self,
        vars: impl IntoIterator<Item = (impl AsRef<[u8]>, impl AsRef<[u8]>)>,
    ) -> Self {
        vars.into_iter().fold(self, |builder, (name, value)| builder.env(name, value))
    }

    /// Gives the program the environment of this process.
    pub fn inherit_env(self) -> Self {
        let vars = std::env::vars_os()
            .map(|(name, value)| (name.into_encoded_bytes(), value.into_encoded_bytes()));
        self.envs(vars)
    }

    /// Connects standard input.
    pub fn stdin(mut self, stream: impl Stdio + 'static) -> Self {
        self.stdin = Box::new(stream);
        self
    }

    /// Connects standard output.
    pub fn stdout(mut self, stream: impl Stdio + 'static) -> Self {
        self.stdout = Box::new(stream);
        self
    }

    /// Connects standard error.
    pub fn stderr(mut self, stream: impl Stdio + 'static) -> Self {
        self.stderr = Box::new(stream);
        self
    }

    /// Connects standard input to that of this process.
    pub fn inherit_stdin(self) -> Self {
        self.stdin(InheritStdin)
    }

    /// Connects standard output to that of this process.
    pub fn inherit_stdout(self) -> Self {
        self.stdout(InheritStdout)
    }

    /// Connects standard error to that of this process.
    pub fn inherit_stderr(self) -> Self {
        self.stderr(InheritStderr)
    }

    /// Connects all three standard streams to those of this process.
    pub fn inherit_stdio(self) -> Self {
        self.inherit_stdin().inherit_stdout().inherit_stderr()
    }

    /// Sets the clocks.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Sets how the program waits for descriptors.
    pub fn poll(mut self, poll: impl Poll + 'static) -> Self {
        self.poll = Box::new(poll);
        self
    }

    /// Sets where random bytes come from.
    pub fn random(mut self, random: impl Random + 'static) -> Self {
        self.random = Box::new(random);
        self
    }

    /// Makes every run alike: a [`VirtualClock`] that moves a microsecond at each reading,
    /// [`SeededRandom`], descriptors that are [`AlwaysReady`], and a fixed time for files in
    /// memory if nothing is mounted.
    pub fn deterministic(mut self, seed: u64) -> Self {
        let fixed = |_| MemoryFs::with_fixed_time(Self::DETERMINISTIC_EPOCH);
        self.files = self.files.map(fixed);
        self.clock(VirtualClock::new(Self::DETERMINISTIC_EPOCH, 1000))
            .poll(AlwaysReady)
            .random(SeededRandom::new(seed))
    }

    /// Gives the program a file system as a directory of this name.
    ///
    /// The directories of a program have the descriptors from 3 on, in the order they are
    /// mounted. A name may be relative, such as `.`; the program is told it as it is. One file
    /// system may be mounted below another, and is then found in both ways.
    ///
    /// Without any, the program has an empty file system in memory at `/`; see
    /// [`Builder::no_files`].
    ///
    /// # Errors
    /// [`Errno::Busy`] if something is mounted there, [`Errno::Inval`] for a name with a zero
    /// byte, or what the file system says if its top is not there.
    pub fn mount(
        mut self,
        name: impl AsRef<[u8]>,
        fs: impl FileSystem + 'static,
    ) -> Result<Self, Errno> {
        let name = name.as_ref();
        self.mounts.mount(name, Arc::new(fs))?;
        let mut directory = Descriptor::dir(self.mounts.at(name)?);
        directory.preopened_as = Some(name.into());
        self.directories.push(directory);
        Ok(self)
    }

    /// Gives the program no directory if nothing is mounted.
    pub fn no_files(mut self) -> Self {
        self.files = None;
        self
    }

    /// Gives the program a socket. Sockets have the descriptors after those of directories, in
    /// the order they are given. A program has at most 4096 descriptors; sockets beyond are left
    /// out.
    pub fn preopen_socket(self, socket: impl Socket + 'static) -> Self {
        self.sockets([Box::new(socket) as Box<dyn Socket>])
    }

    /// Gives the program sockets; see [`Builder::preopen_socket`].
    pub fn sockets(mut self, sockets: impl IntoIterator<Item = Box<dyn Socket>>) -> Self {
        self.sockets.extend(sockets);
        self
    }

    /// The world as described.
    #[must_use]
    pub fn build(mut self) -> Wasi {
        if let (true, Some(files)) = (self.directories.is_empty(), self.files.take()) {
            self = match self.mount("/", files) {
                Ok(builder) => builder,
                Err(_) => unreachable!("nothing is mounted, and a file system in memory is there"),
            };
        }
        let Self { args, env, clock, poll, random, mounts, .. } = self;
        let mut fds = FdTable::new(self.stdin, self.stdout, self.stderr);
        let sockets = self.sockets.into_iter().map(Descriptor::socket);
        for descriptor in self.directories.into_iter().chain(sockets) {
            let rights = rights::whole(&descriptor.kind);
            if fds.insert(descriptor.with_rights(rights)).is_err() {
                break;
            }
        }
        Wasi { args, env, fds, mounts, clock, poll, random, waiting: Waiting::default() }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_set_once() {
        let wasi = Wasi::builder().env("A", "1").env("AB", "2").env("A", "3").build();
        assert_eq!(wasi.env, [b"A=3".to_vec(), b"AB=2".to_vec()]);
    }
}
