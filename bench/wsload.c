// wsload: a load for WebSocket servers that costs less than the servers it measures. One thread, epoll.
// It opens N connections, lets S of them send in a closed loop (W messages each on their way), and counts every message
// that arrives, by its marker "@sender:nanoseconds:number@". The last line is a JSON object.
// usage: wsload PORT PATH N S W SECONDS TEMPLATE [options]
//   PATH         %d in it: the connection's number modulo --rooms
//   TEMPLATE     what is sent; %s: the marked text, %n: a nonce, unique, time first
//   --rooms R    how many rooms there are (1)
//   --headers F  one header line a connection, in turn, from a file
//   --hello T    a frame each connection sends first
//   --pong       answers the text frame "2" with "3" (engine.io)
//   --pid P      also tells processor time and memory of this process
//   --pad B      makes every text at least B bytes long
//   --settle S   seconds between the last handshake and the first message (1)
//   --idle       sends nothing: opens, settles, tells the memory, ends
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NANOSECONDS 1000000000ull
#define EVENTS_A_TURN 1024
#define HANDSHAKES_AT_ONCE 64
#define CONNECTIONS_AN_ADDRESS 20000
#define STALLED_AFTER_MS 20000
#define WARM_UP_SECONDS 1
#define LATENCIES_KEPT 4000000
#define LATENCY_READERS 50
#define READ_ROOM 65536
#define TEXT_BYTES 8300

typedef struct {
  int fd, id, is_open, on_their_way;
  char *bytes;
  size_t length, capacity;
} Connection;

typedef struct {
  int port, connections, senders, window, rooms, pid, pong, idle, padding;
  const char *path, *template, *hello;
  char **headers;
  int header_count;
  double seconds, settle;
} Options;

static Options options = {.rooms = 1, .settle = 1};
static Connection *connections;
static int epoll_fd, sending, counting, reader_step = 1;
static uint64_t sent, frames, arrived, number;
static uint32_t *latencies;
static size_t latency_count;

static void give_up(const char *why, int code) {
  fprintf(stderr, "wsload: %s\n", why);
  exit(code);
}

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * NANOSECONDS + time.tv_nsec;
}

static void send_all(Connection *to, const char *bytes, size_t count) {
  size_t done = 0;
  while (done < count) {
    ssize_t n = send(to->fd, bytes + done, count - done, MSG_NOSIGNAL);
    if (n >= 0) { done += n; continue; }
    if (errno != EAGAIN) { perror("send"); exit(3); }
    usleep(50);
  }
}

static void send_text(Connection *to, const char *text, size_t length) {
  static const unsigned char mask[4] = {1, 2, 3, 4};
  char frame[TEXT_BYTES + 700];
  size_t header = 2;
  frame[0] = (char)0x81;
  frame[1] = (char)(0x80 | length);
  if (length > 125) {
    frame[1] = (char)(0x80 | 126);
    frame[2] = (char)(length >> 8);
    frame[3] = (char)length;
    header = 4;
  }
  memcpy(frame + header, mask, 4);
  header += 4;
  for (size_t i = 0; i < length; i++) frame[header + i] = (char)(text[i] ^ mask[i & 3]);
  send_all(to, frame, header + length);
}

static size_t marked_text(const Connection *from, char *text) {
  int length = snprintf(text, TEXT_BYTES, "@%d:%llu:%llu@", from->id, (unsigned long long)now(), (unsigned long long)number++);
  while (length < options.padding && length < TEXT_BYTES - 1) text[length++] = 'x';
  text[length] = 0;
  return length;
}

static void send_message(Connection *from) {
  char text[TEXT_BYTES], message[TEXT_BYTES + 500];
  size_t length = 0, room = sizeof message;
  marked_text(from, text);
  for (const char *at = options.template; *at && length < room - 1;) {
    if (at[0] == '%' && at[1] == 's') {
      length += snprintf(message + length, room - length, "%s", text);
      at += 2;
    } else if (at[0] == '%' && at[1] == 'n') {
      unsigned long long milliseconds = now() / 1000000;
      length += snprintf(message + length, room - length, "%012llx-%08x", milliseconds, (unsigned)number * 2654435761u);
      at += 2;
    } else {
      message[length++] = *at++;
    }
  }
  send_text(from, message, length);
  from->on_their_way++;
  sent++;
}

static void note_latency(const Connection *reader, const char *since) {
  if (!counting || reader->id % reader_step != 0 || latency_count == LATENCIES_KEPT) return;
  latencies[latency_count++] = (now() - strtoull(since, 0, 10)) / 1000;
}

// One frame may carry many messages: every marker counts.
static void count_messages(Connection *reader, char *from, size_t length) {
  char *end = from + length;
  while ((from = memchr(from, '@', end - from))) {
    char *close = memchr(from + 1, '@', end - from - 1);
    if (!close) return;
    char *colon = memchr(from + 1, ':', close - from - 1);
    if (!colon || from[1] < '0' || from[1] > '9') { from++; continue; }
    arrived++;
    note_latency(reader, colon + 1);
    if (sending && atoi(from + 1) == reader->id) {
      reader->on_their_way--;
      send_message(reader);
    }
    from = close + 1;
  }
}

