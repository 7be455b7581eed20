/*
 * roundtrip: the time of a UDP datagram there and back.
 *
 *   roundtrip echo PORT MS             sends every datagram back; ends after MS milliseconds
 *   roundtrip ping ADDRESS PORT MS     one datagram at a time for MS milliseconds: p50, p99, p99.9
 *   roundtrip reach ADDRESS MS         ends with 0 as soon as ADDRESS answers, with 1 after MS
 *
 * "reach" needs no echo: a closed port is answered by ICMP port unreachable,
 * which a connected socket reports as ECONNREFUSED. It proves both directions
 * and leaves both neighbour tables filled.
 */
#include "tools.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define PAYLOAD_OCTETS 18		/* a UDP datagram in a 60-octet frame */
#define CLOSED_PORT 33434
#define WARM_UP_PERCENT 20
#define MOST_ROUNDS 4000000ull
#define LOST_AFTER_MS 200
#define REACH_AFTER_MS 5

static int open_udp(void)
{
	int udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (udp < 0)
		fail("socket(AF_INET)");
	return udp;
}

static void connect_to(int udp, const char *text, uint16_t port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };

	if (inet_pton(AF_INET, text, &address.sin_addr) != 1)
		fail_with("not an IPv4 address");
	if (connect(udp, (struct sockaddr *)&address, sizeof(address)) < 0)
		fail("connect");
}

static void give_up_receive_after(int udp, uint64_t ms)
{
	struct timeval bound = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

	if (setsockopt(udp, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof(bound)) < 0)
		fail("SO_RCVTIMEO");
}

static int echo(uint16_t port, uint64_t ms)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
	uint64_t end = now_ns() + ms * NS_PER_MS;
	int udp = open_udp();

	if (bind(udp, (struct sockaddr *)&address, sizeof(address)) < 0)
		fail("bind");
	give_up_receive_after(udp, LOST_AFTER_MS);
	puts("ready");
	fflush(stdout);
	while (now_ns() < end) {
		char payload[2048];
		struct sockaddr_in peer;
		socklen_t peer_octets = sizeof(peer);
		ssize_t octets = recvfrom(udp, payload, sizeof(payload), 0, (struct sockaddr *)&peer, &peer_octets);

		if (octets >= 0)
			sendto(udp, payload, octets, 0, (struct sockaddr *)&peer, peer_octets);
	}
	return 0;
}

static int compare(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return a < b ? -1 : a > b;
}

static int ping(const char *address, uint16_t port, uint64_t ms)
{
	uint32_t *rounds = malloc(MOST_ROUNDS * sizeof(*rounds));
	uint64_t taken = 0, lost = 0, sequence = 0;
	uint64_t start = now_ns(), end = start + ms * NS_PER_MS;
	uint64_t warm = start + ms * NS_PER_MS / 100 * WARM_UP_PERCENT;
	int udp = open_udp();

	if (!rounds)
		fail("malloc");
	connect_to(udp, address, port);
	give_up_receive_after(udp, LOST_AFTER_MS);
	while (taken < MOST_ROUNDS) {
		uint64_t payload[(PAYLOAD_OCTETS + 7) / 8] = { ++sequence };
		uint64_t sent = now_ns(), back;
		ssize_t octets;

		if (sent >= end)
			break;
		if (send(udp, payload, PAYLOAD_OCTETS, 0) < 0)
			fail("send");
		do {	/* a late answer to a lost round is not the answer to this one */
			octets = recv(udp, payload, sizeof(payload), 0);
		} while (octets >= 0 && payload[0] != sequence);
		back = now_ns();
		if (octets < 0)
			lost++;
		else if (sent >= warm)
			rounds[taken++] = back - sent;
	}
	if (taken < 100)
		fail_with("fewer than 100 rounds came back");
	qsort(rounds, taken, sizeof(*rounds), compare);
	printf("rounds %llu\nlost %llu\np50_ns %u\np99_ns %u\np999_ns %u\n", (unsigned long long)taken,
		(unsigned long long)lost, rounds[taken / 2], rounds[taken * 99 / 100], rounds[taken * 999 / 1000]);
	return 0;
}

static int reach(const char *address, uint64_t ms)
{
	uint64_t end = now_ns() + ms * NS_PER_MS;
	int udp = open_udp();

	connect_to(udp, address, CLOSED_PORT);
	give_up_receive_after(udp, REACH_AFTER_MS);
	do {
		char octet = 0;

		if (send(udp, &octet, 1, 0) < 0 && errno == ECONNREFUSED)
			return 0;
		if (recv(udp, &octet, 1, 0) < 0 && errno == ECONNREFUSED)
			return 0;
	} while (now_ns() < end);
	fail_with("no answer");
	return 1;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (!strcmp(verb, "echo") && argc == 4)
		return echo(number(argv[2], 1, 65535), number(argv[3], 1, LONGEST_MS));
	if (!strcmp(verb, "ping") && argc == 5)
		return ping(argv[2], number(argv[3], 1, 65535), number(argv[4], 1, LONGEST_MS));
	if (!strcmp(verb, "reach") && argc == 4)
		return reach(argv[2], number(argv[3], 1, LONGEST_MS));
	fprintf(stderr, "usage: roundtrip echo PORT MS | ping ADDRESS PORT MS | reach ADDRESS MS\n");
	return 2;
}
