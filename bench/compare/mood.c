/*
 * mood: how long a cache line takes from core 0 to core 1.
 *
 * A virtual machine's cores may be moved while it runs: now they share a cache
 * ("near", tens of ns), now they do not ("far", hundreds). The same program is
 * then up to two times slower, and a comparison across the change is void.
 *
 * Two pinned threads pass one counter to and fro for 20 ms. The median of
 * short chunks is printed: a neighbour that takes a core for a while spoils
 * some chunks, not the figure. For 20 ms more they wake each other through an
 * eventfd: what waking a sleeper costs here bounds every round trip, and
 * differs between hypervisors by a factor of ten. Exit 3: no two such cores.
 */
#define _GNU_SOURCE
#include "tools.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define PROBE_MS 20
#define WARM_UP_MS 2
#define HOPS_PER_CHUNK 200
#define MOST_CHUNKS 20000
#define LONGEST_SECONDS 5
#define OVER UINT64_MAX		/* as a turn: no more hops; as an eventfd's value less one: no more wakes */

/* Odd: core 1's turn. Even: core 0's. On a cache line of its own. */
static _Alignas(128) _Atomic uint64_t turn;
static int to_core1, to_core0;

static int pin(int core)
{
	cpu_set_t cores;

	CPU_ZERO(&cores);
	CPU_SET(core, &cores);
	return sched_setaffinity(0, sizeof(cores), &cores);
}

static void *answer(void *unused)
{
	eventfd_t value;

	(void)unused;
	if (pin(1) < 0) {
		fprintf(stderr, "mood: no core 1\n");
		_exit(3);
	}
	for (;;) {
		uint64_t seen = atomic_load_explicit(&turn, memory_order_acquire);

		if (seen == OVER)
			break;
		if (seen & 1)
			atomic_store_explicit(&turn, seen + 1, memory_order_release);
	}
	while (eventfd_read(to_core1, &value) == 0 && value != OVER - 1)
		eventfd_write(to_core0, 1);
	return NULL;
}

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return a < b ? -1 : a > b;
}

static double median(double *values, int count)
{
	qsort(values, count, sizeof(*values), compare);
	return values[count / 2];
}

static double ns_per_hop(double *chunks)
{
	uint64_t at = now_ns(), warm = at + WARM_UP_MS * NS_PER_MS, end = at + PROBE_MS * NS_PER_MS;
	int taken = 0;

	while (taken < MOST_CHUNKS && (at < end || taken == 0)) {
		uint64_t before = at;
		int i;

		for (i = 0; i < HOPS_PER_CHUNK / 2; i++) {
			uint64_t mine = atomic_load_explicit(&turn, memory_order_relaxed) + 1;

			atomic_store_explicit(&turn, mine, memory_order_release);
			while (atomic_load_explicit(&turn, memory_order_acquire) == mine)
				;
		}
		at = now_ns();
		if (before >= warm)
			chunks[taken++] = (double)(at - before) / HOPS_PER_CHUNK;
	}
	atomic_store(&turn, OVER);
	return median(chunks, taken);
}

static double us_per_wake(double *wakes)
{
	uint64_t at = now_ns(), end = at + PROBE_MS * NS_PER_MS;
	eventfd_t value;
	int taken = 0;

	while (taken < MOST_CHUNKS && (at < end || taken == 0)) {
		uint64_t before = at;

		eventfd_write(to_core1, 1);
		eventfd_read(to_core0, &value);
		at = now_ns();
		wakes[taken++] = (double)(at - before) / 2 / 1000;
	}
	eventfd_write(to_core1, OVER - 1);
	return median(wakes, taken);
}

int main(void)
{
	static double samples[MOST_CHUNKS];
	pthread_t other;

	alarm(LONGEST_SECONDS);
	if (pin(0) < 0) {
		fprintf(stderr, "mood: no core 0\n");
		return 3;
	}
	to_core1 = eventfd(0, EFD_CLOEXEC);
	to_core0 = eventfd(0, EFD_CLOEXEC);
	if (to_core1 < 0 || to_core0 < 0)
		fail("eventfd");
	if (pthread_create(&other, NULL, answer, NULL))
		fail_with("pthread_create");
	printf("ns_per_hop %.1f\n", ns_per_hop(samples));
	printf("us_per_wake %.1f\n", us_per_wake(samples));
	pthread_join(other, NULL);
	return 0;
}
