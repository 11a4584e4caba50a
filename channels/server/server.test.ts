import { afterEach, describe, expect, test } from 'bun:test';
import { type CloseInfo, type Consumer, Denied, type Socket } from '../consumer.ts';
import { socketRouter } from '../routing.ts';
import { dial, handshake, maskedFrame, OPCODES, RawClient, startServer } from '../testing/test-server.ts';

type Started = Awaited<ReturnType<typeof startServer>>;

const started: Started[] = [];
afterEach(async () => {
  for (const server of started.splice(0)) await server.stop({ waitMs: 0 });
});

async function start(options: Parameters<typeof startServer>[0] = {}): Promise<Started> {
  const server = await startServer(options);
  started.push(server);
  return server;
}

/** Echoes frames, and records how it ended. */
function echo(endings: CloseInfo[] = []): Consumer {
  return {
    connect: (socket) => socket.accept(),
    receive: (data, socket) => void socket.send(String(data)),
    disconnect: (ending) => void endings.push(ending),
  };
}

async function request(server: Started, request: string): Promise<{ status: number; head: string }> {
  const { peer, status, head } = await RawClient.request(server.port, request);
  peer.destroy();
  return { status, head };
}

describe('requests', () => {
  test.each([
    'Host: a b',
    'Host: localhost\r\nHost: evil',
    'Host:',
    'Host: a/b',
    'Host: a@b',
    'Host: é',
    'Host: x:99999',
    'X: y',
  ])('a request with %j gets 400, and nothing of it is looked at', async (header) => {
    const response: string[] = [];
    const server = await start({ http: ({ path }) => new Response(void response.push(path)) });
    expect((await request(server, `GET / HTTP/1.1\r\n${header}\r\n\r\n`)).status).toBe(400);
    expect((await request(server, `GET / HTTP/1.1\r\n${header}\r\nUpgrade: websocket\r\n\r\n`)).status).toBe(400);
    expect(response).toEqual([]);
  });

  test.each(['TRACE', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'CONNECT', 'PROPFIND'])(
    'a %s gets 405 and the list of allowed methods',
    async (method) => {
      const server = await start({ http: () => new Response('never') });
      const { status, head } = await request(server, `${method} / HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      expect(status).toBe(405);
      expect(head.toLowerCase()).toContain('allow: get, head, post');
    },
  );

  test('an application gets the path as it was sent, unresolved', async () => {
    const server = await start({
      http: ({ method, path, query, host, scheme, client }) => {
        return Response.json({ method, path, query: query.get('x'), host, scheme, client });
      },
    });
    const answer = await fetch(`${server.url}/a%2Fb/%zz//c?x=1%202#y`);
    expect(await answer.json()).toEqual({
      method: 'GET',
      path: '/a%2Fb/%zz//c',
      query: '1 2',
      host: `127.0.0.1:${server.port}`,
      scheme: 'http',
      client: '127.0.0.1',
    });
  });

  test('a path that looks like another host stays a path', async () => {
    const server = await start({
      http: ({ path, host }) => new Response(null, { headers: { seen: `${path} ${host}` } }),
    });
    const { head } = await request(server, 'GET //evil.example/x HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(head).toContain('//evil.example/x localhost');
  });

  test('an exception is a bare 500, logged once; the next request is served', async () => {
    let failing = true;
    const server = await start({
      http: () => {
        if (failing) throw new Error('the secret');
        return new Response('fine');
      },
    });
    const answer = await fetch(server.url);
    expect(answer.status).toBe(500);
    expect(await answer.text()).toBe('');
    expect(server.log.lines.filter((line) => line.includes('the secret'))).toHaveLength(1);
    failing = false;
    expect(await (await fetch(server.url)).text()).toBe('fine');
  });

  test('an application may refuse a request as it may refuse a socket', async () => {
    const server = await start({
      http: () => {
        throw new Denied(421, { 'x-why': 'host' }, 'Not this name.');
      },
    });
    const answer = await fetch(server.url);
    expect([answer.status, answer.headers.get('x-why'), await answer.text()]).toEqual([421, 'host', 'Not this name.']);
  });

  test('D13: a request that is not answered in time gets 503, a line in the log, and holds nothing up', async () => {
    const never = Promise.withResolvers<Response>();
    const server = await start({
      http: ({ path }) => (path === '/slow' ? never.promise : new Response('quick')),
      limits: { answerMs: 30 },
    });
    const slow = fetch(`${server.url}/slow`);
    expect(await (await fetch(server.url)).text()).toBe('quick');
    const answer = await slow;
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(server.log.lines.filter((line) => line.includes('/slow: not answered'))).toHaveLength(1);
    never.reject(new Error('too late to matter'));
    expect(await (await fetch(server.url)).text()).toBe('quick');
  });

  test('D22: an answer does not name the server', async () => {
    const server = await start({ http: () => new Response('ok') });
    expect((await fetch(server.url)).headers.get('server')).toBeNull();
  });

  test('D30: over IPv6 as over IPv4', async () => {
    const server = await start({
      http: ({ client, host }) => new Response(`${client} ${host}`),
      listen: { port: 0, hostname: '::1' },
    });
    expect(await (await fetch(`http://[::1]:${server.port}/`)).text()).toBe(`::1 [::1]:${server.port}`);
  });

  test('a body over the limit gets 413', async () => {
    const server = await start({
      http: async ({ request }) => new Response(await request.text()),
      limits: { bodyBytes: 1_000 },
    });
    expect((await fetch(server.url, { method: 'POST', body: 'x'.repeat(1_000) })).status).toBe(200);
    expect((await fetch(server.url, { method: 'POST', body: 'x'.repeat(1_001) })).status).toBe(413);
  });

  test('the access log has a line a request and never a query', async () => {
    const lines: string[] = [];
    const server = await start({
      http: () => new Response('ok'),
      websocket: () => echo(),
      accessLog: (line) => lines.push(line),
    });
    await fetch(`${server.url}/page?token=secret`);
    const client = await dial(server, '/ws?token=secret');
    await client.close();
    await server.stop({ waitMs: 1_000 });
    expect(lines[0]).toMatch(/^127\.0\.0\.1 GET \/page 200 \d+ ms$/);
    expect(lines[1]).toBe('127.0.0.1 /ws opened');
    expect(lines[2]).toMatch(/^127\.0\.0\.1 \/ws closed 1000 \d+ ms$/);
    expect(lines).toHaveLength(3);
  });

  test('the access log has a line for every handshake that is refused, whoever refuses it', async () => {
    const lines: string[] = [];
    const server = await start({
      websocket: ({ path }) => {
        if (path === '/in') return echo();
        throw new Denied(403);
      },
      limits: { maxSockets: 1 },
      accessLog: (line) => lines.push(line.replace(/\d+ ms$/, 'ms')),
    });
    const whole = handshake('/ws?token=secret');
    for (const text of [
      whole,
      whole.replace(': 13', ': 12'),
      whole.replace('Sec-WebSocket-Key', 'X-Key'),
      whole.replace('GET', 'POST'),
      whole.replace(/Host: .*/, 'Host: a b'),
    ]) {
      await request(server, text);
    }
    await dial(server, '/in');
    await request(server, whole);
    expect(lines).toEqual([
      '127.0.0.1 /ws refused 403 ms',
      '127.0.0.1 /ws refused 426 ms',
      '127.0.0.1 /ws refused 400 ms',
      '127.0.0.1 /ws refused 405 ms',
      '127.0.0.1 - refused 400 ms',
      '127.0.0.1 /in opened',
      '127.0.0.1 /ws refused 503 ms',
    ]);
  });
});

test('an access log that fails costs lines, never an answer or a socket', async () => {
  const server = await start({
    http: () => new Response('ok'),
    websocket: ({ path }) => {
      if (path === '/no') throw new Denied(403);
      return echo();
    },
    accessLog: () => {
      throw new Error('no space left');
    },
  });
  expect(await (await fetch(server.url)).text()).toBe('ok');
  expect((await request(server, handshake('/no'))).status).toBe(403);
  const client = await dial(server, '/');
  client.sendText('echo');
  expect(await client.receiveText()).toBe('echo');
  expect((await client.close()).code).toBe(1000);
  await server.stop({ waitMs: 1_000 });
  expect(server.log.lines.filter((line) => line.includes('no space left'))).toHaveLength(1);
});

describe('handshakes', () => {
  test('S23: HTTP and WebSocket share a port, and frames come back as they were sent', async () => {
    const server = await start({
      http: () => new Response('page'),
      websocket: socketRouter([['/ws/:name/', () => echo()]]),
    });
    expect(await (await fetch(server.url)).text()).toBe('page');
    const client = await dial(server, '/ws/echo');
    for (const text of [
      '',
      'a',
      'é\u{1f600}',
      'x'.repeat(125),
      'x'.repeat(126),
      'x'.repeat(65_535),
      'x'.repeat(65_536),
    ]) {
      client.sendText(text);
      expect(await client.receiveText()).toBe(text);
    }
    expect(server.sockets).toBe(1);
    await client.close();
  });

  test('B4: an unknown socket path gets 404', async () => {
    const server = await start({ websocket: socketRouter([]) });
    expect((await request(server, handshake('/ws/nowhere/'))).status).toBe(404);
  });

  test.each([
    [{ 'Sec-WebSocket-Key': 'abc' }, 400],
    [{ 'Sec-WebSocket-Key': '' }, 400],
    [{ Connection: 'keep-alive' }, 400],
    [{ 'Sec-WebSocket-Version': '12' }, 426],
    [{ Upgrade: 'h2c' }, 404],
  ])('B6: a handshake with %p gets %p', async (headers, status) => {
    const server = await start({ websocket: () => echo() });
    expect((await request(server, handshake('/ws/', headers))).status).toBe(status);
    expect(server.sockets).toBe(0);
  });

  test('B6: a POST is no handshake', async () => {
    const server = await start({ websocket: () => echo() });
    expect((await request(server, handshake('/ws/').replace('GET', 'POST'))).status).toBe(405);
  });

  test('B7: a plain GET on the path of a socket is a request', async () => {
    const server = await start({ websocket: () => echo(), http: () => new Response(null, { status: 426 }) });
    expect((await fetch(`${server.url}/ws/`)).status).toBe(426);
  });

  test('B8: a subprotocol is agreed on only when the consumer chooses one; its headers are sent', async () => {
    const server = await start({
      websocket: ({ path }) => ({
        connect: (socket) => socket.accept(path === '/b' ? { subprotocol: 'b', headers: { 'x-hello': 'you' } } : {}),
      }),
    });
    const offered = { 'Sec-WebSocket-Protocol': 'a, b' };
    const { head } = await request(server, handshake('/b', offered));
    expect(head).toContain('Sec-WebSocket-Protocol: b\r\n');
    expect(head.toLowerCase()).toContain('x-hello: you');
    expect((await request(server, handshake('/', offered))).head).not.toContain('Sec-WebSocket-Protocol');
  });

  test('a refusal by the consumer is answered with its status, headers and line', async () => {
    const server = await start({
      websocket: () => {
        throw new Denied(429, { 'retry-after': '7' }, 'Too many.');
      },
    });
    const { status, head } = await request(server, handshake('/'));
    expect(status).toBe(429);
    expect(head.toLowerCase()).toContain('retry-after: 7');
  });

  test('B9: a connect that never decides is answered with 503 and cleaned up', async () => {
    const met = Promise.withResolvers<Socket>();
    const never: Consumer = {
      connect(socket) {
        met.resolve(socket);
        return new Promise(() => {});
      },
    };
    const server = await start({ websocket: () => never, limits: { connectMs: 30 } });
    expect((await request(server, handshake('/'))).status).toBe(503);
    expect((await met.promise).signal.aborted).toBe(true);
    expect(server.pendingSockets).toBe(0);
  });

  test('a client that goes while connect is at work ends it: the signal says so, accept rejects, nothing is logged', async () => {
    const met = Promise.withResolvers<Socket>();
    const rejected = Promise.withResolvers<unknown>();
    const slow: Consumer = {
      async connect(socket) {
        met.resolve(socket);
        await new Promise((resolve) => socket.signal.addEventListener('abort', resolve));
        await socket.accept().catch((error: unknown) => {
          rejected.resolve(error);
          throw error;
        });
      },
    };
    const server = await start({ websocket: () => slow });
    const peer = await RawClient.dial(server.port);
    peer.write(handshake('/'));
    await met.promise;
    peer.reset();
    expect(await rejected.promise).toHaveProperty('name', 'AbortError');
    await new Promise((resolve) => setImmediate(resolve));
    expect(server.pendingSockets).toBe(0);
    expect(server.log.lines).toEqual([]);
  });

  test('a full server answers 503 and says when to come back', async () => {
    const server = await start({ websocket: () => echo(), limits: { maxSockets: 1 } });
    const client = await dial(server, '/');
    const { status, head } = await request(server, handshake('/'));
    expect(status).toBe(503);
    expect(head.toLowerCase()).toContain('retry-after');
    await client.close();
  });
});

describe('endings on the wire', () => {
  test.each([
    ['a frame over the limit', maskedFrame(OPCODES.text, 'x'.repeat(64 * 1024 + 1)), 1009],
    ['bad UTF-8', maskedFrame(OPCODES.text, Buffer.from([0xff])), 1007],
    ['a frame that breaks the protocol', maskedFrame(3, 'x'), 1002],
  ])('B26: after %s disconnect runs once, and the client gets the reason', async (_, frame, code) => {
    const endings: CloseInfo[] = [];
    const server = await start({ websocket: () => echo(endings) });
    const { peer } = await RawClient.request(server.port, handshake('/'));
    peer.write(frame);
    expect((await peer.rest()).readUInt16BE(2)).toBe(code);
    expect(endings.map((ending) => ending.code)).toEqual([1006]);
  });

  test('B17: a frame of exactly the limit is welcome', async () => {
    const server = await start({ websocket: () => echo() });
    const client = await dial(server, '/');
    client.sendText('x'.repeat(64 * 1024));
    expect(await client.receiveText()).toHaveLength(64 * 1024);
    await client.close();
  });

  test('B22: the code and reason of a client reach the consumer, and are echoed', async () => {
    const ended = Promise.withResolvers<CloseInfo>();
    const server = await start({ websocket: () => ({ ...echo(), disconnect: (ending) => ended.resolve(ending) }) });
    const client = await dial(server, '/');
    expect(await client.close(4321, 'had enough')).toEqual({ code: 4321, reason: 'had enough' });
    expect(await ended.promise).toEqual({ code: 4321, reason: 'had enough' });
  });

  test('B23, B24: a close by the consumer arrives with its reason, an exception as 1011', async () => {
    const server = await start({
      websocket: () => ({
        connect: (socket) => socket.accept(),
        receive: (data, socket) => {
          if (data === 'throw') throw new Error('on purpose');
          socket.close(4001, 'enough');
        },
      }),
    });
    const [closed, failed, bystander] = [await dial(server, '/'), await dial(server, '/'), await dial(server, '/')];
    closed.sendText('close');
    failed.sendText('throw');
    expect(await closed.closed).toEqual({ code: 4001, reason: 'enough' });
    expect((await failed.closed).code).toBe(1011);
    expect(server.sockets).toBe(1);
    await bystander.close();
  });

  test('B21: a TCP reset is an ending with 1006', async () => {
    const ended = Promise.withResolvers<CloseInfo>();
    const server = await start({ websocket: () => ({ ...echo(), disconnect: (ending) => ended.resolve(ending) }) });
    const { peer } = await RawClient.request(server.port, handshake('/'));
    peer.reset();
    expect(await ended.promise).toEqual({ code: 1006, reason: '' });
    expect(server.sockets).toBe(0);
  });
});

describe('stopping', () => {
  test('B25: every client gets 1012 and a time to return, each a different one; disconnect ran before stop is done', async () => {
    const endings: CloseInfo[] = [];
    const server = await start({ websocket: () => echo(endings) });
    const clients = await Promise.all(Array.from({ length: 10 }, () => dial(server, '/')));
    await server.stop({ retryAfterMs: 1_000, spreadMs: 2_000 });
    expect(endings).toHaveLength(10);
    const closes = await Promise.all(clients.map((client) => client.closed));
    expect(closes.map(({ code }) => code)).toEqual(Array.from({ length: 10 }, () => 1012));
    const times = closes.map(({ reason }) => Number(/^retry_after=(\d+)$/.exec(reason)?.[1]));
    expect(new Set(times).size).toBe(10);
    expect(Math.min(...times)).toBe(1_000);
    expect(Math.max(...times)).toBeLessThan(3_000);
    expect(server.sockets).toBe(0);
  });

  test('nobody new is let in, and the port is free again', async () => {
    const server = await start({ http: () => new Response('ok') });
    const { port } = server;
    await server.stop();
    await expect(RawClient.dial(port)).rejects.toThrow();
    const again = await start({ listen: { port, hostname: '127.0.0.1' }, http: () => new Response('again') });
    expect(await (await fetch(again.url)).text()).toBe('again');
  });

  test('a client that keeps its connection open for a next request does not hold the stop up', async () => {
    const server = await start({ http: () => new Response('ok') });
    const { peer } = await RawClient.request(server.port, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const stopping = server.stop({ waitMs: 60_000 });
    await peer.closed;
    await stopping;
  });

  test('half a request holds the stop up no longer than requests may', async () => {
    const met = Promise.withResolvers<void>();
    const server = await start({
      http: async ({ request }) => {
        met.resolve();
        return new Response(await request.text());
      },
    });
    const [unsaid, endless] = [await RawClient.dial(server.port), await RawClient.dial(server.port)];
    await unsaid.writeFlushed('GET / HT');
    await endless.writeFlushed('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf');
    await met.promise;
    await server.stop({ waitMs: 60_000, requestMs: 50 });
    await Promise.all([unsaid.closed, endless.closed]);
  });

  test('a request under way is answered before the end', async () => {
    const [met, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<Response>()];
    const server = await start({
      http: () => {
        met.resolve();
        return answer.promise;
      },
    });
    const response = fetch(server.url);
    await met.promise;
    const stopping = server.stop();
    answer.resolve(new Response('done'));
    expect(await (await response).text()).toBe('done');
    await stopping;
  });

  test('a request begun before and completed only now gets 503, and reaches no application', async () => {
    const response: string[] = [];
    const server = await start({
      http: ({ path }) => {
        response.push(path);
        return new Response('ok');
      },
      websocket: ({ path }) => {
        response.push(path);
        return echo();
      },
    });
    const [request, socket] = [await RawClient.dial(server.port), await RawClient.dial(server.port)];
    await request.writeFlushed('GET /page HTTP/1.1\r\nHost: localhost\r\n');
    await socket.writeFlushed(handshake('/ws').slice(0, -'\r\n'.length));
    // An answer to a later request: the server has both halves.
    await fetch(`${server.url}/`);
    const stopping = server.stop({ waitMs: 60_000 });
    for (const peer of [request, socket]) {
      peer.write('\r\n');
      expect((await peer.until('\r\n\r\n')).toString()).toMatch(/^HTTP\/1.1 503 [\s\S]*retry-after: 1/i);
    }
    await stopping;
    expect(response).toEqual(['/']);
  });

  test('a handshake under way is refused with 503; a consumer whose disconnect hangs is waited for, but not for ever', async () => {
    const met = Promise.withResolvers<void>();
    const hanging: Consumer = { connect: (socket) => socket.accept(), disconnect: () => new Promise(() => {}) };
    const undecided: Consumer = {
      connect() {
        met.resolve();
        return new Promise(() => {});
      },
    };
    const server = await start({ websocket: ({ path }) => (path === '/hang' ? hanging : undecided) });
    const client = await dial(server, '/hang');
    const response = request(server, handshake('/'));
    await met.promise;
    await server.stop({ waitMs: 50 });
    expect((await response).status).toBe(503);
    expect((await client.closed).code).toBe(1012);
  });
});
