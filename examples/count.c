// Counts lines, words and bytes of files, like `wc`: fopen and fread in the directories it is given.
//
//   count.wasm FILE...      with `dergwasm run --dir .` before it

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
    int status = 0;
    if (argc < 2) {
        fputs("usage: count FILE...\n", stderr);
        return 2;
    }
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (!file) {
            fprintf(stderr, "count: %s: %s\n", argv[i], strerror(errno));
            status = 1;
            continue;
        }
        unsigned long lines = 0, words = 0, bytes = 0;
        int inside = 0;
        for (int c; (c = getc(file)) != EOF; bytes++) {
            lines += c == '\n';
            words += !isspace(c) && !inside;
            inside = !isspace(c);
        }
        printf("%7lu %7lu %7lu  %s\n", lines, words, bytes, argv[i]);
        fclose(file);
    }
    return status;
}
