// Jumps: through frames, nested, again and again, out of deep recursion, between two buffers.
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

static jmp_buf outer, inner;

__attribute__((noinline)) static void down(int depth, jmp_buf *to, int value) {
    volatile char room[64];
    room[depth % 64] = 1;
    if (depth == 0) longjmp(*to, value);
    down(depth - 1, to, value);
    room[0] = 2;
}

static int through_frames(void) {
    volatile int local = 5;
    int value = setjmp(outer);
    if (value == 0) {
        local = 7;
        down(100, &outer, 42);
        return -1;
    }
    return value * 100 + local;
}

static void nested(void) {
    if (setjmp(outer) == 0) {
        if (setjmp(inner) == 0) down(3, &inner, 1);
        puts("inner");
        if (setjmp(inner) == 0) down(3, &outer, 1);
        puts("not reached");
    }
    puts("outer");
}

static long long wide(long long a, double b, float c) {
    if (a < 0) longjmp(outer, 9);
    return a + (long long)b + (long long)c;
}

int main(void) {
    printf("frames %d\n", through_frames());
    nested();
    volatile int rounds = 0;
    int value = setjmp(outer);
    if (value < 1000) {
        rounds++;
        longjmp(outer, value + 1);
    }
    printf("rounds %d\n", rounds);
    long long (*volatile call)(long long, double, float) = wide;
    if (setjmp(outer) == 0) {
        printf("wide %lld\n", call(1LL << 40, 3.5, 2.5f));
        call(-1, 0, 0);
    } else {
        puts("wide jumped");
    }
    return 3;
}
