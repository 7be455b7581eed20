/*
 * frames: sends and counts the shortest Ethernet frames.
 *
 *   frames announce IF SRC              one broadcast frame: a learning switch then knows SRC
 *   frames flood IF DST SRC MS CPU      unicast frames as fast as CPU can, for MS milliseconds
 *   frames count IF WAIT_MS WINDOW_MS   frames that IF received per second, within the window
 *
 * A frame of 64 octets counts the FCS, which a TAP does not carry: 60 are sent.
 * Counting reads the interface's own counter: a receiver would steal the CPU
 * time of what is measured. Nothing listens to the EtherType, so the receiving
 * kernel counts the frame and drops it.
 */
#define _GNU_SOURCE
#include "tools.h"
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#define FRAME_OCTETS 60
#define ETHERTYPE_EXPERIMENT 0x88b5	/* IEEE Std 802: Local Experimental EtherType 1 */
#define BURST 64

static void read_mac(const char *text, uint8_t *mac)
{
	unsigned int octets[ETH_ALEN];
	char rest;
	int i;

	if (sscanf(text, "%x:%x:%x:%x:%x:%x%c", &octets[0], &octets[1], &octets[2],
		   &octets[3], &octets[4], &octets[5], &rest) != ETH_ALEN)
		fail_with("not a MAC address");
	for (i = 0; i < ETH_ALEN; i++)
		mac[i] = octets[i];
}

static void make_frame(uint8_t *frame, const char *destination, const char *source)
{
	memset(frame, 0, FRAME_OCTETS);
	read_mac(destination, frame);
	read_mac(source, frame + ETH_ALEN);
	frame[12] = ETHERTYPE_EXPERIMENT >> 8;
	frame[13] = ETHERTYPE_EXPERIMENT & 0xff;
}

static int open_sender(const char *interface)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(interface) };
	int on = 1;
	/* Protocol 0: this socket sends, it must not be handed every frame of the interface. */
	int sender = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (sender < 0)
		fail("socket(AF_PACKET)");
	if (!address.sll_ifindex)
		fail(interface);
	if (bind(sender, (struct sockaddr *)&address, sizeof(address)) < 0)
		fail("bind(AF_PACKET)");
	/* Straight into the TAP's ring; a full ring then drops at once, without queue or back-pressure. */
	if (setsockopt(sender, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)) < 0)
		fail("PACKET_QDISC_BYPASS");
	return sender;
}

static int announce(const char *interface, const char *source)
{
	uint8_t frame[FRAME_OCTETS];

	make_frame(frame, "ff:ff:ff:ff:ff:ff", source);
	if (send(open_sender(interface), frame, sizeof(frame), 0) < 0)
		fail("send");
	return 0;
}

/* Pinned, or the kernel wakes the subject on the generator's own core and both starve in turn. */
static void pin(uint64_t cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus) < 0)
		fail("sched_setaffinity");
}

static int flood(const char *interface, const char *destination, const char *source, uint64_t ms)
{
	uint8_t frame[FRAME_OCTETS];
	struct iovec octets = { .iov_base = frame, .iov_len = sizeof(frame) };
	struct mmsghdr burst[BURST];
	int sender = open_sender(interface);
	uint64_t sent = 0, refused = 0, start, end;
	int i;

	make_frame(frame, destination, source);
	memset(burst, 0, sizeof(burst));
	for (i = 0; i < BURST; i++) {
		burst[i].msg_hdr.msg_iov = &octets;
		burst[i].msg_hdr.msg_iovlen = 1;
	}
	start = now_ns();
	end = start + ms * NS_PER_MS;
	while (now_ns() < end) {
		int done = sendmmsg(sender, burst, BURST, 0);

		if (done > 0)
			sent += done;
		else if (errno == ENOBUFS || errno == EAGAIN)
			refused++;	/* the ring is full: more is offered than is taken, as meant */
		else if (errno != EINTR)
			fail("sendmmsg");
	}
	printf("offered_per_second %.0f\n",
		(double)(sent + refused) * NS_PER_SECOND / (double)(now_ns() - start));
	return 0;
}

static uint64_t received(const char *interface)
{
	FILE *table = fopen("/proc/net/dev", "re");
	char line[512], name[64];
	unsigned long long octets, frames;

	if (!table)
		fail("/proc/net/dev");
	while (fgets(line, sizeof(line), table)) {
		if (sscanf(line, " %63[^:]: %llu %llu", name, &octets, &frames) == 3 && !strcmp(name, interface)) {
			fclose(table);
			return frames;
		}
	}
	fail_with("no such interface in /proc/net/dev");
	return 0;
}

static int count(const char *interface, uint64_t wait_ms, uint64_t window_ms)
{
	uint64_t from = now_ns() + wait_ms * NS_PER_MS, until, first;

	sleep_until_ns(from);
	from = now_ns();
	first = received(interface);
	sleep_until_ns(from + window_ms * NS_PER_MS);
	until = now_ns();
	printf("frames_per_second %.0f\n",
		(double)(received(interface) - first) * NS_PER_SECOND / (double)(until - from));
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (!strcmp(verb, "announce") && argc == 4)
		return announce(argv[2], argv[3]);
	if (!strcmp(verb, "flood") && argc == 7) {
		pin(number(argv[6], 0, CPU_SETSIZE - 1));
		return flood(argv[2], argv[3], argv[4], number(argv[5], 1, LONGEST_MS));
	}
	if (!strcmp(verb, "count") && argc == 5)
		return count(argv[2], number(argv[3], 0, LONGEST_MS), number(argv[4], 1, LONGEST_MS));
	fprintf(stderr, "usage: frames announce IF SRC | flood IF DST SRC MS CPU | count IF WAIT_MS WINDOW_MS\n");
	return 2;
}
