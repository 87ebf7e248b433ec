//! The functions of `wasi_snapshot_preview1` and `wasi_unstable`, by name and type.
//!
//! Spec: [Modules › `wasi_snapshot_preview1`](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#modules).

use crate::{
    Caller, Error, HostModule, Linker, Memory,
    sys::{Errno, Rights, Waiting},
    wasi::{
        Wasi, args, clock, fd,
        guest_memory::{GuestMemory, List},
        path, poll, proc, random, sock,
        types::Version,
    },
};

/// The name under which programs import the functions.
const MODULE: &str = "wasi_snapshot_preview1";
/// The name under which programs for preview 0 import them.
const UNSTABLE: &str = "wasi_unstable";

/// Defines all of WASI preview 1, as `wasi_snapshot_preview1`, and of preview 0, as
/// `wasi_unstable`, for programs of old compilers.
///
/// `wasi` finds the [`Wasi`] in the embedder's data.
///
/// # Errors
/// A name of one of the two modules is defined already.
pub fn add_to_linker<T>(
    linker: &mut Linker<T>,
    wasi: impl Fn(&mut T) -> &mut Wasi + Clone + Send + Sync + 'static,
) -> Result<(), Error> {
    for (module, version) in [(MODULE, Version::Preview1), (UNSTABLE, Version::Preview0)] {
        define(linker, &wasi, module, version)?;
        linker.func_wrap(module, "proc_exit", |status: i32| -> Result<(), Error> {
            Err(Error::exit(status))
        })?;
        linker.func_wrap(module, "proc_raise", |signal: u32| -> Result<u32, Error> {
            proc::proc_raise(signal).map(number)
        })?;
    }
    Ok(())
}

impl<T> HostModule<T> for Wasi {
    fn define(
        linker: &mut Linker<T>,
        project: impl Fn(&mut T) -> &mut Self + Clone + Send + Sync + 'static,
    ) -> Result<(), Error> {
        add_to_linker(linker, project)
    }
}

/// Makes a system call: finds the program's memory and world, and turns the result to a number.
///
/// # Errors
/// An interrupt ended its wait.
fn call<T>(
    mut caller: Caller<'_, T>,
    wasi: &impl Fn(&mut T) -> &mut Wasi,
    work: Work,
    function: impl FnOnce(&mut Wasi, &mut GuestMemory<'_>) -> Result<(), Errno>,
) -> Result<u32, Error> {
    let waiting = Waiting::of(&mut caller);
    if caller.fuel().is_some() && work != Work::Little {
        let memory = memory(&caller);
        let bytes = memory.map(|memory| memory.data(&caller)).transpose()?;
        let bytes = work.bytes(bytes.unwrap_or_default());
        caller.consume_fuel_for_bytes(bytes)?;
    }
    let (bytes, data) = match memory(&caller) {
        Some(memory) => memory.data_and_state_mut(&mut caller)?,
        None => (&mut [][..], caller.data_mut()),
    };
    let wasi = wasi(data);
    wasi.waiting = waiting;
    let result = function(wasi, &mut GuestMemory::new(bytes));
    wasi.waiting.end(result).map(number)
}

/// What a system call copies, as its arguments say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    /// No more than a few bytes, or what the embedder bounds.
    Little,
    /// The bytes of a buffer.
    Buffer(u32, u32),
    /// A list of so many buffers, and their bytes.
    Pieces(u32, u32),
    /// So many records of so many bytes.
    Records(u32, u64),
}

impl Work {
    /// How many bytes it is; nothing of what lies outside of the memory is copied.
    fn bytes(self, memory: &[u8]) -> u64 {
        let all = memory.len() as u64;
        let inside = |at: u32, len: u64| u64::from(at) + len <= all;
        match self {
            Self::Buffer(at, len) if inside(at, len.into()) => len.into(),
            Self::Pieces(at, count) if inside(at, 8 * u64::from(count)) => {
                let list = memory.get(at as usize..).unwrap_or_default();
                let (list, _) = list.as_chunks::<8>();
                let lens = list
                    .iter()
                    .take(count as usize)
                    .map(|&[_, _, _, _, a, b, c, d]| u64::from(u32::from_le_bytes([a, b, c, d])));
                8 * u64::from(count) + lens.sum::<u64>().min(all)
            }
            Self::Records(count, size) => (u64::from(count) * size).min(all),
            _ => 0,
        }
    }
}

