// A trap deep inside a program: the error message and the backtrace with function names.
//
//   trap.wasm [unreachable | memory | divide | convert | call | stack]     default unreachable
//
// Every C function stays a frame, and the module keeps its names. It has no C library: `_start`
// is the entry point of a WASI command, and the host's functions are imported by hand.

#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))
#define KEPT __attribute__((noinline, optnone))

typedef unsigned int Size;

typedef struct {
    const char *bytes;
    Size length;
} Piece;

WASI(args_sizes_get) int args_sizes_get(Size *count, Size *bytes);
WASI(args_get) int args_get(char **arguments, char *bytes);
WASI(fd_write) int fd_write(int fd, const Piece *pieces, Size count, Size *written);

static volatile int zero = 0;

KEPT static int out_of_bounds(void) {
    return *(volatile int *)0xfffffff0u;
}

KEPT static int divide(int by) {
    return 1000 / by;
}

// A conversion that traps, as older compilers emit it; today's C saturates instead.
KEPT static int convert(double number) {
    int result;
    __asm__("local.get %1\n\ti32.trunc_f64_s\n\tlocal.set %0" : "=r"(result) : "r"(number));
    return result;
}

KEPT static int add_one(int number) {
    return number + 1;
}

// Calls a function of one type through a pointer of another: `call_indirect` refuses.
KEPT static int wrong_call(void) {
    double (*volatile pointer)(double, double) = (double (*)(double, double))(void *)add_one;
    return (int)pointer(1.0, 2.0);
}

// The read after the call is what keeps this recursion from becoming a loop.
__attribute__((noinline)) static int endless(int depth) {
    return zero ? depth : endless(depth + 1) + zero;
}

KEPT static int fail(char how) {
    switch (how) {
    case 'm':
        return out_of_bounds();
    case 'd':
        return divide(zero);
    case 'c':
        return convert(1e300);
    case 'w':
        return wrong_call();
    case 's':
        return endless(0);
    default:
        __builtin_trap();
    }
}

// Two functions take turns going `depth` calls down before the last one fails.
KEPT static int odd(int depth, char how);

KEPT static int even(int depth, char how) {
    return depth == 0 ? fail(how) : odd(depth - 1, how) + 1;
}

KEPT static int odd(int depth, char how) {
    return even(depth - 1, how) + 1;
}

KEPT static void print(const char *text, Size length) {
    Piece piece = {text, length};
    Size written;
    fd_write(1, &piece, 1, &written);
}

KEPT void _start(void) {
    static char *arguments[8];
    static char bytes[256];
    Size count = 0, size = 0;
    args_sizes_get(&count, &size);
    char how = 'u';
    if (count > 1 && count <= 8 && size <= sizeof bytes && args_get(arguments, bytes) == 0) {
        // "call" and "convert" share a letter: the wrong call goes by its second one.
        how = arguments[1][0] == 'c' && arguments[1][1] == 'a' ? 'w' : arguments[1][0];
    }
    print("going down\n", 11);
    even(6, how);
    print("came back\n", 10);
}
