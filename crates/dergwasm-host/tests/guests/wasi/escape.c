// Tries to leave its directories, by every road a program has. Prints each answer; whatever it
// reads is shown, so that a host can look for its secrets in the output.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wasi/api.h>

static void try_path(int dir, const char *path, int flags, int lookup) {
    __wasi_fd_t fd;
    __wasi_errno_t error = __wasi_path_open(dir, lookup, path, flags,
        __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE, 0, 0, &fd);
    printf("open %s: %s\n", path, error ? strerror(error) : "OPENED");
    if (error) return;
    char text[64] = "";
    __wasi_iovec_t piece = {(uint8_t *)text, sizeof text - 1};
    __wasi_size_t len = 0;
    (void)!__wasi_fd_read(fd, &piece, 1, &len);
    printf("  holds: %s\n", text);
    (void)!__wasi_fd_close(fd);
}

int main(void) {
    int dir = 3; // The first preopen.
    const char *out[] = {"..", "../secret", "sub/../../secret", "./../secret", "/etc/passwd", "/secret",
        "sub/./.././../secret", "//secret", "../../../../../../../../etc/passwd", "", "sub\\..\\..\\secret"};
    for (int i = 0; i < (int)(sizeof out / sizeof *out); i++) try_path(dir, out[i], 0, 1);
    const char *links[][2] = {{"../secret", "l1"}, {"/etc/passwd", "l2"}, {"sub/../../secret", "l3"},
        {"..", "l4"}, {"l4/secret", "l5"}, {"/", "l6"}};
    for (int i = 0; i < 6; i++) {
        __wasi_errno_t error = __wasi_path_symlink(links[i][0], dir, links[i][1]);
        printf("link to %s: %s\n", links[i][0], error ? strerror(error) : "ok");
        try_path(dir, links[i][1], 0, 1);
        try_path(dir, links[i][1], 0, 0);
    }
    try_path(dir, "l4/secret", 0, 1);
    try_path(dir, "l6/etc/passwd", 0, 1);
    try_path(dir, "l1", __WASI_OFLAGS_CREAT | __WASI_OFLAGS_TRUNC, 1);
    // What the host put there beforehand.
    try_path(dir, "host_link", 0, 1);
    try_path(dir, "host_dir/secret", 0, 1);
    printf("rename out: %s\n", strerror(__wasi_path_rename(dir, "mine", dir, "../stolen")));
    printf("rename in: %s\n", strerror(__wasi_path_rename(dir, "../secret", dir, "mine2")));
    printf("link in: %s\n", strerror(__wasi_path_link(dir, 0, "../secret", dir, "mine3")));
    printf("link a link: %s\n", strerror(__wasi_path_link(dir, 1, "host_link", dir, "mine4")));
    try_path(dir, "mine4", 0, 1);
    printf("mkdir out: %s\n", strerror(__wasi_path_create_directory(dir, "../made")));
    printf("unlink out: %s\n", strerror(__wasi_path_unlink_file(dir, "../secret")));
    printf("rmdir up: %s\n", strerror(__wasi_path_remove_directory(dir, "..")));
    // A directory's own descriptor is no way up either.
    // Asking for all rights gives none that the directory lacks.
    __wasi_fd_t sub;
    __wasi_rights_t all = ~(__wasi_rights_t)__WASI_RIGHTS_FD_WRITE;
    if (!__wasi_path_open(dir, 0, "sub", __WASI_OFLAGS_DIRECTORY, all, ~0ull, 0, &sub)) {
        try_path(sub, "..", 0, 1);
        try_path(sub, "../mine", 0, 1);
        try_path(sub, "../../secret", 0, 1);
        (void)!__wasi_path_rename(dir, "sub", dir, "other");
        try_path(sub, "../../secret", 0, 1);
        printf("renumber onto a preopen: %s\n", strerror(__wasi_fd_renumber(sub, dir)));
        try_path(dir, "../mine", 0, 1);
        try_path(dir, "../../secret", 0, 1);
    }
    return 0;
}
