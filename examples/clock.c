// Clocks and randomness: what a WASI program learns about the world outside.
//
//   clock.wasm       prints the date, the time a busy loop took, and random bytes

#include <stdint.h>
#include <stdio.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

static double seconds_between(struct timespec start, struct timespec end) {
    return (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) * 1e-9;
}

int main(void) {
    char text[64];
    time_t now = time(NULL);
    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", gmtime(&now));
    printf("date:   %s\n", text);

    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    volatile uint32_t sum = 0;
    for (uint32_t i = 0; i < 1000000; i++) {
        sum = sum + i;
    }
    sched_yield();
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("loop:   %.6f s for a million additions\n", seconds_between(start, end));

    unsigned char bytes[16];
    if (getentropy(bytes, sizeof bytes) != 0) {
        perror("getentropy");
        return 1;
    }
    printf("random: ");
    for (size_t i = 0; i < sizeof bytes; i++) {
        printf("%02x", bytes[i]);
    }
    putchar('\n');
    return 0;
}
