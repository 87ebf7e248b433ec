// Calls every function of WASI with wild pointers, lengths and descriptors. Only has to be
// answered; what for does not matter.
#include <stdint.h>
#include <stdio.h>

#define IMPORT(name, args) \
    __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) extern int32_t raw_##name args;
#define I int32_t
#define L int64_t
IMPORT(args_get, (I, I)) IMPORT(args_sizes_get, (I, I))
IMPORT(environ_get, (I, I)) IMPORT(environ_sizes_get, (I, I))
IMPORT(clock_res_get, (I, I)) IMPORT(clock_time_get, (I, L, I))
IMPORT(fd_advise, (I, L, L, I)) IMPORT(fd_allocate, (I, L, L)) IMPORT(fd_datasync, (I))
IMPORT(fd_fdstat_get, (I, I)) IMPORT(fd_fdstat_set_flags, (I, I)) IMPORT(fd_filestat_get, (I, I))
IMPORT(fd_filestat_set_size, (I, L)) IMPORT(fd_filestat_set_times, (I, L, L, I))
IMPORT(fd_pread, (I, I, I, L, I)) IMPORT(fd_prestat_get, (I, I)) IMPORT(fd_prestat_dir_name, (I, I, I))
IMPORT(fd_pwrite, (I, I, I, L, I)) IMPORT(fd_read, (I, I, I, I)) IMPORT(fd_readdir, (I, I, I, L, I))
IMPORT(fd_seek, (I, L, I, I)) IMPORT(fd_sync, (I)) IMPORT(fd_tell, (I, I)) IMPORT(fd_write, (I, I, I, I))
IMPORT(path_create_directory, (I, I, I)) IMPORT(path_filestat_get, (I, I, I, I, I))
IMPORT(path_filestat_set_times, (I, I, I, I, L, L, I)) IMPORT(path_link, (I, I, I, I, I, I, I))
IMPORT(path_open, (I, I, I, I, I, L, L, I, I)) IMPORT(path_readlink, (I, I, I, I, I, I))
IMPORT(path_remove_directory, (I, I, I)) IMPORT(path_rename, (I, I, I, I, I, I))
IMPORT(path_symlink, (I, I, I, I, I)) IMPORT(path_unlink_file, (I, I, I))
IMPORT(random_get, (I, I)) IMPORT(sock_recv, (I, I, I, I, I, I)) IMPORT(sock_send, (I, I, I, I, I))
IMPORT(sock_shutdown, (I, I)) IMPORT(sock_accept, (I, I, I)) IMPORT(fd_renumber, (I, I)) IMPORT(fd_close, (I))

static const L wild[] = {0, 1, 3, 4, 5, 16, 1000, 65535, 65536, 0x7fffffff, 0x80000000, 0xfffffff0, -1,
    0x100000000, 0x7fffffffffffffff, (L)0x8000000000000000ull};
static uint32_t state = 1;
static L pick(void) {
    state = state * 1664525 + 1013904223;
    return wild[state >> 28];
}
#define W (I)pick()
#define X pick()
// Descriptors that exist, mostly.
#define D (I)(pick() & 7)

int main(void) {
    unsigned answers = 0, refused = 0;
#define CALL(expression) do { answers++; refused += (expression) != 0; } while (0)
    for (int i = 0; i < 3000; i++) {
        CALL(raw_clock_res_get(W, W)); CALL(raw_clock_time_get(W, X, W | 1 << 31));
        CALL(raw_fd_advise(D, X, X, W)); CALL(raw_fd_allocate(D, X, X)); CALL(raw_fd_datasync(D));
        CALL(raw_fd_fdstat_set_flags(D, W)); CALL(raw_fd_filestat_set_size(D, X));
        CALL(raw_fd_filestat_set_times(D, X, X, W)); CALL(raw_fd_sync(D));
        CALL(raw_path_create_directory(D, W, W)); CALL(raw_path_filestat_set_times(D, W, W, W, X, X, W));
        CALL(raw_path_link(D, W, W, W, D, W, W)); CALL(raw_path_remove_directory(D, W, W));
        CALL(raw_path_rename(D, W, W, D, W, W)); CALL(raw_path_symlink(W, W, D, W, W));
        CALL(raw_path_unlink_file(D, W, W)); CALL(raw_sock_shutdown(D, W)); CALL(raw_fd_renumber(D | 64, W));
        CALL(raw_fd_close(D | 64));
        // Results go to where nothing of this program is: beyond the end of memory.
        I far = (I)0xfffff000;
        CALL(raw_args_get(far, far)); CALL(raw_environ_get(far, far)); CALL(raw_args_sizes_get(far, far));
        CALL(raw_environ_sizes_get(far, W | far)); CALL(raw_fd_fdstat_get(D, far));
        CALL(raw_fd_filestat_get(D, far)); CALL(raw_fd_pread(D, far, W, X, far));
        CALL(raw_fd_prestat_get(D, far)); CALL(raw_fd_prestat_dir_name(D, far, W));
        CALL(raw_fd_pwrite(D, W | far, W, X, far)); CALL(raw_fd_read(D, W, W, far));
        CALL(raw_fd_readdir(D, far, W, X, far)); CALL(raw_fd_seek(D, X, W, far));
        CALL(raw_fd_tell(D, far)); CALL(raw_fd_write(D, W, W, far));
        CALL(raw_path_filestat_get(D, W, W, W, far)); CALL(raw_path_open(D, W, W, W, W, X, X, W, far));
        CALL(raw_path_readlink(D, W, W, far, W, far)); CALL(raw_random_get(far, W | 0x1000));
        CALL(raw_sock_recv(D, W, W, W, far, far)); CALL(raw_sock_send(D, W, W, W, far));
        CALL(raw_sock_accept(D, W, far));
    }
    printf("%u answers\n", answers);
    return refused > answers;
}
