//! System calls that are there so that programs find them: sockets without a network, limits
//! without a limit, one user, no other process.

use super::{System, answer};
use crate::{
    emscripten::{
        argument::{Argument as _, Kind as ArgumentKind, accepts},
        guest::Find,
        link,
    },
    host_func::HostFunc,
    sys::{Errno, Kind},
};
use dergwasm_types::{FuncType, ValType};
use std::sync::Arc;

/// The system calls on sockets. Versions differ in how many arguments they pass.
pub(super) fn find<T: 'static>(
    name: &str,
    ty: &FuncType,
    find: &Arc<Find<T>>,
) -> Option<HostFunc<T>> {
    const SOCKETS: [&str; 13] = [
        "accept4",
        "bind",
        "connect",
        "getpeername",
        "getsockname",
        "getsockopt",
        "listen",
        "recvfrom",
        "recvmsg",
        "sendmsg",
        "sendto",
        "setsockopt",
        "shutdown",
    ];
    let name = name.strip_prefix("__syscall_").or_else(|| name.strip_prefix("__sys_"))?;
    let words = !ty.params().is_empty()
        && ty.results() == [ValType::I32]
        && accepts(ty, &vec![ArgumentKind::Word; ty.params().len()]);
    if !words || !SOCKETS.contains(&name) {
        return None;
    }
    Some(link::wrap(ty, find, |guest, arguments| {
        let fd = u32::take(arguments);
        Ok(answer(match guest.state().wasi.fds.get(fd).map(|descriptor| &descriptor.kind) {
            // The program's own sockets come from WASI's calls.
            Ok(Kind::Socket(_)) => Err(Errno::Notsup),
            Ok(_) => Err(Errno::Notsock),
            Err(errno) => Err(errno),
        }))
    }))
}

/// Two sockets that are connected would need a network of their own.
pub(super) fn no_sockets(
    _system: &mut System<'_>,
    _domain: u32,
    _kind: u32,
    _protocol: u32,
    _: u32,
    _: u32,
    _: u32,
) -> Result<u32, Errno> {
    Err(Errno::Afnosupport)
}

/// As [`no_sockets`], of versions that pass no more than what counts.
pub(super) fn no_socket(
    _system: &mut System<'_>,
    _domain: u32,
    _kind: u32,
    _protocol: u32,
) -> Result<u32, Errno> {
    Err(Errno::Afnosupport)
}

/// What nobody notices, such as advice on how memory will be used.
pub(super) fn done(_system: &mut System<'_>) -> Result<u32, Errno> {
    Ok(0)
}

pub(super) fn done2(_system: &mut System<'_>, _: u32, _: u32) -> Result<u32, Errno> {
    Ok(0)
}

pub(super) fn done3(_system: &mut System<'_>, _: u32, _: u32, _: u32) -> Result<u32, Errno> {
    Ok(0)
}

/// There are no other processes to wait for.
pub(super) fn wait4(
    _system: &mut System<'_>,
    _process: u32,
    _status: u32,
    _options: u32,
    _usage: u32,
) -> Result<u32, Errno> {
    Err(Errno::Child)
}

/// Waits for a signal, which never comes.
pub(super) fn pause(_system: &mut System<'_>) -> Result<u32, Errno> {
    Err(Errno::Intr)
}

pub(super) fn no_priority(_system: &mut System<'_>, _: u32, _: u32) -> Result<u32, Errno> {
    Err(Errno::Perm)
}

pub(super) fn set_no_priority(
    _system: &mut System<'_>,
    _: u32,
    _: u32,
    _: u32,
) -> Result<u32, Errno> {
    Err(Errno::Perm)
}

/// `struct rusage`: two times and fourteen counts, of which nothing is known.
pub(super) fn getrusage(system: &mut System<'_>, _who: u32, to: u32) -> Result<u32, Errno> {
    let times = if system.layout == super::Layout::Time32 { 16 } else { 32 };
    system.memory.slice_mut(to.into(), times + 14 * 4)?.fill(0);
    Ok(0)
}

/// `struct rlimit`: two numbers, which say that there is no limit.
pub(super) fn getrlimit(system: &mut System<'_>, _which: u32, to: u32) -> Result<u32, Errno> {
    system.memory.slice_mut(to.into(), 16)?.fill(0xff);
    Ok(0)
}

pub(super) fn prlimit(
    system: &mut System<'_>,
    _process: u32,
    which: u32,
    _new: u32,
    old: u32,
) -> Result<u32, Errno> {
    if old == 0 { Ok(0) } else { getrlimit(system, which, old) }
}

/// `struct utsname`: six texts with 65 bytes each.
pub(super) fn uname(system: &mut System<'_>, to: u32) -> Result<u32, Errno> {
    const FIELD: usize = 65;
    let texts = ["Emscripten", "emscripten", "1.0", "#1", "wasm32", ""];
    let bytes = system.memory.slice_mut(to.into(), (texts.len() * FIELD) as u64)?;
    bytes.fill(0);
    for (field, text) in bytes.chunks_exact_mut(FIELD).zip(texts) {
        field[..text.len()].copy_from_slice(text.as_bytes());
    }
    Ok(0)
}

/// The groups of the only user: one, with the number 0.
pub(super) fn getgroups(system: &mut System<'_>, size: u32, to: u32) -> Result<u32, Errno> {
    if i32::try_from(size).is_err() {
        return Err(Errno::Inval);
    }
    if size > 0 {
        system.memory.write(to.into(), 0_u32)?;
    }
    Ok(1)
}

/// The real, effective and saved number of the only user.
pub(super) fn getresid(
    system: &mut System<'_>,
    real: u32,
    effective: u32,
    saved: u32,
) -> Result<u32, Errno> {
    [real, effective, saved]
        .into_iter()
        .try_for_each(|to| system.memory.write(to.into(), 0_u32))?;
    Ok(0)
}
