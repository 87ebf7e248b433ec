// A directory of many entries, read in pieces and with changes in between.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc < 2 || chdir(argv[1]) != 0) return 1;
    char name[64];
    for (int i = 0; i < 700; i++) {
        snprintf(name, sizeof name, "entry-with-a-rather-long-name-%04d", i);
        FILE *file = fopen(name, "w");
        if (!file) {
            printf("%s: %s\n", name, strerror(errno));
            return 1;
        }
        fclose(file);
    }
    int seen[700] = {0}, dots = 0, others = 0, i;
    DIR *dir = opendir(".");
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (entry->d_name[0] == '.') dots++;
        else if (sscanf(entry->d_name, "entry-with-a-rather-long-name-%d", &i) == 1) seen[i]++;
        else others++;
    }
    int once = 0;
    for (i = 0; i < 700; i++) once += seen[i] == 1;
    printf("%d once, %d dots, %d others\n", once, dots, others);
    rewinddir(dir);
    int count = 0, removed = 0;
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (entry->d_name[0] == '.') continue;
        count++;
        removed += unlink(entry->d_name) == 0;
    }
    printf("%d read, %d removed\n", count, removed);
    rewinddir(dir);
    for (count = 0; readdir(dir);) count++;
    printf("%d left\n", count);
    closedir(dir);
    return 0;
}