static void hear_frame(Connection *on, unsigned kind, char *text, size_t length) {
  if (kind == 9) { send_all(on, "\x8a\x80\0\0\0\0", 6); return; }
  if (kind == 8) {
    int code = length >= 2 ? (unsigned char)text[0] << 8 | (unsigned char)text[1] : 0;
    fprintf(stderr, "wsload: the server closed connection %d with %d\n", on->id, code);
    exit(4);
  }
  if (kind > 2) return;
  if (options.pong && length == 1 && text[0] == '2') { send_text(on, "3", 1); return; }
  frames++;
  count_messages(on, text, length);
}

// The length of the frame that starts here, header and all; 0: it is not all there yet.
static size_t frame_length(const unsigned char *bytes, size_t count, size_t *header) {
  if (count < 2) return 0;
  size_t length = bytes[1] & 127;
  *header = length == 126 ? 4 : length == 127 ? 10 : 2;
  if (count < *header) return 0;
  if (length == 126) length = bytes[2] << 8 | bytes[3];
  else if (length == 127) {
    length = 0;
    for (int i = 2; i < 10; i++) length = length << 8 | bytes[i];
  }
  return count < *header + length ? 0 : *header + length;
}

static size_t finish_handshake(Connection *on) {
  char *end = memmem(on->bytes, on->length, "\r\n\r\n", 4);
  if (!end) return 0;
  if (memcmp(on->bytes, "HTTP/1.1 101", 12) != 0) {
    fprintf(stderr, "wsload: refused: %.*s\n", (int)(end - on->bytes), on->bytes);
    exit(5);
  }
  on->is_open = 1;
  return end + 4 - on->bytes;
}

static void take_bytes(Connection *on) {
  size_t at = on->is_open ? 0 : finish_handshake(on), header = 0, length;
  if (!on->is_open) return;
  while ((length = frame_length((unsigned char *)on->bytes + at, on->length - at, &header))) {
    hear_frame(on, on->bytes[at] & 15, on->bytes + at + header, length - header);
    at += length;
  }
  memmove(on->bytes, on->bytes + at, on->length - at);
  on->length -= at;
}

static void hear(Connection *on) {
  for (;;) {
    if (on->capacity - on->length < READ_ROOM) {
      on->capacity = on->capacity ? on->capacity * 2 : 2 * READ_ROOM;
      on->bytes = realloc(on->bytes, on->capacity);
    }
    size_t room = on->capacity - on->length;
    ssize_t count = recv(on->fd, on->bytes + on->length, room, 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count < 0) { perror("recv"); exit(3); }
    if (count == 0) give_up("the server ended a connection", 4);
    on->length += count;
    take_bytes(on);
    if ((size_t)count < room) return;
  }
}

static int hear_all(int wait_ms) {
  struct epoll_event events[EVENTS_A_TURN];
  int count = epoll_wait(epoll_fd, events, EVENTS_A_TURN, wait_ms);
  for (int i = 0; i < count; i++) hear(events[i].data.ptr);
  return count;
}

static void hear_until(uint64_t end) {
  while (now() < end) hear_all(50);
}

static void ask_to_come_in(Connection *who) {
  char path[512], request[6000];
  const char *header = options.header_count ? options.headers[who->id % options.header_count] : "";
  snprintf(path, sizeof path, options.path, who->id % options.rooms);
  int length = snprintf(request, sizeof request,
    "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s%s\r\n",
    path, options.port, options.port, header, *header ? "\r\n" : "");
  send_all(who, request, length);
}

// One loopback address has too few ports for very many connections.
static void open_connection(int id) {
  Connection *it = &connections[id];
  int one = 1;
  it->id = id;
  it->fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(options.port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + id / CONNECTIONS_AN_ADDRESS);
  if (connect(it->fd, (void *)&address, sizeof address) < 0) { perror("connect"); exit(3); }
  setsockopt(it->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  fcntl(it->fd, F_SETFL, O_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = it};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, it->fd, &event);
  ask_to_come_in(it);
}

static void open_all(void) {
  int asked = 0, open = 0;
  while (open < options.connections) {
    while (asked < options.connections && asked - open < HANDSHAKES_AT_ONCE) open_connection(asked++);
    if (hear_all(STALLED_AFTER_MS) == 0) give_up("the server stopped answering handshakes", 5);
    while (open < asked && connections[open].is_open) {
      if (options.hello) send_text(&connections[open], options.hello, strlen(options.hello));
      open++;
    }
  }
}

