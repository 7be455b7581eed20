/*
 * frames: sends frames or datagrams from one network namespace and counts what comes out in others.
 *
 *   frames learn KEY=VALUE...     one frame from each of stations= addresses, in ms= milliseconds at most, and counts:
 *                                 a learning switch then knows them at that port
 *   frames send KEY=VALUE...      sends for ms= milliseconds, or until SIGTERM, and counts, then says what became of it
 *
 *   from=NAMESPACE:INTERFACE      where it sends
 *   to=NAMESPACE                  where it counts; in its namespace an idle UDP socket takes datagrams to the discard port
 *   others=NAMESPACE:PREFIX       where it counts, too, apart: interfaces whose names begin so
 *   src=MAC dst=MAC               Ethernet addresses
 *   ip=SOURCE,DESTINATION         a UDP datagram in each frame (at a TUN without Ethernet header); else a local experimental EtherType
 *   stations=N                    (learn) so many sources, (send) a random destination among them, beginning at dst=; 1 if not said
 *   octets=N                      length of a frame with its FCS, which is not sent: 64 to 1518
 *   rate=N                        frames a second, in bursts of 32 at most; as fast as it can if not said
 *   warm=MS                       sends so long before what is counted as a rate
 *   cpu=N                         runs on that core
 *
 * Counting reads the interfaces' own counters: a receiver would take the CPU time of what is measured.
 */
#define _GNU_SOURCE
#include "tools.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define FCS_OCTETS 4
#define LONGEST_OCTETS 1518
#define ETHERTYPE_EXPERIMENT 0x88b5	/* IEEE Std 802: Local Experimental EtherType 1 */
#define DISCARD_PORT 9			/* RFC 863 */
#define BURST 64
#define PACED_BURST 32
#define MOST_STATIONS 1048576
#define DRAIN_MS 60			/* what is under way when the last frame is sent still counts */
#define SLEEP_AT_LEAST_NS 30000		/* shorter waits are spun away */
#define TABLE_OCTETS (1 << 19)		/* /proc/net/dev with two thousand interfaces and more */

struct plan {
	const char *from, *to, *others, *source, *destination, *ip;
	uint64_t stations, octets, rate, ms, warm_ms, cpu;
};

struct counters {
	int table;		/* -1: none */
	const char *prefix;
};

struct counts {
	uint64_t frames, silent;
};

static volatile sig_atomic_t is_over;

static void end(int signal_number)
{
	is_over = signal_number;
}

static void enter(const char *name, size_t letters)
{
	char path[256];
	int namespace;

	snprintf(path, sizeof(path), "/run/netns/%.*s", (int)letters, name);
	namespace = open(path, O_RDONLY | O_CLOEXEC);
	if (namespace < 0 || setns(namespace, CLONE_NEWNET) < 0)
		fail(path);
	close(namespace);
}

static void read_mac(const char *text, uint8_t *mac)
{
	unsigned int octets[ETH_ALEN];
	char rest;
	int i;

	if (!text || sscanf(text, "%x:%x:%x:%x:%x:%x%c", &octets[0], &octets[1], &octets[2],
			    &octets[3], &octets[4], &octets[5], &rest) != ETH_ALEN)
		fail_with("not a MAC address");
	for (i = 0; i < ETH_ALEN; i++)
		mac[i] = octets[i];
}

/* The n-th station after the one whose address is given: 02:.. stays 02:.., the last three octets count. */
static void add_station(uint8_t *mac, const uint8_t *base, uint32_t n)
{
	uint32_t low = ((uint32_t)base[3] << 16 | (uint32_t)base[4] << 8 | base[5]) + n;

	mac[3] = low >> 16;
	mac[4] = low >> 8;
	mac[5] = low;
}

