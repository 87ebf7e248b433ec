//! Describing the world of a program.

use crate::{
    sys::{
        Clock, Descriptor, Errno, FdTable, InheritStderr, InheritStdin, InheritStdout, Null,
        Random, SeededRandom, Socket, Stdio, SystemClock, SystemRandom, VirtualClock,
        fs::{FileSystem, Mounts},
    },
    wasi::{Wasi, rights},
};
use core::{convert::Infallible, fmt};
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
    random: Box<dyn Random>,
    mounts: Vec<(String, Arc<dyn FileSystem>)>,
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
            random: Box::new(SystemRandom),
            mounts: Vec::new(),
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

    /// Sets where random bytes come from.
    pub fn random(mut self, random: impl Random + 'static) -> Self {
        self.random = Box::new(random);
        self
    }

    /// Makes every run alike: a [`VirtualClock`] that moves a microsecond at each reading, and
    /// [`SeededRandom`].
    pub fn deterministic(self, seed: u64) -> Self {
        self.clock(VirtualClock::new(Self::DETERMINISTIC_EPOCH, 1000))
            .random(SeededRandom::new(seed))
    }

    /// Gives the program a file system as a directory of this name.
    ///
    /// The directories a program is given have the descriptors from 3 on, in the order they are
    /// mounted. A name may be relative, such as `.`: programs look up relative paths in it. One
    /// file system may be mounted below another; the program then finds it in both ways.
    pub fn mount(mut self, name: impl Into<String>, fs: impl FileSystem + 'static) -> Self {
        self.mounts.push((name.into(), Arc::new(fs)));
        self
    }

    /// Gives the program a socket. Sockets have the descriptors after those of directories, in
    /// the order they are given.
    pub fn preopen_socket(self, socket: impl Socket + 'static) -> Self {
        self.sockets([Box::new(socket) as Box<dyn Socket>])
    }

    /// Gives the program sockets; see [`Builder::preopen_socket`].
    pub fn sockets(mut self, sockets: impl IntoIterator<Item = Box<dyn Socket>>) -> Self {
        self.sockets.extend(sockets);
        self
    }

    /// The world as described. A file system that cannot be mounted is left out;
    /// [`Builder::try_build`] tells of it.
    #[must_use]
    pub fn build(self) -> Wasi {
        let Ok(wasi) = self.assemble(|_, _| Ok::<(), Infallible>(()));
        wasi
    }

    /// The world as described.
    ///
    /// # Errors
    /// A file system cannot be mounted: two have the same name, or one's top is not there.
    pub fn try_build(self) -> Result<Wasi, MountError> {
        self.assemble(|name, errno| Err(MountError { name: name.to_owned(), errno }))
    }

    /// `failed` decides what follows from a name that cannot be given.
    fn assemble<E>(self, failed: impl Fn(&str, Errno) -> Result<(), E>) -> Result<Wasi, E> {
        let mut mounts = Mounts::default();
        let mut names = Vec::new();
        for (name, fs) in self.mounts {
            match fs.root().and_then(|_| mounts.mount(&name, fs)) {
                Ok(()) => names.push(name),
                Err(errno) => failed(&name, errno)?,
            }
        }
        let mut fds = FdTable::new(self.stdin, self.stdout, self.stderr);
        for name in names {
            let opened = mounts.at(&name).and_then(|place| {
                let mut descriptor = Descriptor::dir(place);
                descriptor.preopened_as = Some(name.as_str().into());
                insert(&mut fds, descriptor)
            });
            opened.or_else(|errno| failed(&name, errno))?;
        }
        for socket in self.sockets {
            let given = insert(&mut fds, Descriptor::socket(socket));
            given.or_else(|errno| failed("a socket", errno))?;
        }
        let Self { args, env, clock, random, .. } = self;
        Ok(Wasi { args, env, fds, mounts, clock, random })
    }
}

/// Gives the program a descriptor with all rights of its kind.
fn insert(fds: &mut FdTable, descriptor: Descriptor) -> Result<(), Errno> {
    let rights = rights::whole(&descriptor.kind);
    fds.insert(descriptor.with_rights(rights)).map(drop)
}

/// A file system could not be mounted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot mount `{name}`: {errno}")]
pub struct MountError {
    /// The name it should have had.
    pub name: String,
    /// Why.
    pub errno: Errno,
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
