//! The functions of `env`, by name and type.

use crate::{
    emscripten::{
        abort,
        argument::{Argument, accepts},
        exception,
        guest::Find,
        heap, link, process, strftime, time, unwind, wasm_exception,
    },
    host_func::HostFunc,
};
use dergwasm_types::FuncType;
use std::sync::Arc;

macro_rules! imports {
    ($(
        $($name:ident)|+ ($($arg:ident: $A:ty),*) => $module:ident::$function:ident;
    )*) => {
        /// The function that an import of this name and type stands for.
        pub(super) fn find<T: 'static>(
            name: &str,
            ty: &FuncType,
            find: &Arc<Find<T>>,
        ) -> Option<HostFunc<T>> {
            $(
                if [$(stringify!($name)),+].contains(&name)
                    && accepts(ty, &[$(<$A as Argument>::KIND),*])
                {
                    return Some(link::wrap(ty, find, |guest, _arguments| {
                        $(let $arg: $A = _arguments.take();)*
                        Ok($module::$function(guest, $($arg),*)?.into())
                    }));
                }
            )*
            None
        }
    };
}

// Each row becomes a function: the names that programs of different ages have for it, its
// parameters, and what it does. Rows of the same name differ in their parameters.
imports! {
    abort | _abort_js() => abort::abort;
    __assert_fail(expression: u32, file: u32, line: u32, function: u32) => abort::assert_fail;
    __handle_stack_overflow(address: u32) => abort::stack_overflow;
    segfault() => abort::segfault;
    alignfault() => abort::alignfault;

    _emscripten_throw_longjmp() => unwind::throw_longjmp;
    emscripten_longjmp | longjmp(env: u32, value: u32) => unwind::longjmp;

    __cxa_allocate_exception(size: u32) => exception::allocate;
    __cxa_free_exception(object: u32) => exception::free;
    __cxa_throw(object: u32, ty: u32, destructor: u32) => exception::throw;
    __cxa_rethrow() => exception::rethrow;
    __cxa_rethrow_primary_exception(object: u32) => exception::rethrow_primary;
    __cxa_begin_catch(object: u32) => exception::begin_catch;
    __cxa_end_catch() => exception::end_catch;
    __cxa_get_exception_ptr(object: u32) => exception::pointer;
    __cxa_increment_exception_refcount(object: u32) => exception::increment;
    __cxa_decrement_exception_refcount(object: u32) => exception::decrement;
    __cxa_current_primary_exception() => exception::current;
    __cxa_current_exception_type() => exception::current_type;
    __cxa_uncaught_exceptions() => exception::uncaught;
    _ZSt18uncaught_exceptionv | __cxa_uncaught_exception() => exception::is_uncaught;
    __cxa_call_unexpected(exception: u32) => exception::call_unexpected;
    __resumeException(object: u32) => exception::resume;
    __throw_exception_with_stack_trace(exception: u32) => wasm_exception::throw;
    llvm_eh_typeid_for(ty: u32) => exception::typeid_for;

    emscripten_memcpy_big | emscripten_memcpy_js | _emscripten_memcpy_js
        (to: u32, from: u32, len: u32) => heap::memcpy;
    emscripten_resize_heap(size: u32) => heap::resize;
    emscripten_get_heap_max() => heap::heap_max;
    emscripten_get_heap_size() => heap::heap_size;
    emscripten_notify_memory_growth(memory: u32) => heap::notify_growth;
    setTempRet0(value: u32) => heap::set_temp_ret0;
    getTempRet0() => heap::temp_ret0;
    getentropy(buffer: u32, len: u32) => heap::getentropy;
    emscripten_random() => heap::random;

    emscripten_date_now() => time::date_now;
    emscripten_get_now() => time::now;
    emscripten_get_now_res() => time::now_resolution;
    emscripten_get_now_is_monotonic | _emscripten_get_now_is_monotonic()
        => time::now_is_monotonic;
    emscripten_thread_sleep(milliseconds: f64) => time::sleep;
    usleep(microseconds: u32) => time::usleep;
    time(to: u32) => time::time;
    clock() => time::clock;
    clock_gettime | __clock_gettime(clock: u32, to: u32) => time::gettime;
    clock_getres(clock: u32, to: u32) => time::getres;
    gettimeofday(to: u32, zone: u32) => time::gettimeofday;
    _localtime_js | _gmtime_js(time: u32, tm: u32) => time::break_down_at;
    _localtime_js | _gmtime_js(time: i64, tm: u32) => time::break_down;
    _mktime_js | _timegm_js(tm: u32) => time::make;
    _tzset_js(timezone: u32, daylight: u32, standard: u32, summer: u32) => time::tzset;
    _tzset_js(timezone: u32, daylight: u32, names: u32) => time::tzset_names;
    strftime(to: u32, size: u32, format: u32, tm: u32) => strftime::strftime;
    strftime_l(to: u32, size: u32, format: u32, tm: u32, locale: u32) => strftime::strftime_l;

    exit | emscripten_force_exit(status: i32) => process::exit;
    _exit | _Exit(status: i32) => process::exit_now;
    atexit(function: u32) => process::at_exit_plain;
    __cxa_atexit | __cxa_thread_atexit(function: u32, argument: u32, library: u32)
        => process::at_exit;
    __call_sighandler(handler: u32, signal: u32) => process::call_sighandler;
    system | _emscripten_system(command: u32) => process::system;
    emscripten_scan_registers(function: u32) => process::scan_registers;
    emscripten_console_log | _emscripten_out | emscripten_out(text: u32) => process::console_out;
    emscripten_console_warn | emscripten_console_error | emscripten_console_trace
        | _emscripten_err | emscripten_err | _emscripten_dbg | emscripten_dbg(text: u32)
        => process::console_err;
    _dlopen_js(library: u32) => process::dlopen;
    _dlsym_js(library: u32, name: u32) => process::dlsym;
    _dlsym_js(library: u32, name: u32, index: u32) => process::dlsym_index;
    fork | vfork() => process::no_fork;
    execve(path: u32, arguments: u32, environment: u32) => process::no_exec;
    kill | killpg(process: u32, signal: u32) => process::no_kill;
    times(to: u32) => process::times;
    getloadavg(to: u32, count: i32) => process::load;
    getaddrinfo(node: u32, service: u32, hints: u32, to: u32) => process::no_address;
    getnameinfo(address: u32, a: u32, b: u32, c: u32, d: u32, e: u32, f: u32)
        => process::no_name;
    gethostbyname | getprotobyname | _emscripten_lookup_name(name: u32) => process::nothing_with;
    __pthread_create_js | pthread_create(thread: u32, a: u32, b: u32, c: u32)
        => process::no_thread;
    __emscripten_init_main_thread_js | _emscripten_init_main_thread_js(block: u32)
        => process::init_main_thread;
    _emscripten_thread_set_strongref | __emscripten_thread_cleanup
        | _emscripten_thread_mailbox_await | __emscripten_thread_mailbox_await
        | _emscripten_thread_cleanup(thread: u32) => process::nothing_with;
    _emscripten_default_pthread_stack_size() => process::thread_stack;
    _emscripten_get_progname(to: u32, len: u32) => process::program_name;
    alarm | ualarm(time: u32) => process::nothing_with;
    _setitimer_js(which: u32, milliseconds: f64) => process::set_timer;
    emscripten_has_asyncify | _emscripten_runtime_keepalive_clear
        | emscripten_runtime_keepalive_push | emscripten_runtime_keepalive_pop
        | emscripten_main_thread_process_queued_calls | emscripten_check_blocking_allowed
        () => process::nothing;
}
