//! Calls of WASI with paths and descriptors at random, over every file system: nothing panics, and
//! nothing outside of what was mounted is seen or changed.

use arbitrary::{Result, Unstructured};
use dergwasm::sys::fs::{FileSystem, HostDir, MemoryFs, Overlay, ReadOnly};
use dergwasm::wasi::Wasi;
use dergwasm::{FuncType, Linker, Machine, Memory, Module, Val, ValType};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, sync::OnceLock};

/// The most calls of a sequence.
const CALLS: usize = 60;

/// What is outside: neither does a program see it, nor does it change.
const SECRET: &[u8] = b"the secret that is outside";

/// Functions and what they take: `f`iles, `p`aths (two words), `b`uffers (two), `v`ectors (a pointer
/// and a count), places for `r`esults, `n`umbers of 32 and `N` of 64 bits, `R`ights.
const FUNCTIONS: [(&str, &str); 31] = [
    ("path_open", "fnpnRRnr"),
    ("path_open", "fnpnRRnr"),
    ("path_create_directory", "fp"),
    ("path_remove_directory", "fp"),
    ("path_unlink_file", "fp"),
    ("path_filestat_get", "fnpr"),
    ("path_filestat_set_times", "fnpNNn"),
    ("path_link", "fnpfp"),
    ("path_rename", "fpfp"),
    ("path_symlink", "pfp"),
    ("path_readlink", "fpbr"),
    ("fd_read", "fvr"),
    ("fd_write", "fvr"),
    ("fd_pread", "fvNr"),
    ("fd_pwrite", "fvNr"),
    ("fd_readdir", "fbNr"),
    ("fd_seek", "fNnr"),
    ("fd_tell", "fr"),
    ("fd_close", "f"),
    ("fd_renumber", "ff"),
    ("fd_allocate", "fNN"),
    ("fd_advise", "fNNn"),
    ("fd_filestat_get", "fr"),
    ("fd_filestat_set_size", "fN"),
    ("fd_filestat_set_times", "fNNn"),
    ("fd_fdstat_get", "fr"),
    ("fd_fdstat_set_flags", "fn"),
    ("fd_fdstat_set_rights", "fRR"),
    ("fd_prestat_get", "fr"),
    ("fd_prestat_dir_name", "fb"),
    ("fd_sync", "f"),
];

/// What paths are made of.
const PARTS: [&[u8]; 16] = [
    b"..",
    b".",
    b"",
    b"/",
    b"a",
    b"b",
    b"link",
    b"dir",
    b"secret",
    b"outside",
    b"up",
    b"\0",
    b"\xff\xfe",
    b"dir/../..",
    b"/etc/passwd",
    b"../outside/secret",
];

/// Where strings and vectors are put.
const STRINGS: u32 = 1024;
const BUFFER: u32 = 32 * 1024;

/// Runs the calls that the input chooses on every file system.
///
/// # Panics
/// If something outside was seen or changed.
pub fn run(data: &[u8]) {
    on(data, MemoryFs::new());
    let (below, above) = (filled(), filled());
    let before = below.to_bytes();
    on(data, ReadOnly::new(below.clone()));
    assert_eq!(below.to_bytes(), before, "a read-only file system was changed");
    on(data, Overlay::new(below.clone(), above));
    assert_eq!(below.to_bytes(), before, "what is below an overlay was changed");

    let host = outside();
    let inside = host.join("inside");
    if inside.exists() {
        fs::remove_dir_all(&inside).expect("the directory is ours");
    }
    fs::create_dir_all(inside.join("dir")).expect("the directory is ours");
    on(data, HostDir::open(&inside).expect("the directory is there"));
    check_outside(host);
}

fn filled() -> MemoryFs {
    let fs = MemoryFs::with_fixed_time(1);
    fs.create_dir_all("dir").expect("there is room");
    fs.write("a", "some bytes").expect("there is room");
    fs.write("dir/b", "more bytes").expect("there is room");
    fs
}

/// A directory that holds one that is mounted, and a secret beside it.
fn outside() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let host = std::env::temp_dir().join(format!("dergwasm-fuzz-{}", std::process::id()));
        fs::create_dir_all(host.join("outside")).expect("there is a temporary directory");
        fs::write(host.join("outside/secret"), SECRET).expect("the directory is ours");
        host
    })
}

fn check_outside(host: &Path) {
    let secret = fs::read(host.join("outside/secret")).expect("the secret is there");
    assert!(secret == SECRET, "the secret was changed");
    for (folder, expected) in [(host.to_path_buf(), 2), (host.join("outside"), 1)] {
        let entries = fs::read_dir(folder).expect("the directory is there").count();
        assert_eq!(entries, expected, "something was made or removed outside");
    }
    assert!(host.join("inside").is_dir(), "what is mounted was moved");
}

