//! Sockets that the embedder handed in.

use crate::{
    sys::{Descriptor, Errno, Kind, Shutdown},
    wasi::{
        Wasi,
        fd::{read_pieces, write_pieces},
        guest_memory::{GuestMemory, List},
        rights,
        types::{check_flags, file_flags},
    },
};

/// The socket with these rights that `fd` stands for.
fn socket(wasi: &Wasi, fd: u32, needed: u64) -> Result<&Descriptor, Errno> {
    let descriptor = wasi.fds.get(fd)?;
    match descriptor.kind {
        Kind::Socket(_) => rights::check(descriptor, needed).map(|()| descriptor),
        _ => Err(Errno::Notsock),
    }
}

pub(super) fn sock_accept(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    fd: u32,
    flags: u32,
    accepted: u32,
) -> Result<(), Errno> {
    let listening = socket(wasi, fd, rights::SOCK_ACCEPT)?;
    let flags = file_flags(flags)?;
    memory.slice(accepted.into(), 4)?;
    wasi.fds.check_room()?;
    let connection = Descriptor::socket(listening.accept(&wasi.waiting)?);
    if flags.nonblock {
        connection.set_flags(flags)?;
    }
    let all = rights::whole(&connection.kind);
    let granted = rights::granted(&connection.kind, rights::of(listening), all);
    let fd = wasi.fds.insert(connection.with_rights(granted))?;
    memory.write(accepted.into(), fd)
}

/// `riflags`
const PEEK: u32 = 1;
/// `riflags`
const WAITALL: u32 = 2;

/// Nothing is ever cut off: that is for messages, and these are streams.
pub(super) fn sock_recv(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    fd: u32,
    data: List,
    flags: u32,
    len: u32,
    flags_out: u32,
) -> Result<(), Errno> {
    let socket = socket(wasi, fd, rights::FD_READ)?;
    check_flags(flags, PEEK | WAITALL)?;
    memory.slice(len.into(), 4)?;
    memory.slice(flags_out.into(), 2)?;
    let (peek, all) = (flags & PEEK != 0, flags & WAITALL != 0);
    // Looking twice would find the same bytes again.
    let received = read_pieces(memory, data, all && !peek, |buffer, _| {
        if !all || peek {
            return socket.receive(buffer, peek, &wasi.waiting);
        }
        let mut filled = 0;
        while filled < buffer.len() {
            match socket.receive(&mut buffer[filled..], false, &wasi.waiting) {
                Ok(0) => break,
                Ok(some) => filled += some,
                Err(errno) if filled == 0 => return Err(errno),
                Err(_) => break,
            }
        }
        Ok(filled)
    })?;
    memory.write(len.into(), received)?;
    memory.write(flags_out.into(), 0_u16)
}

pub(super) fn sock_send(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    fd: u32,
    data: List,
    flags: u32,
    len: u32,
) -> Result<(), Errno> {
    let socket = socket(wasi, fd, rights::FD_WRITE)?;
    check_flags(flags, 0)?;
    memory.slice(len.into(), 4)?;
    let sent = write_pieces(memory, data, |bytes, _| socket.send(bytes, &wasi.waiting))?;
    memory.write(len.into(), sent)
}

pub(super) fn sock_shutdown(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    how: u32,
) -> Result<(), Errno> {
    let socket = socket(wasi, fd, rights::SOCK_SHUTDOWN)?;
    socket.shutdown(match how {
        1 => Shutdown::Read,
        2 => Shutdown::Write,
        3 => Shutdown::Both,
        _ => return Err(Errno::Inval),
    })
}
