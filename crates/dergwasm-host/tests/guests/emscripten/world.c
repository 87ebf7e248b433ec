// What a program sees: arguments, environment, time, memory, randomness.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
    for (int i = 0; i < argc; i++) printf("[%s]", argv[i]);
    const char *name = getenv("NAME");
    printf(" NAME=%s\n", name ? name : "(none)");

    time_t day = 951827696; // 2000-02-29 12:34:56
    struct tm *tm = gmtime(&day);
    char text[100];
    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %j %a %b %Z", tm);
    puts(text);
    tm->tm_mon += 13;
    time_t later = mktime(tm);
    printf("%ld %d\n", (long)(later - day), localtime(&later)->tm_mday);
    time_t now = time(NULL);
    struct timespec spec;
    clock_gettime(CLOCK_MONOTONIC, &spec);
    printf("%s\n", now > 900000000 && spec.tv_nsec < 1000000000 ? "clocks" : "no clocks");

    size_t size = 64 << 20;
    char *block = malloc(size);
    if (!block) return 1;
    memset(block, 7, size);
    char *copy = malloc(size);
    if (!copy) return 2;
    memcpy(copy, block, size);
    printf("%d %d\n", copy[size - 1], copy[size / 2]);
    char *volatile huge = malloc(3000u << 20);
    printf("%s\n", huge ? "granted" : "refused");

    unsigned char random[32] = {0};
    int sum = 0;
    if (getentropy(random, sizeof random)) return 3;
    for (int i = 0; i < 32; i++) sum += random[i];
    printf("%s\n", sum ? "random" : "zeros");
    return 0;
}
