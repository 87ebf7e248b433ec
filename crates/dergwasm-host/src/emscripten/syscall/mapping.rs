//! `mmap` of files: their contents are copied to memory that the program allocates, and back.

use super::answer;
use crate::{
    Error,
    emscripten::{
        argument::{Answer, Argument, accepts},
        guest::{Find, Guest},
        link,
    },
    host_func::HostFunc,
    sys::{Descriptor, Errno},
};
use dergwasm_types::FuncType;
use std::sync::Arc;

const SHARED: u32 = 1;
const WRITE: u32 = 2;
/// The alignment of mapped memory.
const PAGE: u32 = 0x1_0000;

/// The function of an import that maps or unmaps a file.
pub(super) fn find<T: 'static>(
    name: &str,
    ty: &FuncType,
    find: &Arc<Find<T>>,
) -> Option<HostFunc<T>> {
    let (word, long) = (<u32 as Argument>::KIND, <i64 as Argument>::KIND);
    match name {
        // (length, protection, flags, fd, offset, allocated, address)
        "_mmap_js" if accepts(ty, &[word, word, word, word, long, word, word]) => {
            Some(link::wrap(ty, find, |guest, arguments| {
                let len = arguments.take();
                let (_protection, _flags): (u32, u32) = (arguments.take(), arguments.take());
                let (fd, offset) = (arguments.take(), arguments.take());
                let (allocated, to): (u32, u32) = (arguments.take(), arguments.take());
                map(guest, len, fd, offset, allocated).and_then(|mapped| match mapped {
                    Ok(address) => guest.write(to.into(), address).map(|()| Answer::Word(0)),
                    Err(errno) => Ok(answer(Err(errno))),
                })
            }))
        }
        // (address, length, protection, flags, fd, offset, allocated)
        "_mmap_js" if accepts(ty, &[word; 7]) => Some(link::wrap(ty, find, |guest, arguments| {
            let (_address, len): (u32, u32) = (arguments.take(), arguments.take());
            let (_protection, _flags): (u32, u32) = (arguments.take(), arguments.take());
            let (fd, offset): (u32, u32) = (arguments.take(), arguments.take());
            Ok(answer(map(guest, len, fd, offset.into(), arguments.take())?))
        })),
        // (address, length, protection, flags, fd, offset)
        "_munmap_js" | "_msync_js"
            if accepts(ty, &[word; 6]) || accepts(ty, &[word, word, word, word, word, long]) =>
        {
            let long = !accepts(ty, &[word; 6]);
            Some(link::wrap(ty, find, move |guest, arguments| {
                let (address, len) = (arguments.take(), arguments.take());
                let (protection, flags): (u32, u32) = (arguments.take(), arguments.take());
                let fd = arguments.take();
                let offset =
                    if long { arguments.take() } else { i64::from(arguments.take::<u32>()) };
                if protection & WRITE == 0 || flags & SHARED == 0 {
                    return Ok(Answer::Word(0));
                }
                write_back(guest, address, len, fd, offset).map(answer)
            }))
        }
        // (address, length, flags, fd) of older programs, which map whole files
        "_msync_js" if accepts(ty, &[word; 4]) => Some(link::wrap(ty, find, |guest, arguments| {
            let (address, len) = (arguments.take(), arguments.take());
            let _flags: u32 = arguments.take();
            write_back(guest, address, len, arguments.take(), 0).map(answer)
        })),
        _ => None,
    }
}

/// Reads a part of a file into memory that is allocated for it.
fn map<T>(
    guest: &mut Guest<'_, '_, T>,
    len: u32,
    fd: u32,
    offset: i64,
    allocated: u32,
) -> Result<Result<u32, Errno>, Error> {
    let descriptor = match guest.state().wasi.fds.get(fd) {
        Ok(descriptor) => descriptor.clone(),
        Err(errno) => return Ok(Err(errno)),
    };
    let Ok(offset) = u64::try_from(offset) else { return Ok(Err(Errno::Inval)) };
    let Some(room) = len.max(1).checked_next_multiple_of(PAGE) else {
        return Ok(Err(Errno::Nomem));
    };
    let names = ["emscripten_builtin_memalign", "memalign", "_memalign"];
    let address = guest.call(&names, &[PAGE, room])?.unwrap_or(0);
    if address == 0 {
        return Ok(Err(Errno::Nomem));
    }
    let bytes = guest.slice_and_state(address, room)?.0;
    bytes.fill(0);
    let mut done = 0_usize;
    while done < len as usize {
        match descriptor.read_at(&mut bytes[done..len as usize], offset + done as u64) {
            Ok(0) => break,
            Ok(read) => done += read,
            Err(errno) => {
                guest.free(address)?;
                let errno = if errno == Errno::Spipe { Errno::Nodev } else { errno };
                return Ok(Err(errno));
            }
        }
    }
    guest.write(allocated.into(), 1_u32)?;
    Ok(Ok(address))
}

/// Writes a part of memory to a file.
fn write_back<T>(
    guest: &mut Guest<'_, '_, T>,
    address: u32,
    len: u32,
    fd: u32,
    offset: i64,
) -> Result<Result<u32, Errno>, Error> {
    let (bytes, state) = guest.slice_and_state(address, len)?;
    Ok(state.wasi.fds.get(fd).and_then(|descriptor| write_part(descriptor, bytes, offset)))
}

/// Writes bytes to a file at an offset, as far as it reaches: a mapping never makes it longer.
fn write_part(descriptor: &Descriptor, bytes: &[u8], offset: i64) -> Result<u32, Errno> {
    let mut offset = u64::try_from(offset).map_err(|_| Errno::Inval)?;
    let left = descriptor.metadata()?.size.saturating_sub(offset);
    let mut bytes = &bytes[..bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX))];
    while !bytes.is_empty() {
        match descriptor.write_at(bytes, offset)? {
            0 => return Err(Errno::Io),
            len => {
                bytes = &bytes[len..];
                offset += len as u64;
            }
        }
    }
    Ok(0)
}