/// What a program gets for a result.
fn number(result: Result<(), Errno>) -> u32 {
    match result {
        Ok(()) => 0,
        Err(errno) => errno.number().into(),
    }
}

/// The memory that pointers of the calling program point into.
fn memory<T>(caller: &Caller<'_, T>) -> Option<Memory> {
    match caller.get_export("memory") {
        Some(item) => item.into_memory(),
        None => caller.heap().ok(),
    }
}

macro_rules! preview1 {
    (($version:ident) $(
        $name:ident($($arg:ident: $T:ty),*) $([$work:expr])?
            => $module:ident::$function:ident($($value:expr),*);
    )*) => {
        fn define<T>(
            linker: &mut Linker<T>,
            wasi: &(impl Fn(&mut T) -> &mut Wasi + Clone + Send + Sync + 'static),
            module: &str,
            $version: Version,
        ) -> Result<(), Error> {
            $(
                let project = wasi.clone();
                linker.func_wrap(
                    module,
                    stringify!($name),
                    move |caller: Caller<'_, T>, $($arg: $T),*| -> Result<u32, Error> {
                        let work = [$($work,)? Work::Little][0];
                        call(caller, &project, work, |wasi, memory| {
                            $module::$function(wasi, memory, $($value),*)
                        })
                    },
                )?;
            )*
            Ok(())
        }
    };
}

