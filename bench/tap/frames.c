/*
 * frames: sends and counts the shortest frames and packets.
 *
 *   frames announce IF SRC              one broadcast frame: a learning switch then knows SRC
 *   frames flood IF DST SRC MS CPU      unicast frames as fast as CPU can, for MS milliseconds
 *   frames udp IF DST_MAC SRC_IP DST_IP MS CPU  the same with a UDP datagram in each; at a TUN without Ethernet header
 *   frames count IF WAIT_MS WINDOW_MS   frames that IF received per second, within the window
 *
 * A frame of 64 octets counts the FCS, which a TAP does not carry: 60 are sent.
 * Counting reads the interface's own counter: a receiver would steal the CPU
 * time of what is measured. Nothing listens to the EtherType, so the receiving
 * kernel counts the frame and drops it; datagrams end in a socket that is full.
 */
#define _GNU_SOURCE
#include "tools.h"
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define FRAME_OCTETS 60
#define ETHERTYPE_EXPERIMENT 0x88b5	/* IEEE Std 802: Local Experimental EtherType 1 */
#define DISCARD_PORT 9	/* RFC 863 */
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

static uint16_t checksum(const void *header, size_t octets)
{
	const uint8_t *octet = header;
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < octets; i += 2)
		sum += octet[i] << 8 | octet[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons(~sum & 0xffff);
}

static void make_datagram(uint8_t *packet, size_t octets, const char *source, const char *destination)
{
	struct iphdr ip = {
		.version = 4, .ihl = 5, .tot_len = htons(octets), .frag_off = htons(IP_DF), .ttl = 64, .protocol = IPPROTO_UDP,
	};
	struct udphdr udp = {
		.source = htons(DISCARD_PORT), .dest = htons(DISCARD_PORT), .len = htons(octets - sizeof(ip)),	/* no checksum */
	};

	if (inet_pton(AF_INET, source, &ip.saddr) != 1 || inet_pton(AF_INET, destination, &ip.daddr) != 1)
		fail_with("not an IPv4 address");
	ip.check = checksum(&ip, sizeof(ip));
	memset(packet, 0, octets);
	memcpy(packet, &ip, sizeof(ip));
	memcpy(packet + sizeof(ip), &udp, sizeof(udp));
}

/* The interface's own MAC address in front of the datagram; a TUN has none and takes the datagram alone. */
static struct iovec make_datagram_for(const char *interface, uint8_t *frame, char **arguments)
{
	struct ifreq request = { 0 };
	int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	strncpy(request.ifr_name, interface, IFNAMSIZ - 1);
	if (any < 0 || ioctl(any, SIOCGIFHWADDR, &request) < 0)
		fail(interface);
	close(any);
	make_datagram(frame + ETH_HLEN, FRAME_OCTETS - ETH_HLEN, arguments[1], arguments[2]);
	if (request.ifr_hwaddr.sa_family == ARPHRD_NONE)
		return (struct iovec){ .iov_base = frame + ETH_HLEN, .iov_len = FRAME_OCTETS - ETH_HLEN };
	read_mac(arguments[0], frame);
	memcpy(frame + ETH_ALEN, request.ifr_hwaddr.sa_data, ETH_ALEN);
	frame[12] = ETH_P_IP >> 8;
	frame[13] = ETH_P_IP & 0xff;
	return (struct iovec){ .iov_base = frame, .iov_len = FRAME_OCTETS };
}

static int flood(const char *interface, struct iovec octets, uint64_t ms)
{
	struct mmsghdr burst[BURST];
	int sender = open_sender(interface);
	uint64_t sent = 0, refused = 0, start, end;
	int i;

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

/* Nobody reads from it: what is more than fits is dropped, and never answered by ICMP. */
static void open_sink(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(DISCARD_PORT) };
	int least = 1;
	int udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (udp < 0 || setsockopt(udp, SOL_SOCKET, SO_RCVBUF, &least, sizeof(least)) < 0
	    || bind(udp, (struct sockaddr *)&address, sizeof(address)) < 0)
		fail("discard port");
}

static int count(const char *interface, uint64_t wait_ms, uint64_t window_ms)
{
	uint64_t from = now_ns() + wait_ms * NS_PER_MS, until, first;

	open_sink();
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
	uint8_t frame[FRAME_OCTETS];

	if (!strcmp(verb, "announce") && argc == 4)
		return announce(argv[2], argv[3]);
	if (!strcmp(verb, "flood") && argc == 7) {
		pin(number(argv[6], 0, CPU_SETSIZE - 1));
		make_frame(frame, argv[3], argv[4]);
		return flood(argv[2], (struct iovec){ .iov_base = frame, .iov_len = sizeof(frame) }, number(argv[5], 1, LONGEST_MS));
	}
	if (!strcmp(verb, "udp") && argc == 8) {
		pin(number(argv[7], 0, CPU_SETSIZE - 1));
		return flood(argv[2], make_datagram_for(argv[2], frame, argv + 3), number(argv[6], 1, LONGEST_MS));
	}
	if (!strcmp(verb, "count") && argc == 5)
		return count(argv[2], number(argv[3], 0, LONGEST_MS), number(argv[4], 1, LONGEST_MS));
	fprintf(stderr, "usage: frames announce IF SRC | flood IF DST SRC MS CPU | udp IF DST_MAC SRC_IP DST_IP MS CPU"
		" | count IF WAIT_MS WINDOW_MS\n");
	return 2;
}
