// C++ exceptions: by type, by base class, rethrown, nested, kept; destructors run on the way.
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

static int alive = 0;

struct Guard {
    const char *name;
    explicit Guard(const char *name) : name(name) { alive++; }
    ~Guard() {
        alive--;
        std::printf("~%s%s ", name, std::uncaught_exceptions() ? "!" : "");
    }
};

struct Left { int left = 1; virtual ~Left() = default; };
struct Right { int right = 2; virtual ~Right() = default; };
struct Both : Left, Right { int both = 3; };
struct Failure : std::runtime_error { using std::runtime_error::runtime_error; };

__attribute__((noinline)) static int fail(int kind) {
    Guard guard("fail");
    switch (kind) {
    case 1: throw 7;
    case 2: throw Failure("broken");
    case 3: throw std::string("text");
    case 4: throw Both();
    case 5: throw "literal";
    case 6: throw 1LL << 40;
    case 7: throw 2.5;
    default: return kind;
    }
}

static void catch_each(int kind) {
    try {
        Guard guard("try");
        std::printf("returned %d", fail(kind));
    } catch (int value) {
        std::printf("int %d", value);
    } catch (const std::exception &error) {
        std::printf("exception %s", error.what());
    } catch (const Right &right) {
        std::printf("base %d", right.right);
    } catch (const char *text) {
        std::printf("pointer %s", text);
    } catch (long long value) {
        std::printf("long %lld", value);
    } catch (...) {
        std::printf("other");
    }
    std::printf("\n");
}

__attribute__((noinline)) static void rethrow(int depth) {
    try {
        Guard guard("rethrow");
        if (depth == 0) throw Failure("deep");
        rethrow(depth - 1);
    } catch (const std::runtime_error &) {
        throw;
    }
}

static void nested() {
    try {
        throw 1;
    } catch (int first) {
        try {
            throw first + 1;
        } catch (int second) {
            std::printf("nested %d %d ", first, second);
        }
        try {
            throw;
        } catch (int again) {
            std::printf("again %d\n", again);
        }
    }
}

__attribute__((noinline)) static long long wide(long long value, double scale) {
    Guard guard("wide");
    if (value < 0) throw value;
    return value * static_cast<long long>(scale);
}

int main() {
    for (int kind = 0; kind <= 7; kind++) catch_each(kind);
    try {
        rethrow(3);
    } catch (const Failure &failure) {
        std::printf("%s\n", failure.what());
    }
    nested();
    std::exception_ptr kept;
    try {
        throw Failure("kept");
    } catch (...) {
        kept = std::current_exception();
    }
    try {
        std::rethrow_exception(kept);
    } catch (const Failure &failure) {
        std::printf("%s %d\n", failure.what(), std::uncaught_exceptions());
    }
    try {
        std::printf("%lld ", wide(1LL << 33, 3.0));
        wide(-5, 1.0);
    } catch (long long value) {
        std::printf("wide %lld\n", value);
    }
    int sum = 0;
    for (int i = 0; i < 1000; i++) {
        try {
            if (i % 2) throw i;
            sum++;
        } catch (int value) {
            sum += value;
        }
    }
    std::printf("sum %d alive %d\n", sum, alive);
    return 5;
}
