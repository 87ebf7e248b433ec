//! Sockets: there are none, so every descriptor is something else.

use crate::{
    sys::Errno,
    wasi::{
        Wasi,
        guest_memory::{GuestMemory, List},
    },
};

fn not_a_socket(wasi: &Wasi, fd: u32) -> Result<(), Errno> {
    wasi.fds.get(fd)?;
    Err(Errno::Notsock)
}

pub(super) fn sock_accept(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    _flags: u32,
    _accepted: u32,
) -> Result<(), Errno> {
    not_a_socket(wasi, fd)
}

pub(super) fn sock_recv(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    _data: List,
    _flags: u32,
    _len: u32,
    _flags_out: u32,
) -> Result<(), Errno> {
    not_a_socket(wasi, fd)
}

pub(super) fn sock_send(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    _data: List,
    _flags: u32,
    _len: u32,
) -> Result<(), Errno> {
    not_a_socket(wasi, fd)
}

pub(super) fn sock_shutdown(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    _how: u32,
) -> Result<(), Errno> {
    not_a_socket(wasi, fd)
}