/// A module that exports the functions it imports, and a memory.
fn module() -> &'static Module {
    static MODULE: OnceLock<Module> = OnceLock::new();
    MODULE.get_or_init(|| {
        let mut text = String::from("(module ");
        for (name, kinds) in &FUNCTIONS[1..] {
            let params: String = kinds.chars().map(words).collect();
            let _ = write!(
                text,
                "(import \"wasi_snapshot_preview1\" \"{name}\"
                  (func ${name} (param {params}) (result i32)))
                 (export \"{name}\" (func ${name}))"
            );
        }
        text.push_str("(memory (export \"memory\") 1))");
        Module::new(text.as_bytes()).expect("the functions have these types")
    })
}

fn words(kind: char) -> &'static str {
    match kind {
        'p' | 'b' | 'v' => "i32 i32 ",
        'N' | 'R' => "i64 ",
        _ => "i32 ",
    }
}

fn on(data: &[u8], fs: impl FileSystem + 'static) {
    let mut input = Unstructured::new(data);
    let wasi = Wasi::builder().deterministic(1).mount("/", fs).expect("its top is there").build();
    let mut linker = Linker::new();
    linker.define_module(|wasi: &mut Wasi| wasi).expect("the first definition");
    let mut machine = Machine::new(wasi);
    let instance = linker.instantiate(&mut machine, module()).expect("all imports are there");
    let memory = instance.get_memory(&machine, "memory").expect("it is exported");
    for _ in 0..CALLS {
        let Ok((name, params)) = arguments(&mut input, &mut machine, memory) else { break };
        let func = instance.get_func(&machine, name).expect("it is exported");
        let ty: FuncType = func.ty(&machine).expect("a function of this machine");
        assert_eq!(ty.results(), [ValType::I32]);
        func.call(&mut machine, &params, &mut [Val::I32(0)]).expect("WASI gives numbers of errors");
        let bytes = memory.data(&machine).expect("a memory of this machine");
        assert!(!bytes.windows(SECRET.len()).any(|w| w == SECRET), "{name} read the secret");
    }
}

/// A function and its arguments, with what they point to in the memory.
fn arguments(
    input: &mut Unstructured<'_>,
    machine: &mut Machine<Wasi>,
    memory: Memory,
) -> Result<(&'static str, Vec<Val>)> {
    if input.is_empty() {
        return Err(arbitrary::Error::NotEnoughData);
    }
    let (name, kinds) = *input.choose(&FUNCTIONS)?;
    let (mut params, mut place) = (Vec::new(), STRINGS);
    for kind in kinds.chars() {
        match kind {
            'f' => params.push(Val::I32(input.int_in_range(0..=9)?)),
            'p' => {
                let mut path = Vec::new();
                for _ in 0..input.int_in_range(1..=3)? {
                    path.extend_from_slice(input.choose(&PARTS)?);
                    path.push(b'/');
                }
                path.truncate(path.len() - usize::from(input.ratio(7, 8)?));
                memory.write(&mut *machine, place.into(), &path).expect("within the memory");
                params.extend([Val::I32(place.cast_signed()), Val::I32(path.len() as i32)]);
                place += 512;
            }
            'b' => params.extend([
                Val::I32(if input.ratio(1, 16)? {
                    input.arbitrary()?
                } else {
                    BUFFER.cast_signed()
                }),
                Val::I32(if input.ratio(1, 16)? { input.arbitrary()? } else { 300 }),
            ]),
            'v' => {
                for (at, number) in [(place, BUFFER), (place + 4, 100)] {
                    memory.set(&mut *machine, at.into(), number).expect("within the memory");
                }
                let count = if input.ratio(1, 16)? { input.arbitrary()? } else { 1 };
                params.extend([Val::I32(place.cast_signed()), Val::I32(count)]);
                place += 64;
            }
            'r' => params.push(Val::I32(if input.ratio(1, 16)? { -3 } else { 64 })),
            'R' => {
                params.push(Val::I64(if input.ratio(3, 4)? { -1 } else { input.arbitrary()? }))
            }
            'N' => params.push(Val::I64(if input.ratio(3, 4)? {
                input.int_in_range(0..=200)?
            } else {
                input.arbitrary()?
            })),
            _ => params.push(Val::I32(input.int_in_range(0..=15)?)),
        }
    }
    Ok((name, params))
}
