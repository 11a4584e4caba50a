// redis-floor: the least that a message through Redis can cost: two of these and a server, no event loop, no protocol read,
// nothing numbered, nothing subscribed again, one system call to send and one to hear. Whatever speaks to Redis on this
// machine is measured against it in the same run.
// usage: redis-floor answer PORT          says `ready`, and answers until it is ended
//        redis-floor ask PORT TRIPS       prints the median of half a round trip in microseconds, as a JSON object
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define WARM_UP 2000
#define TRIPS_MAX 1000000
// What the Redis layer makes of an event of 100 characters: who wrote it, its number, JSON.
#define CHARACTERS 170

static int server;
static char heard[4096], command[1024];
static double halves[TRIPS_MAX];

static double now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static void dial(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int on = 1;
  server = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(server, (struct sockaddr *)&address, sizeof address) != 0) { perror("connect"); exit(1); }
  setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static void tell(const char *text) {
  if (send(server, text, strlen(text), MSG_NOSIGNAL) < 0) { perror("send"); exit(1); }
}

// What is so small arrives whole, but together with answers to what was told.
static void hear(const char *word) {
  do {
    ssize_t length = recv(server, heard, sizeof heard - 1, 0);
    if (length <= 0) exit(1);
    heard[length] = 0;
  } while (strstr(heard, word) == NULL);
}

// Subscribed and telling on one connection, as RESP3 allows and as channels/ does it.
static void subscribe(const char *topic) {
  char text[128];
  snprintf(text, sizeof text, "*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n*2\r\n$9\r\nSUBSCRIBE\r\n$%zu\r\n%s\r\n", strlen(topic), topic);
  tell(text);
  hear("\r\nsubscribe\r\n");
}

static void write_to(const char *topic) {
  char text[CHARACTERS + 1];
  memset(text, 'x', CHARACTERS);
  text[CHARACTERS] = 0;
  snprintf(command, sizeof command, "*3\r\n$7\r\nPUBLISH\r\n$%zu\r\n%s\r\n$%d\r\n%s\r\n", strlen(topic), topic, CHARACTERS, text);
}

static int in_order(const void *a, const void *b) {
  double difference = *(const double *)a - *(const double *)b;
  return (difference > 0) - (difference < 0);
}

static double trip_us(void) {
  double started = now_us();
  tell(command);
  hear("\r\nmessage\r\n");
  return now_us() - started;
}

static void answer(void) {
  write_to("answered");
  subscribe("asked");
  puts("ready");
  fflush(stdout);
  for (;;) {
    hear("\r\nmessage\r\n");
    tell(command);
  }
}

static void ask(int trips) {
  write_to("asked");
  subscribe("answered");
  for (int trip = 0; trip < WARM_UP; trip++) trip_us();
  for (int trip = 0; trip < trips; trip++) halves[trip] = trip_us() / 2;
  qsort(halves, trips, sizeof *halves, in_order);
  printf("{\"figure\": %.1f}\n", halves[trips / 2]);
}

int main(int count, char **words) {
  if (count < 3) { fprintf(stderr, "usage: redis-floor answer PORT | ask PORT TRIPS\n"); return 2; }
  dial(atoi(words[2]));
  if (strcmp(words[1], "answer") == 0) answer();
  int trips = count > 3 ? atoi(words[3]) : 0;
  if (trips < 1 || trips > TRIPS_MAX) { fprintf(stderr, "redis-floor: trips: 1 to %d\n", TRIPS_MAX); return 2; }
  ask(trips);
  return 0;
}