static int open_sender(const char *place, int *has_ethernet)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET };
	const char *interface = strchr(place, ':');
	struct ifreq request = { 0 };
	int on = 1, sender;

	if (!interface)
		fail_with("from=NAMESPACE:INTERFACE is expected");
	enter(place, interface - place);
	interface++;
	/* Protocol 0: this socket sends, it must not be handed every frame of the interface. */
	sender = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (sender < 0)
		fail("socket(AF_PACKET)");
	address.sll_ifindex = if_nametoindex(interface);
	if (!address.sll_ifindex)
		fail(interface);
	if (bind(sender, (struct sockaddr *)&address, sizeof(address)) < 0)
		fail("bind(AF_PACKET)");
	/* Straight into the device's ring; a full ring then drops at once, without queue or back-pressure. */
	if (setsockopt(sender, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)) < 0)
		fail("PACKET_QDISC_BYPASS");
	strncpy(request.ifr_name, interface, IFNAMSIZ - 1);
	if (ioctl(sender, SIOCGIFHWADDR, &request) < 0)
		fail(interface);
	*has_ethernet = request.ifr_hwaddr.sa_family == ARPHRD_ETHER;
	return sender;
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

static void make_datagram(uint8_t *packet, size_t octets, const char *addresses)
{
	struct iphdr ip = {
		.version = 4, .ihl = 5, .tot_len = htons(octets), .frag_off = htons(IP_DF), .ttl = 64, .protocol = IPPROTO_UDP,
	};
	struct udphdr udp = {
		.source = htons(DISCARD_PORT), .dest = htons(DISCARD_PORT), .len = htons(octets - sizeof(ip)),	/* no checksum */
	};
	char source[INET_ADDRSTRLEN] = "";
	const char *comma = strchr(addresses, ',');

	if (!comma || (size_t)(comma - addresses) >= sizeof(source))
		fail_with("ip=SOURCE,DESTINATION is expected");
	memcpy(source, addresses, comma - addresses);
	if (inet_pton(AF_INET, source, &ip.saddr) != 1 || inet_pton(AF_INET, comma + 1, &ip.daddr) != 1)
		fail_with("not an IPv4 address");
	ip.check = checksum(&ip, sizeof(ip));
	memcpy(packet, &ip, sizeof(ip));
	memcpy(packet + sizeof(ip), &udp, sizeof(udp));
}

/* Returns the length; a TUN takes the datagram alone. */
static size_t make_frame(uint8_t *frame, const struct plan *plan, int has_ethernet)
{
	size_t octets = plan->octets - FCS_OCTETS;

	memset(frame, 0, LONGEST_OCTETS);
	if (!has_ethernet) {
		if (!plan->ip)
			fail_with("a TUN carries datagrams only");
		make_datagram(frame, octets - ETH_HLEN, plan->ip);
		return octets - ETH_HLEN;
	}
	read_mac(plan->destination, frame);
	read_mac(plan->source, frame + ETH_ALEN);
	frame[12] = plan->ip ? ETH_P_IP >> 8 : ETHERTYPE_EXPERIMENT >> 8;
	frame[13] = plan->ip ? ETH_P_IP & 0xff : ETHERTYPE_EXPERIMENT & 0xff;
	if (plan->ip)
		make_datagram(frame + ETH_HLEN, octets - ETH_HLEN, plan->ip);
	return octets;
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

/* PLACE is NAMESPACE or NAMESPACE:PREFIX. */
static struct counters open_counters(const char *place)
{
	size_t letters = strcspn(place, ":");
	struct counters counters = { .prefix = place[letters] ? place + letters + 1 : "" };

	enter(place, letters);
	/* What is opened stays with the namespace of now. */
	counters.table = open("/proc/thread-self/net/dev", O_RDONLY | O_CLOEXEC);
	if (counters.table < 0)
		fail("/proc/thread-self/net/dev");
	return counters;
}

static struct counts count(const struct counters *counters)
{
	static char text[TABLE_OCTETS];
	struct counts counts = { 0 };
	size_t octets = 0;
	ssize_t more;
	char *line;

	if (counters->table < 0)
		return counts;
	if (lseek(counters->table, 0, SEEK_SET) < 0)
		fail("lseek(/proc/net/dev)");
	while (octets < sizeof(text) - 1 && (more = read(counters->table, text + octets, sizeof(text) - 1 - octets)) > 0)
		octets += more;
	text[octets] = '\0';
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		char name[64];
		unsigned long long received, frames;

		if (sscanf(line, " %63[^:]: %llu %llu", name, &received, &frames) == 3 && strcmp(name, "lo")
		    && !strncmp(name, counters->prefix, strlen(counters->prefix))) {
			counts.frames += frames;
			counts.silent += frames == 0;
		}
	}
	return counts;
}

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;		/* xorshift64: Marsaglia, Journal of Statistical Software 8(14), 2003 */
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static uint8_t frames[BURST][LONGEST_OCTETS];
static struct iovec octets_of[BURST];
static struct mmsghdr burst[BURST];

