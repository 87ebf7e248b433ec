// Standard input copied to standard output, byte for byte: fd_read and fd_write.
//
//   echo.wasm [-n]      -n numbers the lines; the byte and line counts go to standard error

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
    int numbered = argc == 2 && strcmp(argv[1], "-n") == 0;
    if (argc > 1 && !numbered) {
        fputs("usage: echo [-n] <input\n", stderr);
        return 2;
    }
    unsigned long long bytes = 0, lines = 0;
    int previous = '\n';
    for (int c; (c = getchar()) != EOF; previous = c) {
        if (numbered && previous == '\n') {
            printf("%6llu  ", lines + 1);
        }
        putchar(c);
        bytes++;
        lines += c == '\n';
    }
    if (ferror(stdin) || fflush(stdout) != 0) {
        perror("echo");
        return 1;
    }
    fprintf(stderr, "%llu bytes, %llu lines\n", bytes, lines);
    return 0;
}
