/*
 * relay: the reference that the switch is measured against.
 *
 * Two TAPs or two TUNs, two threads, each a blocking read from one and a write to the
 * other. It looks at nothing, so it is the least work that any userspace
 * switch between the two can do. Offloads are on: with IFF_VNET_HDR a
 * super-frame of up to 64 KiB passes in one read and one write, its checksum
 * unfinished, as described by the virtio_net_hdr in front of it.
 *
 * More than two: one thread, epoll, and what one device sends is written to all
 * others. It is the least work of a broadcast: one call a copy.
 *
 * Usage: relay [-t] A B..., with -t TUNs. Prints "ready", runs until SIGTERM or SIGINT.
 * Source: linux/if_tun.h and Documentation/networking/tuntap.rst.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Newer than the headers of some distributions, linux/if_tun.h since 6.2. */
#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif

#define VNET_HEADER_OCTETS 12		/* struct virtio_net_hdr_mrg_rxbuf */
#define BUFFER_OCTETS (72 * 1024)	/* header + the longest super-frame; a shorter read truncates silently */

#define BURST_FRAMES 64			/* of one device, before the next has its turn */

struct direction {
	int from;
	int to;
};

struct fan {
	int *devices;
	int count;
};

static void die(const char *what, const char *name)
{
	fprintf(stderr, "relay: %s(%s): %s\n", what, name, strerror(errno));
	exit(1);
}

static int open_device(const char *name, short kind)
{
	unsigned int offloads = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_USO4 | TUN_F_USO6;
	int header = VNET_HEADER_OCTETS;
	struct ifreq request = { .ifr_flags = kind | IFF_NO_PI | IFF_VNET_HDR };
	int device = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	if (device < 0)
		die("open", "/dev/net/tun");
	if (strlen(name) >= IFNAMSIZ) {
		errno = ENAMETOOLONG;
		die("TUNSETIFF", name);
	}
	strcpy(request.ifr_name, name);
	if (ioctl(device, TUNSETIFF, &request) < 0)
		die("TUNSETIFF", name);
	if (ioctl(device, TUNSETVNETHDRSZ, &header) < 0)
		die("TUNSETVNETHDRSZ", name);
	if (ioctl(device, TUNSETOFFLOAD, offloads) < 0)
		die("TUNSETOFFLOAD", name);
	return device;
}

static void *forward(void *argument)
{
	const struct direction *way = argument;
	char *buffer = aligned_alloc(4096, BUFFER_OCTETS);

	if (!buffer)
		die("aligned_alloc", "buffer");
	for (;;) {
		ssize_t octets = read(way->from, buffer, BUFFER_OCTETS);

		if (octets < 0 && errno != EINTR)
			die("read", "device");	/* it was deleted under us */
		/* A refused write (EIO: link down) loses that frame, as a full queue would. */
		if (octets > 0 && write(way->to, buffer, octets) < 0 && errno == EBADFD)
			die("write", "device");
	}
	return NULL;
}

/* What one device has, a burst at most: each frame to all others, so that none overtakes another. */
static void fan_out(const struct fan *fan, int from, char *buffer)
{
	int frame, i;

	for (frame = 0; frame < BURST_FRAMES; frame++) {
		ssize_t octets = read(fan->devices[from], buffer, BUFFER_OCTETS);

		if (octets < 0 && errno == EAGAIN)
			return;
		if (octets < 0 && errno != EINTR)
			die("read", "device");
		for (i = 0; octets > 0 && i < fan->count; i++)
			if (i != from && write(fan->devices[i], buffer, octets) < 0 && errno == EBADFD)
				die("write", "device");
	}
}

static void *forward_to_all(void *argument)
{
	const struct fan *fan = argument;
	char *buffer = aligned_alloc(4096, BUFFER_OCTETS);
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	int i;

	if (!buffer)
		die("aligned_alloc", "buffer");
	if (epoll < 0)
		die("epoll_create1", "");
	for (i = 0; i < fan->count; i++) {
		struct epoll_event event = { .events = EPOLLIN, .data.u32 = i };

		if (fcntl(fan->devices[i], F_SETFL, O_NONBLOCK) < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, fan->devices[i], &event) < 0)
			die("epoll_ctl", "device");
	}
	for (;;) {
		struct epoll_event events[BURST_FRAMES];
		int ready = epoll_wait(epoll, events, BURST_FRAMES, -1);

		if (ready < 0 && errno != EINTR)
			die("epoll_wait", "");
		for (i = 0; i < ready; i++)
			fan_out(fan, events[i].data.u32, buffer);
	}
	return NULL;
}

static void start(void *(*work)(void *), void *argument)
{
	pthread_t thread;

	errno = pthread_create(&thread, NULL, work, argument);
	if (errno)
		die("pthread_create", "forward");
}

int main(int argc, char **argv)
{
	int tun = argc > 1 && !strcmp(argv[1], "-t");
	char **names = argv + 1 + tun;
	struct fan fan = { .count = argc - 1 - tun };
	struct direction ways[2];
	sigset_t stop;
	int signal_number;
	int i;

	if (fan.count < 2) {
		fprintf(stderr, "usage: relay [-t] A B...\n");
		return 2;
	}
	fan.devices = calloc(fan.count, sizeof(*fan.devices));
	if (!fan.devices)
		die("calloc", "devices");
	for (i = 0; i < fan.count; i++)
		fan.devices[i] = open_device(names[i], tun ? IFF_TUN : IFF_TAP);

	/* Blocked before the threads start, so that only sigwait() sees them. */
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	pthread_sigmask(SIG_BLOCK, &stop, NULL);
	if (fan.count > 2) {
		start(forward_to_all, &fan);
	} else {
		ways[0] = (struct direction){ .from = fan.devices[0], .to = fan.devices[1] };
		ways[1] = (struct direction){ .from = fan.devices[1], .to = fan.devices[0] };
		for (i = 0; i < 2; i++)
			start(forward, &ways[i]);
	}
	puts("ready");
	fflush(stdout);
	sigwait(&stop, &signal_number);
	_exit(0);	/* not exit(): a read of a device that blocks is woken by nothing else */
}
