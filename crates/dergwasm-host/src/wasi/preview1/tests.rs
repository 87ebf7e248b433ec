//! Every function has the name and type that programs import, and survives any arguments.

use super::*;
use crate::{
    Extern, Instance, Machine, Module, Val, ValType,
    sys::{
        Descriptor, FileFlags, OpenFile, Random, SeededRandom, Socket,
        fs::{Links, MemoryFs, Open, OpenOptions, Opened, Reach, Walk},
    },
};

/// The functions and their core types, as the spec's interface definition gives them.
const FUNCTIONS: [(&str, &str); 46] = [
    ("args_get", "(i32, i32) -> i32"),
    ("args_sizes_get", "(i32, i32) -> i32"),
    ("clock_res_get", "(i32, i32) -> i32"),
    ("clock_time_get", "(i32, i64, i32) -> i32"),
    ("environ_get", "(i32, i32) -> i32"),
    ("environ_sizes_get", "(i32, i32) -> i32"),
    ("fd_advise", "(i32, i64, i64, i32) -> i32"),
    ("fd_allocate", "(i32, i64, i64) -> i32"),
    ("fd_close", "(i32) -> i32"),
    ("fd_datasync", "(i32) -> i32"),
    ("fd_fdstat_get", "(i32, i32) -> i32"),
    ("fd_fdstat_set_flags", "(i32, i32) -> i32"),
    ("fd_fdstat_set_rights", "(i32, i64, i64) -> i32"),
    ("fd_filestat_get", "(i32, i32) -> i32"),
    ("fd_filestat_set_size", "(i32, i64) -> i32"),
    ("fd_filestat_set_times", "(i32, i64, i64, i32) -> i32"),
    ("fd_pread", "(i32, i32, i32, i64, i32) -> i32"),
    ("fd_prestat_dir_name", "(i32, i32, i32) -> i32"),
    ("fd_prestat_get", "(i32, i32) -> i32"),
    ("fd_pwrite", "(i32, i32, i32, i64, i32) -> i32"),
    ("fd_read", "(i32, i32, i32, i32) -> i32"),
    ("fd_readdir", "(i32, i32, i32, i64, i32) -> i32"),
    ("fd_renumber", "(i32, i32) -> i32"),
    ("fd_seek", "(i32, i64, i32, i32) -> i32"),
    ("fd_sync", "(i32) -> i32"),
    ("fd_tell", "(i32, i32) -> i32"),
    ("fd_write", "(i32, i32, i32, i32) -> i32"),
    ("path_create_directory", "(i32, i32, i32) -> i32"),
    ("path_filestat_get", "(i32, i32, i32, i32, i32) -> i32"),
    ("path_filestat_set_times", "(i32, i32, i32, i32, i64, i64, i32) -> i32"),
    ("path_link", "(i32, i32, i32, i32, i32, i32, i32) -> i32"),
    ("path_open", "(i32, i32, i32, i32, i32, i64, i64, i32, i32) -> i32"),
    ("path_readlink", "(i32, i32, i32, i32, i32, i32) -> i32"),
    ("path_remove_directory", "(i32, i32, i32) -> i32"),
    ("path_rename", "(i32, i32, i32, i32, i32, i32) -> i32"),
    ("path_symlink", "(i32, i32, i32, i32, i32) -> i32"),
    ("path_unlink_file", "(i32, i32, i32) -> i32"),
    ("poll_oneoff", "(i32, i32, i32, i32) -> i32"),
    ("proc_exit", "(i32) -> ()"),
    ("proc_raise", "(i32) -> i32"),
    ("random_get", "(i32, i32) -> i32"),
    ("sched_yield", "() -> i32"),
    ("sock_accept", "(i32, i32, i32) -> i32"),
    ("sock_recv", "(i32, i32, i32, i32, i32, i32) -> i32"),
    ("sock_send", "(i32, i32, i32, i32, i32) -> i32"),
    ("sock_shutdown", "(i32, i32) -> i32"),
];

/// A socket that is always ready and never connected.
struct Idle;

impl Socket for Idle {}

/// A world in which 3 is a directory, 4 a file, 5 a socket and 8 a directory.
fn world() -> Wasi {
    let fs = MemoryFs::with_limits(1 << 20, 100);
    fs.write("a", b"content").unwrap();
    let mut wasi = Wasi::builder().deterministic(1).mount(b"/", fs).unwrap().build();
    let top = wasi.fds.get(3).unwrap().clone();
    let walk = Walk { mounts: &wasi.mounts, start: &top.place().unwrap(), reach: Reach::Below };
    let options = OpenOptions { read: true, write: true, ..OpenOptions::default() };
    let how = Open { options, directory: false };
    let Ok(Opened::File(file)) = walk.open(b"a", Links::Keep, how) else {
        panic!("the file is there");
    };
    let file = OpenFile::new(file, FileFlags::default());
    wasi.fds.insert(Descriptor::file(file)).unwrap();
    wasi.fds.insert(Descriptor::socket(Box::new(Idle))).unwrap();
    wasi.fds.replace(8, top).unwrap();
    wasi
}

