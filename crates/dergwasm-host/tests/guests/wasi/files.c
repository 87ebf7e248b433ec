// What C programs do with files: the standard library's calls, each result printed.
// Works in the directory its first argument names, which has to be empty.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *said(int result) { return result == 0 ? "ok" : strerror(errno); }

static void show(const char *path) {
    char text[64];
    FILE *file = fopen(path, "r");
    if (!file) {
        printf("%s: %s\n", path, strerror(errno));
        return;
    }
    size_t len = fread(text, 1, sizeof text - 1, file);
    text[len] = 0;
    printf("%s: \"%s\"\n", path, text);
    fclose(file);
}

static void put(const char *path, const char *mode, const char *text) {
    FILE *file = fopen(path, mode);
    printf("%s %s: %s\n", mode, path, file ? "ok" : strerror(errno));
    if (file) {
        fputs(text, file);
        fclose(file);
    }
}

static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void list(const char *path) {
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, by_name);
    printf("%s:", path);
    if (count < 0) printf(" %s", strerror(errno));
    for (int i = 0; i < count; i++) {
        printf(" %s%s", entries[i]->d_name, entries[i]->d_type == DT_DIR ? "/" : "");
    }
    printf("\n");
}

static void positions(void) {
    FILE *file = fopen("numbers", "w+");
    for (int i = 0; i < 1000; i++) fprintf(file, "%04d\n", i);
    char line[8] = "";
    fseek(file, 5 * 421, SEEK_SET);
    fgets(line, sizeof line, file);
    printf("line 421 is %s", line);
    fseek(file, -5, SEEK_END);
    fgets(line, sizeof line, file);
    printf("the last is %s", line);
    printf("length %ld, before the start: %s\n", ftell(file), said(fseek(file, -1, SEEK_SET)));
    fclose(file);
    printf("truncate: %s\n", said(truncate("numbers", 7)));
    show("numbers");
    int fd = open("numbers", O_RDWR);
    printf("pwrite %zd", pwrite(fd, "xy", 2, 9));
    char bytes[12] = "";
    printf(", pread %zd:", pread(fd, bytes, sizeof bytes, 5));
    for (int i = 0; i < 6; i++) printf(" %02x", bytes[i]);
    printf(", at %lld\n", (long long)lseek(fd, 0, SEEK_CUR));
    printf("sync %s, close %s", said(fsync(fd)), said(close(fd)));
    printf(", close again: %s\n", said(close(fd)));
}

static void links(void) {
    struct stat stat_of;
    printf("symlink: %s\n", said(symlink("a", "to_a")));
    char target[8] = "";
    printf("readlink %zd %s\n", readlink("to_a", target, sizeof target), target);
    show("to_a");
    lstat("to_a", &stat_of);
    printf("lstat: link %d\n", S_ISLNK(stat_of.st_mode));
    printf("link: %s", said(link("a", "b")));
    stat("b", &stat_of);
    printf(", now with %d names\n", (int)stat_of.st_nlink);
    printf("loop: %s", said(symlink("loop", "loop")));
    printf(", opened: %s\n", said(open("loop", O_RDONLY)));
    printf("dangling: %s", said(symlink("nothing", "dangling")));
    printf(", opened: %s\n", said(open("dangling", O_RDONLY)));
}

int main(int argc, char **argv) {
    if (argc < 2 || chdir(argv[1]) != 0) {
        printf("chdir: %s\n", strerror(errno));
        return 1;
    }
    put("a", "w", "one");
    put("a", "a", " two");
    show("a");
    put("a", "wx", "no");
    show("missing");
    positions();
    links();
    printf("mkdir: %s", said(mkdir("sub", 0777)));
    printf(", again: %s\n", said(mkdir("sub", 0777)));
    put("sub/inner", "w", "inner");
    printf("rmdir when full: %s\n", said(rmdir("sub")));
    printf("rename: %s\n", said(rename("sub/inner", "moved")));
    show("moved");
    printf("rename to a directory: %s\n", said(rename("moved", "sub")));
    printf("unlink a directory: %s\n", said(unlink("sub")) [0] != 'o' ? "refused" : "done");
    list(".");
    printf("rmdir: %s\n", said(rmdir("sub")));
    printf("up and down: %s\n", said(access("../x/../../y", F_OK)));
    char name[300];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = 0;
    printf("long name: %s\n", said(open(name, O_RDONLY)));
    struct stat stat_of;
    stat("a", &stat_of);
    printf("a has %lld bytes, is a file %d\n", (long long)stat_of.st_size, S_ISREG(stat_of.st_mode));
    const char *all[] = {"a", "b", "numbers", "moved", "to_a", "loop", "dangling"};
    for (int i = 0; i < 7; i++) {
        if (unlink(all[i]) != 0) printf("unlink %s: %s\n", all[i], strerror(errno));
    }
    list(".");
    return 0;
}
