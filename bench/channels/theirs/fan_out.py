"""1,000 consumers of Django Channels in one group of one process: deliveries a second, as a JSON object."""
import asyncio
import json
import sys
import time

from django.conf import settings

settings.configure(CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}})

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.layers import get_channel_layer  # noqa: E402

GROUP = "room"
members, seconds = int(sys.argv[1]), float(sys.argv[2])


class Received:
    count = 0
    joined = 0
    due = 0
    all = asyncio.Event()

    @classmethod
    def one(cls):
        cls.count += 1
        if cls.count == cls.due:
            cls.all.set()


class Member(AsyncWebsocketConsumer):
    groups = [GROUP]

    async def connect(self):
        await self.accept()
        Received.joined += 1

    async def message(self, event):
        Received.one()


async def be_member():
    """What a server does around a consumer: passes it the connection, and no event after that."""
    events = asyncio.Queue()
    await events.put({"type": "websocket.connect"})

    async def send(message):
        pass

    await Member.as_asgi()({"type": "websocket", "path": "/"}, events.get, send)


async def broadcast(layer):
    Received.due += members
    Received.all.clear()
    await layer.group_send(GROUP, {"type": "message", "text": "x" * 100})
    await Received.all.wait()


async def main():
    layer = get_channel_layer()
    tasks = [asyncio.ensure_future(be_member()) for _ in range(members)]
    while Received.joined < members:
        await asyncio.sleep(0.01)
    await broadcast(layer)
    started, before = time.perf_counter(), Received.count
    while time.perf_counter() - started < seconds:
        await broadcast(layer)
    print(json.dumps({"figure": (Received.count - before) / (time.perf_counter() - started)}))
    for task in tasks:
        task.cancel()


asyncio.run(main())
