"""The cheapest server with a session check that Channels can have, for Daphne: looks the cookie up in a table in
memory; no session engine, no database, no channel layer."""
from django.conf import settings

settings.configure()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.sessions import CookieMiddleware  # noqa: E402
from django.urls import path  # noqa: E402

SESSIONS = {f"token-{number}": f"person {number}" for number in range(1_000)}


class SessionConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        person = SESSIONS.get(self.scope["cookies"].get("session"))
        if person is None:
            await self.close()
        else:
            self.scope["user"] = person
            await self.accept()


application = ProtocolTypeRouter({"websocket": CookieMiddleware(URLRouter([path("ws/", SessionConsumer.as_asgi())]))})
