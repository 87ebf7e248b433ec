//! Functions of Emscripten that this host does not have.
//!
//! Programs link many functions that they never call, or can do without. So what is known to be
//! Emscripten's can always be imported: a system call answers that it is not supported, and what
//! cannot say so ends the program when it is called.

use crate::{Caller, Error, host_func::HostFunc, sys::Errno};
use dergwasm_types::{Escaped, FuncType, Trap, ValType, Value};
use std::sync::Arc;

/// How the names of functions begin that Emscripten's JavaScript has, in any of its versions.
const PREFIXES: [&str; 24] = [
    "__asyncjs__",
    "__cxa_",
    "__emscripten_",
    "__pthread_",
    "_Unwind_",
    "_embind_",
    "_emscripten_",
    "_emval_",
    "_wasmfs_",
    "SDL_",
    "alc",
    "al",
    "dl",
    "egl",
    "emscripten_",
    "gl",
    "glfw",
    "glut",
    "llvm_",
    "posix_spawn",
    "pthread_",
    "sem_",
    "siginterrupt",
    "uuid_",
];

/// Such names that share no beginning.
const NAMES: [&str; 40] = [
    "_dlopen_js",
    "_dlsym_catchup_js",
    "_dlsym_js",
    "_gmtime_js",
    "_localtime_js",
    "_mktime_js",
    "_mmap_js",
    "_msync_js",
    "_munmap_js",
    "_setitimer_js",
    "_timegm_js",
    "_tzset_js",
    "endprotoent",
    "execve",
    "fork",
    "getaddrinfo",
    "gethostbyaddr",
    "gethostbyname",
    "gethostbyname_r",
    "getloadavg",
    "getnameinfo",
    "getprotobyname",
    "getprotobynumber",
    "getprotoent",
    "kill",
    "killpg",
    "raise",
    "setNetworkCallback",
    "setprotoent",
    "sigaction",
    "sigalrm",
    "signal",
    "sigpending",
    "sysconf",
    "system",
    "times",
    "vfork",
    "wait",
    "waitpid",
    "__throw_exception_with_stack_trace",
];

/// What stands for a function that is known to be Emscripten's, whatever its type.
pub(super) fn find<T>(name: &str, ty: &FuncType) -> Option<HostFunc<T>> {
    let is_syscall = name.starts_with("__syscall_") || name.starts_with("__sys_");
    if is_syscall && matches!(ty.results(), [ValType::I32 | ValType::I64]) {
        let long = ty.results() == [ValType::I64];
        return Some(Arc::new(move |_: Caller<'_, T>, values: &mut [Value]| {
            let answer = -i32::from(Errno::Nosys.number());
            if let Some(result) = values.first_mut() {
                *result = if long { i64::from(answer).into() } else { answer.into() };
            }
            Ok(())
        }));
    }
    let known = is_syscall
        || NAMES.contains(&name)
        || PREFIXES.iter().any(|prefix| name.starts_with(prefix) && is_camel(name, prefix));
    if !known {
        return None;
    }
    let about = format!(
        "`env`.`{}`, a function of Emscripten that this host does not have",
        Escaped::name(name)
    );
    Some(Arc::new(move |_: Caller<'_, T>, _: &mut [Value]| {
        Err(Error::from(Trap::UnknownImport).about(about.as_str()))
    }))
}

/// Prefixes of interfaces such as OpenGL's are followed by a capital: `glClear`, but not `glow`.
fn is_camel(name: &str, prefix: &str) -> bool {
    prefix.ends_with('_')
        || !matches!(prefix, "al" | "alc" | "egl" | "gl" | "glfw" | "glut" | "dl")
        || name[prefix.len()..].starts_with(|c: char| c.is_ascii_uppercase())
        || matches!(name, "dlopen" | "dlsym" | "dlclose" | "dlerror" | "dladdr")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_emscriptens_is_found() {
        let ty = FuncType::new([ValType::I32], [ValType::I32]);
        let found = |name| find::<()>(name, &ty).is_some();
        for name in [
            "__syscall_mincore",
            "__sys_acct",
            "emscripten_set_main_loop",
            "glClear",
            "SDL_Init",
            "_embind_register_void",
            "alGenBuffers",
            "eglGetDisplay",
            "fork",
            "getaddrinfo",
            "_emscripten_notify_mailbox_postmessage",
            "pthread_create",
            "dlopen",
        ] {
            assert!(found(name), "{name}");
        }
        for name in ["play_sound", "glow", "alarm_user", "glue", "algebra", "x", "", "dlouble"] {
            assert!(!found(name), "{name}");
        }
    }
}
