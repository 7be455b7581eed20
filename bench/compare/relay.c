/*
 * relay: the reference that the switch is measured against.
 *
 * Two TAPs or two TUNs, two threads, each a blocking read from one and a write to the
 * other. It looks at nothing, so it is the least work that any userspace
 * switch between the two can do. Offloads are on: with IFF_VNET_HDR a
 * super-frame of up to 64 KiB passes in one read and one write, its checksum
 * unfinished, as described by the virtio_net_hdr in front of it.
 *
 * Usage: relay [-t] A B, with -t two TUNs. Prints "ready", runs until SIGTERM or SIGINT.
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
#include <sys/ioctl.h>
#include <unistd.h>

/* Newer than the headers of some distributions, linux/if_tun.h since 6.2. */
#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif

#define VNET_HEADER_OCTETS 12		/* struct virtio_net_hdr_mrg_rxbuf */
#define BUFFER_OCTETS (72 * 1024)	/* header + the longest super-frame; a shorter read truncates silently */

struct direction {
	int from;
	int to;
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

int main(int argc, char **argv)
{
	struct direction ways[2];
	pthread_t threads[2];
	sigset_t stop;
	int signal_number;
	int tun = argc == 4 && !strcmp(argv[1], "-t");
	int a, b, i;

	if (argc != 3 + tun) {
		fprintf(stderr, "usage: relay [-t] A B\n");
		return 2;
	}
	a = open_device(argv[1 + tun], tun ? IFF_TUN : IFF_TAP);
	b = open_device(argv[2 + tun], tun ? IFF_TUN : IFF_TAP);
	ways[0] = (struct direction){ .from = a, .to = b };
	ways[1] = (struct direction){ .from = b, .to = a };

	/* Blocked before the threads start, so that only sigwait() sees them. */
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	pthread_sigmask(SIG_BLOCK, &stop, NULL);
	for (i = 0; i < 2; i++) {
		errno = pthread_create(&threads[i], NULL, forward, &ways[i]);
		if (errno)
			die("pthread_create", "forward");
	}
	puts("ready");
	fflush(stdout);
	sigwait(&stop, &signal_number);
	_exit(0);	/* not exit(): a read of a device that blocks is woken by nothing else */
}
