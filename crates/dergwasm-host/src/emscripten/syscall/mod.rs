//! `__syscall_*`: the system calls of Emscripten's C library, on the descriptors and file systems
//! that WASI has too.
//!
//! They answer 0 or more, or less than 0 for an errno. Paths are those of a POSIX program: they
//! may be absolute and start at the working directory otherwise.

mod fd;
mod file;
mod mapping;
mod other;
mod path;
mod select;
mod stat;

use crate::{
    emscripten::{
        Emscripten,
        argument::{Answer, Argument, accepts},
        guest::Find,
        link,
    },
    host_func::HostFunc,
    sys::{
        Errno, Waiting,
        fs::{Place, Reach, Walk},
    },
    wasi::guest_memory::GuestMemory,
};
use dergwasm_types::{FuncType, Trap};
use std::sync::Arc;

/// How long a path may be, with its zero.
const MAX_PATH: usize = 4097;
/// In place of a directory's descriptor: the working directory.
const AT_FDCWD: i32 = -100;

/// How programs lay out what they share with the system: it changed with Emscripten's versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Times have 32 bits; `struct stat` has 88 bytes.
    Time32,
    /// Times have 64 bits; `struct stat` has 112 bytes.
    Padded,
    /// Times have 64 bits; `struct stat` has 96 bytes.
    Current,
}

/// What a system call works on.
pub(super) struct System<'a> {
    state: &'a mut Emscripten,
    memory: GuestMemory<'a>,
    layout: Layout,
}

impl System<'_> {
    /// A path, which ends with a zero and need not be UTF-8.
    fn path(&self, address: u32) -> Result<Vec<u8>, Errno> {
        let left = (self.memory.len() as u64).saturating_sub(address.into());
        let bytes = self.memory.slice(address.into(), left.min(MAX_PATH as u64))?;
        let len = bytes.iter().position(|&byte| byte == 0);
        Ok(bytes[..len.ok_or(Errno::Nametoolong)?].to_vec())
    }

    /// The directory that relative paths start at.
    fn start(&self, dir: i32) -> Result<Place, Errno> {
        if dir != AT_FDCWD {
            return self.state.wasi.fds.get(dir.cast_unsigned())?.place();
        }
        match &self.state.working_directory {
            Some(place) => Ok(place.clone()),
            None => self.state.wasi.mounts.top(),
        }
    }

    fn walk<'b>(&'b self, start: &'b Place) -> Walk<'b> {
        Walk { mounts: &self.state.wasi.mounts, start, reach: Reach::Everywhere }
    }

    /// The first of the arguments behind a pointer to them.
    fn vararg(&self, arguments: u32) -> Result<u32, Errno> {
        self.memory.read(arguments.into())
    }
}

/// The number that tells of success or failure.
fn answer(result: Result<u32, Errno>) -> Answer {
    match result {
        Ok(number) => Answer::Word(number),
        Err(errno) => (-i32::from(errno.number())).into(),
    }
}

macro_rules! syscalls {
    ($(
        $($name:ident)|+ ($($arg:ident: $A:ty),*) => $module:ident::$function:ident;
    )*) => {
        /// The system call that an import of this name and type stands for.
        pub(super) fn find<T: 'static>(
            name: &str,
            ty: &FuncType,
            find: &Arc<Find<T>>,
            layout: Layout,
        ) -> Option<HostFunc<T>> {
            $(
                if [$(stringify!($name)),+].contains(&name)
                    && accepts(ty, &[$(<$A as Argument>::KIND),*])
                {
                    return Some(link::wrap(ty, find, move |guest, _arguments| {
                        let waiting = Waiting::of(&mut *guest.caller);
                        let len = guest.memory()?.data_size(&*guest.caller)?;
                        let len = u32::try_from(len).map_err(|_| Trap::MemoryOutOfBounds)?;
                        let (bytes, state) = guest.slice_and_state(0, len)?;
                        let memory = GuestMemory::new(bytes);
                        state.wasi.waiting = waiting;
                        let mut system = System { state, memory, layout };
                        $(let $arg: $A = _arguments.take();)*
                        let result = $module::$function(&mut system, $($arg),*);
                        system.state.wasi.waiting.end(result).map(answer)
                    }));
                }
            )*
            mapping::find(name, ty, find).or_else(|| other::find(name, ty, find))
        }
    };
}

