// Waiting: for time to pass and for descriptors.
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000ll + time.tv_nsec;
}

int main(void) {
    long long start = now();
    struct timespec pause = {0, 20000000};
    printf("nanosleep: %d, long enough: %d\n", nanosleep(&pause, NULL), now() - start >= 20000000);
    struct timespec until = {start / 1000000000 + 1, 0};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
    printf("until: %d\n", now() >= until.tv_sec * 1000000000ll);
    struct pollfd fds[] = {{1, POLLOUT, 0}, {0, POLLIN, 0}};
    printf("poll: %d, output %d\n", poll(fds, 2, 1000) >= 1, (fds[0].revents & POLLOUT) != 0);
    struct pollfd none = {77, POLLIN, 0};
    int count = poll(&none, 1, 10);
    printf("poll nothing: %d %s\n", count, count < 0 ? strerror(errno) : none.revents ? "event" : "");
    usleep(1000);
    return 0;
}
