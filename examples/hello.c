// A greeting: program arguments, an environment variable and standard output through WASI.
//
//   hello.wasm [NAME]...        greets each NAME, or the world
//   GREETING=word               environment variable: the word to greet with (default "Hello")

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    const char *greeting = getenv("GREETING");
    if (greeting == NULL || greeting[0] == '\0') {
        greeting = "Hello";
    }
    if (argc < 2) {
        printf("%s, world, from WebAssembly!\n", greeting);
    }
    for (int i = 1; i < argc; i++) {
        printf("%s, %s, from WebAssembly!\n", greeting, argv[i]);
    }
    return 0;
}