/// A machine whose main instance has one page of memory, and WASI for it.
fn machine() -> (Machine<Wasi>, Linker<Wasi>) {
    let wasm = wat::parse_str(r#"(module (memory (export "memory") 1))"#).unwrap();
    let mut machine = Machine::new(world());
    Instance::new(&mut machine, &Module::new(&wasm).unwrap(), &[]).unwrap();
    let mut linker = Linker::new();
    add_to_linker(&mut linker, |wasi| wasi).unwrap();
    (machine, linker)
}

#[test]
fn functions_have_the_types_of_the_spec() {
    let (mut machine, linker) = machine();
    for (module, (name, ty)) in
        [MODULE, UNSTABLE].into_iter().flat_map(|module| FUNCTIONS.map(|row| (module, row)))
    {
        let Some(Extern::Func(func)) = linker.get(&mut machine, module, name).unwrap() else {
            panic!("{module}.{name} is not defined");
        };
        assert_eq!(func.ty(&machine).unwrap().to_string(), ty, "{name}");
    }
}

#[test]
fn wild_arguments_give_an_errno() {
    let (mut machine, linker) = machine();
    let mut random = SeededRandom::new(2);
    let mut pick = |choices: &[i64]| {
        let mut byte = [0];
        random.fill(&mut byte).unwrap();
        choices[usize::from(byte[0]) % choices.len()]
    };
    let i32s = [0, 1, 2, 3, 4, 5, 8, 0xfff0, 0xffff, 0x1_0000, 0x7fff_ffff, -1];
    let i64s = [0, 1, -1, i64::MIN, i64::MAX, 1 << 32];
    let harmless = FUNCTIONS.iter().filter(|(name, _)| !name.starts_with("proc_"));
    let in_both = [MODULE, UNSTABLE].map(|module| harmless.clone().map(move |row| (module, row)));
    for (module, (name, _)) in in_both.into_iter().flatten() {
        let func = linker.get(&mut machine, module, name).unwrap().unwrap().into_func().unwrap();
        let ty = func.ty(&machine).unwrap();
        for _ in 0..400 {
            let args: Vec<Val> = ty
                .params()
                .iter()
                .map(|ty| match ty {
                    ValType::I64 => Val::I64(pick(&i64s)),
                    _ => Val::I32(i32::try_from(pick(&i32s)).unwrap()),
                })
                .collect();
            // Only `fd_close` and `fd_renumber` take descriptors away.
            *machine.data_mut() = world();
            let mut errno = [Val::I32(0)];
            func.call(&mut machine, &args, &mut errno).unwrap();
            assert!((0..=76).contains(&errno[0].i32().unwrap()), "{name}{args:?}: {errno:?}");
        }
    }
}

#[test]
fn a_program_without_memory_gets_faults() {
    let mut machine = Machine::new(Wasi::default());
    let mut linker = Linker::new();
    add_to_linker(&mut linker, |wasi| wasi).unwrap();
    let random_get = linker.get(&mut machine, MODULE, "random_get").unwrap().unwrap();
    let random_get = random_get.into_func().unwrap().typed::<(u32, u32), u32>(&machine).unwrap();
    assert_eq!(random_get.call(&mut machine, (0, 1)).unwrap(), Errno::Fault.number().into());
    assert_eq!(random_get.call(&mut machine, (0, 0)).unwrap(), 0);
}

#[test]
fn proc_exit_ends_the_program() {
    let (mut machine, linker) = machine();
    let exit = linker.get(&mut machine, MODULE, "proc_exit").unwrap().unwrap();
    let error = exit.into_func().unwrap().call(&mut machine, &[Val::I32(7)], &mut []);
    assert_eq!(error.unwrap_err().exit_status(), Some(7));
}

#[test]
fn proc_raise_ends_the_program_unless_the_signal_is_ignored() {
    let (mut machine, linker) = machine();
    let raise = linker.get(&mut machine, MODULE, "proc_raise").unwrap().unwrap();
    let raise = raise.into_func().unwrap().typed::<u32, u32>(&machine).unwrap();
    let error = raise.call(&mut machine, 6).unwrap_err();
    assert!(error.to_string().contains("the program raised SIGABRT (signal 6)"), "{error}");
    assert_eq!(raise.call(&mut machine, 0).unwrap(), 0);
    assert_eq!(raise.call(&mut machine, 17).unwrap(), 0);
    for wrong in [31, u32::MAX] {
        assert_eq!(raise.call(&mut machine, wrong).unwrap(), Errno::Inval.number().into());
    }
}
