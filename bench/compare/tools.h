/* What the measuring tools share: a clock, numbers from the command line, an end with a reason. */
#ifndef TOOLS_H
#define TOOLS_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NS_PER_MS 1000000ull
#define NS_PER_SECOND 1000000000ull

static inline uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

static inline void sleep_until_ns(uint64_t when)
{
	struct timespec target = { .tv_sec = when / NS_PER_SECOND, .tv_nsec = when % NS_PER_SECOND };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &target, NULL) == EINTR)
		;
}

static inline void fail(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

static inline void fail_with(const char *reason)
{
	fprintf(stderr, "%s\n", reason);
	exit(1);
}

/* A whole number within bounds, or the end. Every duration is bounded: no tool outlives its runner by much. */
static inline uint64_t number(const char *text, uint64_t least, uint64_t most)
{
	char *end;
	unsigned long long value = strtoull(text, &end, 10);

	if (*text == '\0' || *end != '\0' || value < least || value > most) {
		fprintf(stderr, "not a number from %llu to %llu: %s\n",
			(unsigned long long)least, (unsigned long long)most, text);
		exit(2);
	}
	return value;
}

#define LONGEST_MS 600000

#endif
