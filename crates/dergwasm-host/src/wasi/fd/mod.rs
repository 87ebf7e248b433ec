//! Descriptors, by what is asked of them.
//!
//! What only a file can do is answered for a stream as for a descriptor that is none (`badf`),
//! what only a seekable file can do as for a pipe (`spipe`).

mod attributes;
mod directory;
mod state;
mod transfer;

pub(super) use attributes::{
    fd_advise, fd_allocate, fd_datasync, fd_filestat_get, fd_filestat_set_size,
    fd_filestat_set_times, fd_sync,
};
pub(super) use directory::{fd_prestat_dir_name, fd_prestat_get, fd_readdir};
pub(super) use state::{
    fd_close, fd_fdstat_get, fd_fdstat_set_flags, fd_fdstat_set_rights, fd_renumber,
};
pub(super) use transfer::{fd_pread, fd_pwrite, fd_read, fd_seek, fd_tell, fd_write};
pub(super) use transfer::{read_pieces, write_pieces};
