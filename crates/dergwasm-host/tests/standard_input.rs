//! The standard input of a process: what it is, and whether it has something to read. Each test
//! starts this program again, with another input.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm_host::sys::fs::FileType;
use dergwasm_host::sys::{Errno, FileStream, InheritStdin, Stdio};
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, SeekFrom, Write as _};
use std::process::{Child, Command, Stdio as Connect};
use std::thread;
use std::time::Duration;

/// Says to the process what it is to do.
const ROLE: &str = "DERGWASM_STANDARD_INPUT";

/// Starts one of the tests below with an input.
fn start(test: &str, stdin: impl Into<Connect>) -> Child {
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", test, "--nocapture"]).env(ROLE, test);
    again.stdin(stdin).stdout(Connect::piped()).spawn().unwrap()
}

fn is_started(test: &str) -> bool {
    std::env::var(ROLE).is_ok_and(|role| role == test)
}

#[test]
fn a_pipe_is_ready_when_there_is_something_to_read() {
    const THIS: &str = "a_pipe_is_ready_when_there_is_something_to_read";
    if is_started(THIS) {
        return with_a_pipe();
    }
    let mut child = start(THIS, Connect::piped());
    let mut stdin = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut said = |what: &str| {
        let found = lines.by_ref().map(Result::unwrap).find(|line| line.ends_with(what));
        assert!(found.is_some(), "{what}");
    };
    said("nothing yet");
    stdin.write_all(b"abc").unwrap();
    said("two");
    said("one");
    said("nothing again");
    drop(stdin);
    said("the end");
    assert!(child.wait().unwrap().success());
}

fn with_a_pipe() {
    let mut stdin = InheritStdin;
    let mut buffer = [0; 2];
    let until_ready = |stdin: &mut InheritStdin| {
        loop {
            match stdin.ready_to_read() {
                Some(len) => break len,
                None => thread::sleep(Duration::from_millis(1)),
            }
        }
    };
    assert_eq!(stdin.metadata().unwrap().file_type, FileType::Unknown);
    assert_eq!(stdin.seek(SeekFrom::Start(0)), Err(Errno::Spipe));
    assert!(!stdin.is_terminal());
    for _ in 0..20 {
        assert_eq!(stdin.ready_to_read(), None);
        thread::sleep(Duration::from_millis(1));
    }
    println!("\nnothing yet");
    assert_eq!(until_ready(&mut stdin), 3);
    assert_eq!((stdin.read(&mut buffer), &buffer), (Ok(2), b"ab"));
    println!("two");
    assert_eq!(stdin.ready_to_read(), Some(1));
    assert_eq!((stdin.read(&mut buffer), buffer[0]), (Ok(1), b'c'));
    println!("one");
    assert_eq!(stdin.ready_to_read(), None);
    println!("nothing again");
    assert_eq!(until_ready(&mut stdin), 0);
    assert_eq!(stdin.read(&mut buffer), Ok(0));
    println!("the end");
}

#[test]
fn a_file_has_a_size_and_a_position() {
    const THIS: &str = "a_file_has_a_size_and_a_position";
    if is_started(THIS) {
        return with_a_file(&mut InheritStdin);
    }
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"0123456789").unwrap();
    let rewound = |mut file: &File| std::io::Seek::rewind(&mut file).unwrap();
    rewound(&file);
    with_a_file(&mut FileStream::new(file.try_clone().unwrap()));
    rewound(&file);
    let mut child = start(THIS, file);
    let mut output = String::new();
    child.stdout.take().unwrap().read_to_string(&mut output).unwrap();
    assert!(child.wait().unwrap().success(), "{output}");
}

fn with_a_file(stdin: &mut dyn Stdio) {
    let mut buffer = [0; 4];
    let found = stdin.metadata().unwrap();
    assert_eq!((found.file_type, found.size), (FileType::File, 10));
    assert!(!stdin.is_terminal());
    assert_eq!(stdin.ready_to_read(), Some(10));
    assert_eq!((stdin.read(&mut buffer), &buffer), (Ok(4), b"0123"));
    assert_eq!(stdin.seek(SeekFrom::Current(0)), Ok(4));
    assert_eq!(stdin.ready_to_read(), Some(6));
    assert_eq!(stdin.seek(SeekFrom::End(-3)), Ok(7));
    assert_eq!((stdin.read(&mut buffer), &buffer[..3]), (Ok(3), &b"789"[..]));
    assert_eq!(stdin.seek(SeekFrom::Current(-100)), Err(Errno::Inval));
    assert_eq!(stdin.seek(SeekFrom::Start(u64::MAX)), Err(Errno::Inval));
    assert_eq!(stdin.ready_to_read(), Some(0));
    assert_eq!(stdin.read(&mut buffer), Ok(0));
}
