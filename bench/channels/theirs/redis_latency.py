"""Half of a round trip through channels_redis' publish/subscribe layer, from one process to one member in another.
`answer` prints `ready` and answers until it is ended; `ask` prints the median in microseconds as a JSON object."""
import asyncio
import json
import statistics
import sys
import time

from channels_redis.pubsub import RedisPubSubChannelLayer

role, url = sys.argv[1], sys.argv[2]
trips = int(sys.argv[3]) if len(sys.argv) > 3 else 0
under_way = int(sys.argv[4]) if len(sys.argv) > 4 else 1
WARM_UP = 2_000
EVENT = {"type": "message", "text": "x" * 100}


async def member_of(layer, group):
    channel = await layer.new_channel()
    await layer.group_add(group, channel)
    return channel


async def answer(layer):
    channel = await member_of(layer, "asked")
    # Subscribing is confirmed by Redis after group_add returned.
    await asyncio.sleep(0.5)
    print("ready", flush=True)
    while True:
        await layer.group_send("answered", await layer.receive(channel))


async def ask(layer):
    channel = await member_of(layer, "answered")
    await asyncio.sleep(0.5)
    halves = []

    async def send():
        await layer.group_send("asked", {**EVENT, "at": time.perf_counter()})

    for _ in range(under_way):
        await send()
    while len(halves) < WARM_UP + trips:
        event = await layer.receive(channel)
        halves.append((time.perf_counter() - event["at"]) / 2 * 1e6)
        await send()
    print(json.dumps({"figure": statistics.median(halves[WARM_UP:])}))


async def main():
    layer = RedisPubSubChannelLayer(hosts=[url])
    await (answer(layer) if role == "answer" else ask(layer))
    await layer.flush()


asyncio.run(main())
