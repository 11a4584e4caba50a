// floor: the least a server of one thread can do for "one message to everybody": no JSON, no HTTP, no state, nothing
// kept. What arrives in one turn goes out as one send(2) a socket. A real server is measured against it on the same
// machine in the same run.
// usage: floor PORT [each]     each: one send per message instead, nothing put together
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define SOCKETS_MAX 65536
#define EVENTS_A_TURN 1024

static int sockets[SOCKETS_MAX], socket_count;
static char is_open[SOCKETS_MAX];
static char out[1 << 22];
static size_t out_length;

static void send_to(int fd) {
  size_t sent = 0;
  while (sent < out_length) {
    ssize_t n = send(fd, out + sent, out_length - sent, MSG_NOSIGNAL);
    if (n >= 0) { sent += n; continue; }
    if (errno != EAGAIN) return;
    usleep(20);
  }
}

static void flush_all(void) {
  if (out_length == 0) return;
  for (int i = 0; i < socket_count; i++) if (is_open[sockets[i]]) send_to(sockets[i]);
  out_length = 0;
}

static void come_in(int epoll, int listener) {
  int one = 1, fd = accept4(listener, 0, 0, SOCK_NONBLOCK);
  if (fd < 0) return;
  if (fd >= SOCKETS_MAX) { close(fd); return; }
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  is_open[fd] = 0;
  sockets[socket_count++] = fd;
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static void leave(int fd) {
  close(fd);
  for (int i = 0; i < socket_count; i++) {
    if (sockets[i] != fd) continue;
    sockets[i] = sockets[--socket_count];
    return;
  }
}

static void shake_hands(int fd) {
  static const char answer[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n";
  is_open[fd] = 1;
  send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL);
}

// A masked frame as it came, put behind what waits, without its mask.
static void queue_frame(const unsigned char *text, const unsigned char *mask, size_t length) {
  if (out_length + length + 4 > sizeof out) flush_all();
  char *to = out + out_length;
  size_t header = 2;
  to[0] = (char)0x81;
  to[1] = (char)length;
  if (length > 125) { to[1] = 126; to[2] = (char)(length >> 8); to[3] = (char)length; header = 4; }
  for (size_t i = 0; i < length; i++) to[header + i] = (char)(text[i] ^ mask[i & 3]);
  out_length += header + length;
}

static void read_frames(unsigned char *bytes, size_t count, int each) {
  size_t at = 0;
  while (at + 6 <= count) {
    unsigned char *frame = bytes + at;
    size_t length = frame[1] & 127, header = 2;
    if (length == 126) { length = frame[2] << 8 | frame[3]; header = 4; }
    if (at + header + 4 + length > count) return;
    queue_frame(frame + header + 4, frame + header, length);
    at += header + 4 + length;
    if (each) flush_all();
  }
}

static void hear(int fd, int each) {
  static unsigned char bytes[1 << 16];
  ssize_t count = recv(fd, bytes, sizeof bytes, 0);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) { leave(fd); return; }
  if (is_open[fd]) read_frames(bytes, count, each);
  else shake_hands(fd);
}

static int listen_on(int port) {
  int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(fd, (void *)&address, sizeof address) < 0 || listen(fd, 4096) < 0) { perror("listen"); exit(1); }
  return fd;
}

int main(int argc, char **argv) {
  if (argc < 2) { fprintf(stderr, "usage: floor PORT [each]\n"); return 2; }
  int each = argc > 2, listener = listen_on(atoi(argv[1])), epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[EVENTS_A_TURN];
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  printf("listening\n");
  fflush(stdout);
  for (;;) {
    int count = epoll_wait(epoll, events, EVENTS_A_TURN, -1);
    for (int i = 0; i < count; i++) {
      if (events[i].data.fd == listener) come_in(epoll, listener);
      else hear(events[i].data.fd, each);
    }
    flush_all();
  }
}