static double processor_seconds(int pid) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  text[fread(text, 1, sizeof text - 1, file)] = 0;
  fclose(file);
  unsigned long user = 0, system = 0;
  char *name_end = strrchr(text, ')');
  if (name_end) sscanf(name_end + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
  return (double)(user + system) / sysconf(_SC_CLK_TCK);
}

static long resident_kb(int pid) {
  char path[64];
  long all, resident = 0;
  snprintf(path, sizeof path, "/proc/%d/statm", pid);
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  if (fscanf(file, "%ld %ld", &all, &resident) != 2) resident = 0;
  fclose(file);
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static double own_seconds(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static int by_size(const void *left, const void *right) {
  uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
  return (a > b) - (a < b);
}

static double latency_ms(double share) {
  return latency_count ? latencies[(size_t)((latency_count - 1) * share)] / 1e3 : 0;
}

static void start_sending(void) {
  int step = options.connections / options.senders ? options.connections / options.senders : 1;
  reader_step = options.connections / LATENCY_READERS ? options.connections / LATENCY_READERS : 1;
  sending = 1;
  for (int s = 0; s < options.senders; s++)
    for (int w = 0; w < options.window; w++) send_message(&connections[(s * step) % options.connections]);
}

static void measure(void) {
  start_sending();
  hear_until(now() + WARM_UP_SECONDS * NANOSECONDS);
  uint64_t start = now(), sent_before = sent, frames_before = frames, arrived_before = arrived;
  double server_before = processor_seconds(options.pid), own_before = own_seconds();
  counting = 1;
  hear_until(start + (uint64_t)(options.seconds * NANOSECONDS));
  double took = (double)(now() - start) / NANOSECONDS;
  qsort(latencies, latency_count, sizeof *latencies, by_size);
  printf(",\"sentPerSecond\":%.0f,\"deliveredPerSecond\":%.0f,\"framesPerSecond\":%.0f", (sent - sent_before) / took,
    (arrived - arrived_before) / took, (frames - frames_before) / took);
  printf(",\"p50Ms\":%.2f,\"p99Ms\":%.2f,\"maxMs\":%.2f", latency_ms(0.5), latency_ms(0.99), latency_ms(1));
  printf(",\"serverCpu\":%.2f,\"serverKb\":%ld,\"clientCpu\":%.2f", (processor_seconds(options.pid) - server_before) / took,
    resident_kb(options.pid), (own_seconds() - own_before) / took);
}

static void read_headers(const char *path) {
  char line[4096];
  FILE *file = fopen(path, "r");
  if (!file) { perror(path); exit(2); }
  while (fgets(line, sizeof line, file)) {
    line[strcspn(line, "\r\n")] = 0;
    options.headers = realloc(options.headers, (options.header_count + 1) * sizeof *options.headers);
    options.headers[options.header_count++] = strdup(line);
  }
  fclose(file);
}

static void read_options(int argc, char **argv) {
  if (argc < 8) give_up("usage: wsload PORT PATH N S W SECONDS TEMPLATE [options]", 2);
  options.port = atoi(argv[1]);
  options.path = argv[2];
  options.connections = atoi(argv[3]);
  options.senders = atoi(argv[4]);
  options.window = atoi(argv[5]);
  options.seconds = atof(argv[6]);
  options.template = argv[7];
  for (int i = 8; i < argc; i++) {
    if (!strcmp(argv[i], "--pong")) { options.pong = 1; continue; }
    if (!strcmp(argv[i], "--idle")) { options.idle = 1; continue; }
    if (i + 1 == argc) give_up("the last option lacks its value", 2);
    const char *name = argv[i], *value = argv[++i];
    if (!strcmp(name, "--rooms")) options.rooms = atoi(value);
    else if (!strcmp(name, "--headers")) read_headers(value);
    else if (!strcmp(name, "--hello")) options.hello = value;
    else if (!strcmp(name, "--pid")) options.pid = atoi(value);
    else if (!strcmp(name, "--pad")) options.padding = atoi(value);
    else if (!strcmp(name, "--settle")) options.settle = atof(value);
    else give_up("an option that is not known", 2);
  }
}

int main(int argc, char **argv) {
  read_options(argc, argv);
  struct rlimit files = {1 << 20, 1 << 20};
  setrlimit(RLIMIT_NOFILE, &files);
  latencies = malloc(LATENCIES_KEPT * sizeof *latencies);
  connections = calloc(options.connections, sizeof *connections);
  epoll_fd = epoll_create1(0);
  long before = resident_kb(options.pid);
  uint64_t start = now();
  open_all();
  double took = (double)(now() - start) / NANOSECONDS;
  hear_until(now() + (uint64_t)(options.settle * NANOSECONDS));
  printf("{\"connections\":%d,\"handshakesPerSecond\":%.0f,\"kbAConnection\":%.2f", options.connections,
    options.connections / took, (double)(resident_kb(options.pid) - before) / options.connections);
  if (!options.idle) measure();
  printf("}\n");
  return 0;
}