static void prepare(const struct plan *plan, int has_ethernet)
{
	int i;

	for (i = 0; i < BURST; i++) {
		octets_of[i] = (struct iovec){ .iov_base = frames[i], .iov_len = make_frame(frames[i], plan, has_ethernet) };
		burst[i].msg_hdr.msg_iov = &octets_of[i];
		burst[i].msg_hdr.msg_iovlen = 1;
	}
}

static void wait_for_burst(uint64_t start, uint64_t frame, uint64_t rate)
{
	uint64_t due = start + (uint64_t)((double)frame * NS_PER_SECOND / rate);
	uint64_t now = now_ns();

	if (due > now + SLEEP_AT_LEAST_NS)
		sleep_until_ns(due);
	while (now_ns() < due)
		;
}

static int learn(const struct plan *plan)
{
	uint8_t base[ETH_ALEN];
	uint64_t start, next = 0;
	struct counters to = open_counters(plan->to);
	struct counts first = count(&to);
	int has_ethernet, sender = open_sender(plan->from, &has_ethernet);

	prepare(plan, has_ethernet);
	read_mac(plan->source, base);
	start = now_ns();
	while (next < plan->stations && now_ns() < start + plan->ms * NS_PER_MS && !is_over) {
		unsigned int wanted = plan->stations - next < PACED_BURST ? plan->stations - next : PACED_BURST;
		unsigned int i;

		for (i = 0; i < wanted; i++)
			add_station(frames[i] + ETH_ALEN, base, next + i);
		wait_for_burst(start, next, plan->rate);
		for (i = 0; i < wanted && !is_over;) {
			int done = sendmmsg(sender, burst + i, wanted - i, 0);

			if (done > 0)
				i += done;
			else if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
				fail("sendmmsg");
		}
		next += i;
	}
	sleep_until_ns(now_ns() + DRAIN_MS * NS_PER_MS);
	printf("offered %llu\nreceived %llu\n", (unsigned long long)next, (unsigned long long)(count(&to).frames - first.frames));
	return 0;
}

static void scatter(const struct plan *plan, const uint8_t *base, uint64_t *random)
{
	int i;

	for (i = 0; i < BURST; i++)
		add_station(frames[i], base, next_random(random) % plan->stations);
}

static void report(const char *name, uint64_t frames_counted, uint64_t ns)
{
	printf("%s %.0f\n", name, (double)frames_counted * NS_PER_SECOND / (double)ns);
}

