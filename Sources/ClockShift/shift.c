// Shifts what a program takes for the time of day by TIDEMARK_CLOCK_SHIFT seconds, and nothing else: clocks that only
// count on, and timers set by them, stay true. libfaketime (0.9.10) also shifts CLOCK_BOOTTIME, by which Dispatch sets its
// timers: a program of Swift then sleeps for an hour.
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long shift(void) {
    const char *seconds = getenv("TIDEMARK_CLOCK_SHIFT");
    return seconds ? atol(seconds) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int result = (int)syscall(SYS_clock_gettime, clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += shift();
    return result;
}

int gettimeofday(struct timeval *now, void *zone) {
    int result = (int)syscall(SYS_gettimeofday, now, zone);
    if (result == 0 && now) now->tv_sec += shift();
    return result;
}

time_t time(time_t *now) {
    struct timespec seconds;
    clock_gettime(CLOCK_REALTIME, &seconds);
    if (now) *now = seconds.tv_sec;
    return seconds.tv_sec;
}
