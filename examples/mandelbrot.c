// The Mandelbrot set as a picture in the terminal: floating point work and buffered output.
//
//   mandelbrot.wasm [--color] [WIDTH [ITERATIONS]]      default 78 columns, 1000 iterations
//
// Without --color a column is one ASCII character; with it a character cell is two pixels,
// one above the other, in 24-bit ANSI colours.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_WIDTH = 1000 };

static const char SHADES[] = " .:-=+*%#";

// How long the point stays near zero under z -> z * z + c, smoothed between whole steps;
// a negative number for a point that never leaves.
static double escape_time(double cx, double cy, int iterations) {
    double x = 0, y = 0;
    for (int i = 0; i < iterations; i++) {
        double xx = x * x, yy = y * y;
        if (xx + yy > 256.0) {
            return i + 1 - log2(log2(xx + yy) / 2);
        }
        y = 2 * x * y + cy;
        x = xx - yy + cx;
    }
    return -1;
}

// The point of the complex plane under a pixel; rows are `aspect` times as tall as columns.
static double pixel(int column, int row, int width, int rows, double aspect, int iterations) {
    double scale = 3.2 / width;
    double cx = -0.7 + (column - width / 2.0 + 0.5) * scale;
    double cy = (row - rows / 2.0 + 0.5) * scale * aspect;
    return escape_time(cx, cy, iterations);
}

static void ascii_picture(int width, int iterations) {
    int rows = width * 2 / 5;
    for (int row = 0; row < rows; row++) {
        char line[MAX_WIDTH + 1];
        for (int column = 0; column < width; column++) {
            double time = pixel(column, row, width, rows, 2.0, iterations);
            int shade = time < 0 ? 0 : 1 + (int)(2.2 * log2(1 + (time > 0 ? time : 0)));
            int last = (int)sizeof SHADES - 2;
            line[column] = time < 0 ? '@' : SHADES[shade > last ? last : shade];
        }
        line[width] = '\0';
        puts(line);
    }
}

static void set_color(int layer, double time) {
    if (time < 0) {
        printf("\033[%d;2;0;0;0m", layer);
        return;
    }
    double t = sqrt(time > 0 ? time : 0) * 0.7;
    int red = (int)(127.5 + 127.5 * sin(t + 4.4));
    int green = (int)(127.5 + 127.5 * sin(t + 5.2));
    int blue = (int)(127.5 + 127.5 * sin(t + 6.2));
    printf("\033[%d;2;%d;%d;%dm", layer, red, green, blue);
}

static void color_picture(int width, int iterations) {
    int rows = width * 4 / 5 / 2 * 2;
    for (int row = 0; row < rows; row += 2) {
        for (int column = 0; column < width; column++) {
            set_color(38, pixel(column, row, width, rows, 1.0, iterations));
            set_color(48, pixel(column, row + 1, width, rows, 1.0, iterations));
            fputs("\xe2\x96\x80", stdout); // upper half block
        }
        puts("\033[0m");
    }
}

int main(int argc, char **argv) {
    int color = argc > 1 && strcmp(argv[1], "--color") == 0;
    int width = argc > 1 + color ? atoi(argv[1 + color]) : 78;
    int iterations = argc > 2 + color ? atoi(argv[2 + color]) : 1000;
    if (width < 5 || width > MAX_WIDTH || iterations < 1) {
        fprintf(stderr, "usage: mandelbrot [--color] [WIDTH 5..%d [ITERATIONS]]\n", MAX_WIDTH);
        return 2;
    }
    if (color) {
        color_picture(width, iterations);
    } else {
        ascii_picture(width, iterations);
    }
    return 0;
}
