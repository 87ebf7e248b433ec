// Ways to end: chosen by the first argument.
#include <cassert>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

namespace game {
struct Error : std::runtime_error { using std::runtime_error::runtime_error; };
}

static std::jmp_buf stale;

__attribute__((noinline)) static void leave() {
    if (setjmp(stale)) std::puts("never");
}

__attribute__((noinline)) static int recurse(int depth) {
    try {
        return recurse(depth + 1) + 1;
    } catch (int) {
        return depth;
    }
}

struct Goodbye {
    ~Goodbye() { std::puts("goodbye"); }
};

int main(int argc, char **argv) {
    static Goodbye goodbye;
    std::string how = argc > 1 ? argv[1] : "return";
    std::printf("%s\n", how.c_str());
    if (how == "exit") std::exit(7);
    if (how == "abort") std::abort();
    if (how == "assert") assert(argc == 99);
    if (how == "throw") throw game::Error("lost the level");
    if (how == "int") throw 42;
    if (how == "trap") __builtin_trap();
    if (how == "longjmp") {
        leave();
        std::longjmp(stale, 1);
    }
    if (how == "recurse") return recurse(0);
    if (how == "noexcept") {
        []() noexcept { throw 1; }();
    }
    std::printf("no newline");
    return 4;
}