// Each row becomes a function of that name: its core parameters, and what they mean. `version` is
// that of the module the function is defined in.
preview1! { (version)
    args_get(argv: u32, buf: u32) => args::args_get(argv, buf);
    args_sizes_get(argc: u32, size: u32) => args::args_sizes_get(argc, size);
    environ_get(environ: u32, buf: u32) => args::environ_get(environ, buf);
    environ_sizes_get(count: u32, size: u32) => args::environ_sizes_get(count, size);

    clock_res_get(id: u32, resolution: u32) => clock::clock_res_get(id, resolution);
    clock_time_get(id: u32, precision: u64, time: u32)
        => clock::clock_time_get(id, precision, time);
    random_get(buf: u32, len: u32) [Work::Buffer(buf, len)] => random::random_get(buf, len);

    fd_advise(fd: u32, offset: u64, len: u64, advice: u32)
        => fd::fd_advise(fd, offset, len, advice);
    fd_allocate(fd: u32, offset: u64, len: u64) => fd::fd_allocate(fd, offset, len);
    fd_close(fd: u32) => fd::fd_close(fd);
    fd_datasync(fd: u32) => fd::fd_datasync(fd);
    fd_fdstat_get(fd: u32, stat: u32) => fd::fd_fdstat_get(fd, stat);
    fd_fdstat_set_flags(fd: u32, flags: u32) => fd::fd_fdstat_set_flags(fd, flags);
    fd_fdstat_set_rights(fd: u32, base: u64, inheriting: u64)
        => fd::fd_fdstat_set_rights(fd, base, inheriting);
    fd_filestat_get(fd: u32, stat: u32) => fd::fd_filestat_get(version, fd, stat);
    fd_filestat_set_size(fd: u32, size: u64) => fd::fd_filestat_set_size(fd, size);
    fd_filestat_set_times(fd: u32, accessed: u64, modified: u64, flags: u32)
        => fd::fd_filestat_set_times(fd, accessed, modified, flags);
    fd_pread(fd: u32, iovs: u32, count: u32, offset: u64, read: u32) [Work::Pieces(iovs, count)]
        => fd::fd_pread(fd, List(iovs, count), offset, read);
    fd_prestat_get(fd: u32, stat: u32) => fd::fd_prestat_get(fd, stat);
    fd_prestat_dir_name(fd: u32, path: u32, len: u32)
        => fd::fd_prestat_dir_name(fd, List(path, len));
    fd_pwrite(fd: u32, iovs: u32, count: u32, offset: u64, written: u32) [Work::Pieces(iovs, count)]
        => fd::fd_pwrite(fd, List(iovs, count), offset, written);
    fd_read(fd: u32, iovs: u32, count: u32, read: u32) [Work::Pieces(iovs, count)]
        => fd::fd_read(fd, List(iovs, count), read);
    fd_readdir(fd: u32, buf: u32, len: u32, cookie: u64, used: u32) [Work::Buffer(buf, len)]
        => fd::fd_readdir(fd, List(buf, len), cookie, used);
    fd_renumber(from: u32, to: u32) => fd::fd_renumber(from, to);
    fd_seek(fd: u32, offset: i64, whence: u32, position: u32)
        => fd::fd_seek(version, fd, offset, whence, position);
    fd_sync(fd: u32) => fd::fd_sync(fd);
    fd_tell(fd: u32, position: u32) => fd::fd_tell(fd, position);
    fd_write(fd: u32, iovs: u32, count: u32, written: u32) [Work::Pieces(iovs, count)]
        => fd::fd_write(fd, List(iovs, count), written);

    path_create_directory(fd: u32, path: u32, len: u32) [Work::Buffer(path, len)]
        => path::path_create_directory(fd, List(path, len));
    path_filestat_get(fd: u32, flags: u32, path: u32, len: u32, stat: u32) [Work::Buffer(path, len)]
        => path::path_filestat_get(version, fd, flags, List(path, len), stat);
    path_filestat_set_times(
        fd: u32, lookup: u32, path: u32, len: u32, accessed: u64, modified: u64, flags: u32
    ) [Work::Buffer(path, len)] => path::path_filestat_set_times(
        fd, lookup, List(path, len), path::Times { accessed, modified, flags }
    );
    path_link(
        old_fd: u32, flags: u32, old: u32, old_len: u32, new_fd: u32, new: u32, new_len: u32
    ) [Work::Buffer(old, old_len)] => path::path_link(old_fd, flags, List(old, old_len), new_fd, List(new, new_len));
    path_open(
        dir: u32, lookup: u32, path: u32, len: u32, open: u32, base: u64, inheriting: u64,
        fd: u32, opened: u32
    ) [Work::Buffer(path, len)] => path::path_open(
        dir,
        List(path, len),
        path::OpenFlags { lookup, open, fd, rights: Rights { base, inheriting } },
        opened
    );
    path_readlink(fd: u32, path: u32, len: u32, buf: u32, buf_len: u32, used: u32) [Work::Buffer(path, len)]
        => path::path_readlink(fd, List(path, len), List(buf, buf_len), used);
    path_remove_directory(fd: u32, path: u32, len: u32) [Work::Buffer(path, len)]
        => path::path_remove_directory(fd, List(path, len));
    path_rename(fd: u32, old: u32, old_len: u32, new_fd: u32, new: u32, new_len: u32) [Work::Buffer(old, old_len)]
        => path::path_rename(fd, List(old, old_len), new_fd, List(new, new_len));
    path_symlink(old: u32, old_len: u32, fd: u32, new: u32, new_len: u32) [Work::Buffer(old, old_len)]
        => path::path_symlink(List(old, old_len), fd, List(new, new_len));
    path_unlink_file(fd: u32, path: u32, len: u32) [Work::Buffer(path, len)]
        => path::path_unlink_file(fd, List(path, len));

    poll_oneoff(from: u32, events: u32, count: u32, count_to: u32) [Work::Records(count, 80)] => poll::poll_oneoff(
        poll::Poll { version, subscriptions: List(from, count), events, count_to }
    );
    sched_yield() => proc::sched_yield();

    sock_accept(fd: u32, flags: u32, accepted: u32) => sock::sock_accept(fd, flags, accepted);
    sock_recv(fd: u32, data: u32, count: u32, flags: u32, len: u32, out: u32) [Work::Pieces(data, count)]
        => sock::sock_recv(fd, List(data, count), flags, len, out);
    sock_send(fd: u32, data: u32, count: u32, flags: u32, len: u32) [Work::Pieces(data, count)]
        => sock::sock_send(fd, List(data, count), flags, len);
    sock_shutdown(fd: u32, how: u32) => sock::sock_shutdown(fd, how);
}

#[cfg(test)]
mod tests;