static int send_and_count(const struct plan *plan)
{
	uint8_t base[ETH_ALEN];
	uint64_t offered = 0, refused = 0, offered_warm = 0, random = 0x9e3779b97f4a7c15ull, start, warm, last, until;
	struct counts to_first, to_warm = { 0 }, to_last, others_warm = { 0 }, others_last, others_first;
	struct counters others = plan->others ? open_counters(plan->others) : (struct counters){ .table = -1 };
	struct counters to = open_counters(plan->to);
	int has_ethernet, sender, is_warm = 0;

	open_sink();
	sender = open_sender(plan->from, &has_ethernet);
	prepare(plan, has_ethernet);
	read_mac(plan->destination, base);
	to_first = count(&to);
	others_first = count(&others);
	start = warm = now_ns();
	last = start + (plan->warm_ms + plan->ms) * NS_PER_MS;
	for (;;) {
		uint64_t now = now_ns();
		int done;

		if (!is_warm && now >= start + plan->warm_ms * NS_PER_MS) {
			to_warm = count(&to);
			others_warm = count(&others);
			offered_warm = offered;
			warm = now_ns();
			last = warm + plan->ms * NS_PER_MS;
			is_warm = 1;
		}
		if (now >= last || is_over)
			break;
		if (plan->rate)
			wait_for_burst(start, offered, plan->rate);
		if (plan->stations > 1)
			scatter(plan, base, &random);
		done = sendmmsg(sender, burst, plan->rate ? PACED_BURST : BURST, 0);
		if (done > 0)
			offered += done;
		else if (errno == ENOBUFS || errno == EAGAIN)
			offered++, refused++;	/* the ring is full: more is offered than is taken, as meant */
		else if (errno != EINTR)
			fail("sendmmsg");
	}
	until = now_ns();
	to_last = count(&to);
	others_last = count(&others);
	report("offered_per_second", offered - offered_warm, until - warm);
	report("received_per_second", to_last.frames - to_warm.frames, until - warm);
	report("others_per_second", others_last.frames - others_warm.frames, until - warm);
	sleep_until_ns(until + DRAIN_MS * NS_PER_MS);
	to_last = count(&to);
	others_last = count(&others);
	printf("offered %llu\nrefused %llu\nreceived %llu\nothers %llu\nsilent %llu\n",
		(unsigned long long)offered, (unsigned long long)refused,
		(unsigned long long)(to_last.frames - to_first.frames),
		(unsigned long long)(others_last.frames - others_first.frames),
		(unsigned long long)(to_last.silent + others_last.silent));
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

static const char *value_of(int argc, char **argv, const char *key)
{
	size_t letters = strlen(key);
	int i;

	for (i = 2; i < argc; i++)
		if (!strncmp(argv[i], key, letters) && argv[i][letters] == '=')
			return argv[i] + letters + 1;
	return NULL;
}

static uint64_t number_of(int argc, char **argv, const char *key, uint64_t absent, uint64_t least, uint64_t most)
{
	const char *text = value_of(argc, argv, key);

	return text ? number(text, least, most) : absent;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	struct plan plan = {
		.from = value_of(argc, argv, "from"), .to = value_of(argc, argv, "to"), .others = value_of(argc, argv, "others"),
		.source = value_of(argc, argv, "src"), .destination = value_of(argc, argv, "dst"), .ip = value_of(argc, argv, "ip"),
		.stations = number_of(argc, argv, "stations", 1, 1, MOST_STATIONS),
		.octets = number_of(argc, argv, "octets", 64, 64, LONGEST_OCTETS),
		.rate = number_of(argc, argv, "rate", 0, 1, NS_PER_SECOND),
		.ms = number_of(argc, argv, "ms", 1000, 1, LONGEST_MS),
		.warm_ms = number_of(argc, argv, "warm", 0, 0, LONGEST_MS),
		.cpu = number_of(argc, argv, "cpu", 0, 0, CPU_SETSIZE - 1),
	};

	if (!plan.from || !plan.to || !plan.source || !plan.destination) {
		fprintf(stderr, "usage: frames learn|send from=NAMESPACE:INTERFACE to=NAMESPACE src=MAC dst=MAC [KEY=VALUE...]: see frames.c\n");
		return 2;
	}
	prctl(PR_SET_TIMERSLACK, 1UL);	/* ns: the default of 50 us would make bursts of the pacing */
	pin(plan.cpu);
	signal(SIGTERM, end);
	if (!strcmp(verb, "learn") && plan.rate)
		return learn(&plan);
	if (!strcmp(verb, "send"))
		return send_and_count(&plan);
	fprintf(stderr, "frames: learn or send; learn needs rate=\n");
	return 2;
}