// Each row becomes a system call: the names that programs of different ages have for it, its
// parameters, and what it does. Rows of the same name differ in their parameters.
syscalls! {
    __syscall_openat(dir: i32, path: u32, flags: u32, arguments: u32) => file::openat;
    __syscall_open | __sys_open(path: u32, flags: u32, arguments: u32) => file::open;
    __syscall_fcntl64 | __sys_fcntl64(fd: u32, command: u32, arguments: u32) => fd::fcntl;
    __syscall_ioctl | __sys_ioctl(fd: u32, request: u32, arguments: u32) => fd::ioctl;
    __syscall_dup | __sys_dup(fd: u32) => fd::dup;
    __syscall_dup2 | __sys_dup2(fd: u32, to: u32) => fd::dup2;
    __syscall_dup3(fd: u32, to: u32, flags: u32) => fd::dup3;
    __syscall_pipe | __sys_pipe(fds: u32) => fd::pipe;
    __syscall_pipe2 | __sys_pipe2(fds: u32, flags: u32) => fd::pipe2;
    __syscall_poll | __sys_poll(fds: u32, count: u32, timeout: i32) => fd::poll;
    __syscall__newselect | __sys__newselect
        (count: u32, read: u32, write: u32, except: u32, timeout: u32) => select::select;
    __syscall_pselect6
        (count: u32, read: u32, write: u32, except: u32, timeout: u32, signals: u32)
        => select::pselect;
    __syscall_fdatasync | __sys_fdatasync | __syscall_fsync | __sys_fsync(fd: u32) => fd::fdatasync;
    __syscall_ftruncate64 | __sys_ftruncate64(fd: u32, len: i64) => fd::ftruncate;
    __syscall_fallocate(fd: u32, mode: u32, offset: i64, len: i64) => fd::fallocate;
    __syscall_fadvise64 | __syscall_fadvise64_64 | __sys_fadvise64_64(fd: u32, offset: i64, len: i64, advice: u32) => fd::fadvise;
    __syscall_getdents64 | __sys_getdents64(fd: u32, to: u32, len: u32) => fd::getdents;
    __syscall_fchmod | __sys_fchmod(fd: u32, mode: u32) => fd::fchmod;
    __syscall_fchown32 | __sys_fchown32(fd: u32, owner: u32, group: u32) => fd::fchown;

    __syscall_stat64 | __sys_stat64(path: u32, to: u32) => stat::stat;
    __syscall_lstat64 | __sys_lstat64(path: u32, to: u32) => stat::lstat;
    __syscall_fstat64 | __sys_fstat64(fd: u32, to: u32) => stat::fstat;
    __syscall_newfstatat | __syscall_fstatat64(dir: i32, path: u32, to: u32, flags: u32)
        => stat::fstatat;
    __syscall_statfs64(path: u32, size: u32, to: u32) => stat::statfs;
    __syscall_fstatfs64(fd: u32, size: u32, to: u32) => stat::fstatfs;

    __syscall_mkdirat(dir: i32, path: u32, mode: u32) => path::mkdirat;
    __syscall_mkdir | __sys_mkdir(path: u32, mode: u32) => path::mkdir;
    __syscall_rmdir | __sys_rmdir(path: u32) => path::rmdir;
    __syscall_unlinkat(dir: i32, path: u32, flags: u32) => path::unlinkat;
    __syscall_unlink | __sys_unlink(path: u32) => path::unlink;
    __syscall_renameat(dir: i32, path: u32, to_dir: i32, to: u32) => path::renameat;
    __syscall_rename | __sys_rename(path: u32, to: u32) => path::rename;
    __syscall_linkat(dir: i32, path: u32, to_dir: i32, to: u32, flags: u32) => path::linkat;
    __syscall_link(path: u32, to: u32) => path::link;
    __syscall_symlinkat(target: u32, dir: i32, path: u32) => path::symlinkat;
    __syscall_symlink | __sys_symlink(target: u32, path: u32) => path::symlink;
    __syscall_readlinkat(dir: i32, path: u32, to: u32, len: u32) => path::readlinkat;
    __syscall_readlink | __sys_readlink(path: u32, to: u32, len: u32) => path::readlink;
    __syscall_faccessat(dir: i32, path: u32, mode: u32, flags: u32) => path::faccessat;
    __syscall_access | __sys_access(path: u32, mode: u32) => path::access;
    __syscall_chmod | __sys_chmod(path: u32, mode: u32) => path::access;
    __syscall_fchmodat(dir: i32, path: u32, mode: u32, arguments: u32) => path::faccessat;
    __syscall_fchmodat2(dir: i32, path: u32, mode: u32, flags: u32) => path::faccessat;
    __syscall_chown32 | __sys_chown32(path: u32, owner: u32, group: u32) => path::chown;
    __syscall_lchown32 | __sys_lchown32(path: u32, owner: u32, group: u32) => path::lchown;
    __syscall_fchownat | __sys_fchownat(dir: i32, path: u32, owner: u32, group: u32, flags: u32)
        => path::fchownat;
    __syscall_mknod | __sys_mknod(path: u32, mode: u32, device: u32) => path::mknod;
    __syscall_mknodat | __sys_mknodat(dir: i32, path: u32, mode: u32, device: u32)
        => path::mknodat;
    __syscall_truncate64 | __sys_truncate64(path: u32, len: i64) => path::truncate;
    __syscall_utimensat(dir: i32, path: u32, times: u32, flags: u32) => path::utimensat;
    __syscall_chdir | __sys_chdir(path: u32) => path::chdir;
    __syscall_fchdir(fd: u32) => path::fchdir;
    __syscall_getcwd | __sys_getcwd(to: u32, len: u32) => path::getcwd;
    __syscall_umask(mask: u32) => path::umask;

    __syscall_getpid | __sys_getpid() => path::one;
    __syscall_getppid | __syscall_getpgid | __syscall_getsid() => path::one;
    __syscall_getuid32 | __syscall_getgid32 | __syscall_geteuid32 | __syscall_getegid32()
        => path::zero;
    __syscall_getresuid32 | __syscall_getresgid32 | __sys_getresuid32 | __sys_getresgid32
        (real: u32, effective: u32, saved: u32) => other::getresid;
    __syscall_getgroups32 | __sys_getgroups32(size: u32, to: u32) => other::getgroups;
    __syscall_setpgid | __sys_setpgid(process: u32, group: u32) => other::done2;
    __syscall_setsid | __syscall_sync | __sys_setsid | __sys_sync() => other::done;
    __syscall_getpriority | __sys_getpriority(which: u32, who: u32) => other::no_priority;
    __syscall_setpriority | __sys_setpriority(which: u32, who: u32, value: u32)
        => other::set_no_priority;
    __syscall_getrusage | __sys_getrusage(who: u32, to: u32) => other::getrusage;
    __syscall_getrlimit | __syscall_ugetrlimit | __sys_getrlimit | __sys_ugetrlimit
        (which: u32, to: u32) => other::getrlimit;
    __syscall_setrlimit | __sys_setrlimit(which: u32, limit: u32) => other::done2;
    __syscall_prlimit64 | __sys_prlimit64(process: u32, which: u32, new: u32, old: u32)
        => other::prlimit;
    __syscall_uname | __sys_uname(to: u32) => other::uname;
    __syscall_wait4 | __sys_wait4(process: u32, status: u32, options: u32, usage: u32)
        => other::wait4;
    __syscall_pause | __sys_pause() => other::pause;
    __syscall_madvise | __syscall_madvise1 | __syscall_mprotect | __sys_madvise1 | __sys_mprotect
        (address: u32, len: u32, how: u32) => other::done3;
    __syscall_mlock | __syscall_mlock2 | __syscall_munlock | __sys_mlock | __sys_munlock
        (address: u32, len: u32) => other::done2;
    __syscall_socket | __sys_socket | __syscall_socketpair | __sys_socketpair
        (domain: u32, kind: u32, protocol: u32, a: u32, b: u32, c: u32) => other::no_sockets;
    __syscall_socket | __sys_socket(domain: u32, kind: u32, protocol: u32) => other::no_socket;
}
