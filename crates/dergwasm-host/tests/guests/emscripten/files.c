// Files and directories through the C library.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int by_name(const void *a, const void *b) {
    return strcmp(*(char **)a, *(char **)b);
}

static void list(const char *path) {
    char *names[100];
    int count = 0;
    DIR *dir = opendir(path);
    if (!dir) {
        printf("%s: %s\n", path, strerror(errno));
        return;
    }
    struct dirent *entry;
    while ((entry = readdir(dir)) && count < 100) {
        char text[300];
        snprintf(text, sizeof text, "%s%s", entry->d_name, entry->d_type == DT_DIR ? "/" : "");
        names[count++] = strdup(text);
    }
    closedir(dir);
    qsort(names, count, sizeof *names, by_name);
    printf("%s:", path);
    for (int i = 0; i < count; i++) printf(" %s", names[i]);
    puts("");
}

#define TRY(call) do { if ((call) < 0) printf("%s: %s\n", #call, strerror(errno)); } while (0)

int main(void) {
    char text[100] = "";
    struct stat st;

    FILE *file = fopen("/data/notes.txt", "w");
    if (!file) return 1;
    fprintf(file, "first\nsecond\n");
    fclose(file);
    file = fopen("/data/notes.txt", "a");
    fputs("third\n", file);
    fclose(file);
    file = fopen("/data/notes.txt", "r");
    while (fgets(text, sizeof text, file)) printf("> %s", text);
    fseek(file, 6, SEEK_SET);
    printf("at 6: %d of %zu bytes %.6s\n", (int)ftell(file), fread(text, 1, 6, file), text);
    fclose(file);

    TRY(stat("/data/notes.txt", &st));
    printf("size %lld file %d links %d\n", (long long)st.st_size, S_ISREG(st.st_mode), (int)st.st_nlink);
    TRY(mkdir("/data/sub", 0777));
    TRY(stat("/data/sub", &st));
    printf("dir %d\n", S_ISDIR(st.st_mode));
    TRY(chdir("/data/sub"));
    printf("in %s\n", getcwd(text, sizeof text));
    TRY(rename("../notes.txt", "moved.txt"));
    TRY(symlink("moved.txt", "link"));
    TRY(lstat("link", &st));
    printf("link %d\n", S_ISLNK(st.st_mode));
    TRY(stat("link", &st));
    printf("leads to %lld bytes\n", (long long)st.st_size);
    long len = readlink("link", text, sizeof text);
    printf("target %.*s\n", (int)len, text);
    for (int i = 0; i < 60; i++) {
        snprintf(text, sizeof text, "many%02d", i);
        file = fopen(text, "w");
        fclose(file);
    }
    DIR *dir = opendir(".");
    int count = 0;
    while (readdir(dir)) count++;
    int again = 0;
    rewinddir(dir);
    while (readdir(dir)) again++;
    closedir(dir);
    printf("entries %d %d\n", count, again);
    for (int i = 0; i < 60; i++) {
        snprintf(text, sizeof text, "many%02d", i);
        TRY(unlink(text));
    }
    list(".");
    list("/");
    list("/nowhere");

    int fd = open("moved.txt", O_RDWR);
    TRY(ftruncate(fd, 5));
    TRY(fstat(fd, &st));
    printf("cut to %lld\n", (long long)st.st_size);
    char *mapped = mmap(NULL, 5, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED) return 2;
    printf("mapped %.5s\n", mapped);
    memcpy(mapped, "FIRST", 5);
    TRY(munmap(mapped, 5));
    int copy = dup(fd);
    lseek(copy, 1, SEEK_SET);
    memset(text, 0, sizeof text);
    TRY(read(fd, text, 10));
    printf("read %s\n", text);
    close(fd);
    close(copy);
    TRY(truncate("moved.txt", 2));
    TRY(access("moved.txt", R_OK));
    TRY(access("absent", R_OK));
    TRY(rmdir("/data/sub"));
    TRY(unlink("link"));
    TRY(unlink("moved.txt"));
    TRY(rmdir("/data/sub"));
    TRY(open("/data/x/y", O_CREAT | O_WRONLY, 0666));
    TRY(open("/../../etc/passwd", O_RDONLY));
    list("/data");
    printf("tty %d\n", isatty(1));
    return 0;
}
