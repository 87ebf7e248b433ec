// Conway's game of life on a torus: memory, loops and numbers taken from the arguments.
//
//   life.wasm [GENERATIONS [WIDTH [HEIGHT [SEED]]]]       default 5 generations of 40 x 16
//
// Every generation is printed, the first included. SEED 0 (the default) starts with a glider
// and an R-pentomino; any other seed starts with a random soup, the same soup each time.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int width, height;

static unsigned char *cell(unsigned char *board, int x, int y) {
    return &board[(y + height) % height * width + (x + width) % width];
}

static void place(unsigned char *board, const char *const *rows, int x, int y) {
    for (int j = 0; rows[j] != NULL; j++) {
        for (int i = 0; rows[j][i] != '\0'; i++) {
            *cell(board, x + i, y + j) = rows[j][i] == '#';
        }
    }
}

static void fill_board(unsigned char *board, uint64_t seed) {
    static const char *const GLIDER[] = {".#.", "..#", "###", NULL};
    static const char *const PENTOMINO[] = {".##", "##.", ".#.", NULL};
    if (seed == 0) {
        place(board, GLIDER, 1, 1);
        place(board, PENTOMINO, width / 2, height / 2 - 1);
        return;
    }
    for (int i = 0; i < width * height; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        board[i] = seed >> 33 & 1;
    }
}

static void step(unsigned char *from, unsigned char *to) {
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            int neighbours = -*cell(from, x, y);
            for (int j = -1; j <= 1; j++) {
                for (int i = -1; i <= 1; i++) {
                    neighbours += *cell(from, x + i, y + j);
                }
            }
            *cell(to, x, y) = neighbours == 3 || (neighbours == 2 && *cell(from, x, y));
        }
    }
}

static void print_board(unsigned char *board, int generation) {
    int alive = 0;
    for (int i = 0; i < width * height; i++) {
        alive += board[i];
    }
    printf("generation %d: %d alive\n", generation, alive);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            putchar(*cell(board, x, y) ? '#' : '.');
        }
        putchar('\n');
    }
}

int main(int argc, char **argv) {
    int generations = argc > 1 ? atoi(argv[1]) : 5;
    width = argc > 2 ? atoi(argv[2]) : 40;
    height = argc > 3 ? atoi(argv[3]) : 16;
    uint64_t seed = argc > 4 ? strtoull(argv[4], NULL, 10) : 0;
    if (generations < 0 || width < 4 || width > 4096 || height < 4 || height > 4096) {
        fputs("usage: life [GENERATIONS [WIDTH 4..4096 [HEIGHT 4..4096 [SEED]]]]\n", stderr);
        return 2;
    }
    unsigned char *now = calloc((size_t)width * height, 1);
    unsigned char *next = calloc((size_t)width * height, 1);
    if (now == NULL || next == NULL) {
        fputs("life: out of memory\n", stderr);
        return 1;
    }
    fill_board(now, seed);
    print_board(now, 0);
    for (int generation = 1; generation <= generations; generation++) {
        step(now, next);
        unsigned char *old = now;
        now = next;
        next = old;
        print_board(now, generation);
    }
    free(now);
    free(next);
    return 0;
}
