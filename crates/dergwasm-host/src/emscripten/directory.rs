//! `fd_seek` on directories, which `rewinddir` and `seekdir` use. WASI has it for files only.

use crate::{
    Caller, Linker,
    emscripten::{
        detect::WASI,
        guest::{Find, Guest},
    },
    sys::{Errno, Kind, lock},
};
use dergwasm_types::Value;
use std::sync::Arc;

/// Lets `fd_seek` move in directories.
pub(super) fn add_to_linker<T: 'static>(linker: &mut Linker<T>, find: &Arc<Find<T>>) {
    let Some((ty, seek)) = linker.host_func(WASI, "fd_seek") else { return };
    let (ty, find) = (ty.clone(), Arc::clone(find));
    let func = move |mut caller: Caller<'_, T>, values: &mut [Value]| {
        let &mut [fd, offset, whence, to, ..] = values else { return seek(caller, values) };
        let mut guest = Guest::new(&mut caller, &*find);
        let directory = match guest.state().wasi.fds.get(fd.as_u32()).map(|found| &found.kind) {
            Ok(Kind::Dir(directory)) => Arc::clone(directory),
            _ => return seek(caller, values),
        };
        let mut directory = lock(&directory);
        let start = if whence.as_u32() == 1 { directory.position as u64 } else { 0 };
        let position = start.checked_add_signed(offset.as_i64());
        let errno = match position.map(usize::try_from) {
            Some(Ok(position)) if whence.as_u32() <= 1 => {
                directory.position = position;
                guest.write(to.as_u32().into(), position as u64)?;
                0
            }
            _ => Errno::Inval.number(),
        };
        values[0] = u32::from(errno).into();
        Ok(())
    };
    linker.set_host_func(WASI, "fd_seek", ty.into(), Arc::new(func));
}
