// f64 in a matrix with row exchanges: LU decomposition with partial pivoting, then a system solved.
// run(22) = -3893709066574291177
// run(1) = 8395667560728871852
#include "../kernel.h"

enum { N = 96 };

static double matrix[N][N], right[N];
static int order[N];

static int decompose(void) {
    for (int i = 0; i < N; i++) order[i] = i;
    for (int k = 0; k < N; k++) {
        int pivot = k;
        for (int i = k + 1; i < N; i++)
            if (__builtin_fabs(matrix[order[i]][k]) > __builtin_fabs(matrix[order[pivot]][k])) pivot = i;
        int row = order[pivot];
        order[pivot] = order[k];
        order[k] = row;
        if (matrix[row][k] == 0) return 0;
        for (int i = k + 1; i < N; i++) {
            double *other = matrix[order[i]], factor = other[k] / matrix[row][k];
            other[k] = factor;
            for (int j = k + 1; j < N; j++) other[j] -= factor * matrix[row][j];
        }
    }
    return 1;
}

static void solve(double *x) {
    for (int i = 0; i < N; i++) {
        x[i] = right[order[i]];
        for (int j = 0; j < i; j++) x[i] -= matrix[order[i]][j] * x[j];
    }
    for (int i = N - 1; i >= 0; i--) {
        for (int j = i + 1; j < N; j++) x[i] -= matrix[order[i]][j] * x[j];
        x[i] /= matrix[order[i]][i];
    }
}

i64 run(i32 count) {
    u64 sum = 0;
    double x[N];
    random_state = 777;
    for (i32 n = 0; n < count; n++) {
        // The right side is such that the solution is 1, 2, 3, ...
        for (int i = 0; i < N; i++) {
            right[i] = 0;
            for (int j = 0; j < N; j++) {
                matrix[i][j] = (double)(i32)(random_u32() >> 12) / 1024 - 512;
                right[i] += matrix[i][j] * (j + 1);
            }
        }
        if (!decompose()) return -1;
        solve(x);
        for (int i = 0; i < N; i++) {
            double off = x[i] - (i + 1);
            if (off > 1e-6 || off < -1e-6) return -1;
            sum = mix(sum, (u64)order[i]);
        }
    }
    return (i64)sum;
}
