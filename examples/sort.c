// Three sorting algorithms on the same numbers: recursion, function pointers, the C heap.
//
//   sort.wasm [COUNT [SEED]]      default 100000 numbers; exits with 1 if a result is not sorted

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int (*Compare)(uint32_t, uint32_t);
typedef void (*Sort)(uint32_t *numbers, size_t count, Compare less);

static unsigned long long comparisons;

static int ascending(uint32_t a, uint32_t b) {
    comparisons++;
    return a < b;
}

static int descending(uint32_t a, uint32_t b) {
    comparisons++;
    return a > b;
}

static void swap(uint32_t *a, uint32_t *b) {
    uint32_t old = *a;
    *a = *b;
    *b = old;
}

static void quick_sort(uint32_t *numbers, size_t count, Compare less) {
    while (count > 1) {
        uint32_t pivot = numbers[count / 2];
        size_t low = 0, high = count - 1;
        for (;; low++, high--) {
            while (less(numbers[low], pivot)) {
                low++;
            }
            while (less(pivot, numbers[high])) {
                high--;
            }
            if (low >= high) {
                break;
            }
            swap(&numbers[low], &numbers[high]);
        }
        quick_sort(numbers, low, less);
        numbers += low;
        count -= low;
    }
}

static void sift_down(uint32_t *numbers, size_t root, size_t count, Compare less) {
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && less(numbers[child], numbers[child + 1])) {
            child++;
        }
        if (!less(numbers[root], numbers[child])) {
            return;
        }
        swap(&numbers[root], &numbers[child]);
    }
}

static void heap_sort(uint32_t *numbers, size_t count, Compare less) {
    for (size_t root = count / 2; root-- > 0;) {
        sift_down(numbers, root, count, less);
    }
    for (size_t end = count; end-- > 1;) {
        swap(&numbers[0], &numbers[end]);
        sift_down(numbers, 0, end, less);
    }
}

static void merge_sort(uint32_t *numbers, size_t count, Compare less) {
    if (count < 2) {
        return;
    }
    size_t half = count / 2;
    merge_sort(numbers, half, less);
    merge_sort(numbers + half, count - half, less);
    uint32_t *left = malloc(half * sizeof *left);
    if (left == NULL) {
        abort();
    }
    memcpy(left, numbers, half * sizeof *left);
    size_t i = 0, j = half, out = 0;
    while (i < half) {
        int right_first = j < count && less(numbers[j], left[i]);
        numbers[out++] = right_first ? numbers[j++] : left[i++];
    }
    free(left);
}

static int run(const char *name, Sort sort, Compare less, const uint32_t *input, size_t count) {
    uint32_t *numbers = malloc(count * sizeof *numbers);
    if (numbers == NULL) {
        fputs("sort: out of memory\n", stderr);
        return 0;
    }
    memcpy(numbers, input, count * sizeof *numbers);
    comparisons = 0;
    sort(numbers, count, less);
    unsigned long long needed = comparisons;
    int sorted = 1;
    for (size_t i = 1; i < count; i++) {
        sorted &= !less(numbers[i], numbers[i - 1]);
    }
    printf("%-6s %-10s %9llu comparisons, first %10u, last %10u: %s\n", name,
           less == ascending ? "ascending" : "descending", needed, numbers[0],
           numbers[count - 1], sorted ? "sorted" : "NOT SORTED");
    free(numbers);
    return sorted;
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        Sort sort;
    } SORTS[] = {{"quick", quick_sort}, {"heap", heap_sort}, {"merge", merge_sort}};
    size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    if (count < 1 || count > 50000000) {
        fputs("usage: sort [COUNT 1..50000000 [SEED]]\n", stderr);
        return 2;
    }
    uint32_t *input = malloc(count * sizeof *input);
    if (input == NULL) {
        fputs("sort: out of memory\n", stderr);
        return 1;
    }
    for (size_t i = 0; i < count; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        input[i] = (uint32_t)(seed >> 32);
    }
    int ok = 1;
    for (size_t i = 0; i < sizeof SORTS / sizeof SORTS[0]; i++) {
        ok &= run(SORTS[i].name, SORTS[i].sort, ascending, input, count);
        ok &= run(SORTS[i].name, SORTS[i].sort, descending, input, count);
    }
    free(input);
    return !ok;
}
