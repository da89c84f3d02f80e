"""An MCP client with plain blocking calls over the `mcp` package's asynchronous session."""

from __future__ import annotations

import asyncio
import json
import threading
from concurrent.futures import Future
from datetime import timedelta
from typing import Any

import httpx
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from .server import Server

CALL_SECONDS = 200.0


class ToolError(Exception):
    """The server answered the call with an error; the text is the server's."""


class McpClient:
    """One MCP session with one server. Its event loop lives on a thread of its own, so `call` may be used while
    other calls are in flight."""

    def __init__(self, server: Server) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mcp-client", daemon=True)
        self._thread.start()
        opened: Future[ClientSession] = Future()
        # Entered and left by one task: the package's cancel scopes demand it.
        self._end = asyncio.Event()
        self._life = asyncio.run_coroutine_threadsafe(self._live(server, opened), self._loop)
        self._session = opened.result(timeout=60)

    def start(self, tool: str, **arguments: Any) -> Future[dict[str, Any]]:
        """Begins a call; the future gives the tool's result or raises ToolError."""
        return asyncio.run_coroutine_threadsafe(self._call(tool, arguments), self._loop)

    def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        return self.start(tool, **arguments).result(timeout=CALL_SECONDS)

    def sessions(self) -> dict[str, dict[str, Any]]:
        """The editors that the server knows, by session id."""
        listed = self.call("session_manage", op="list")
        return {session["session_id"]: session for session in listed["sessions"]}

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        try:
            self._life.result(timeout=10)
        except Exception:
            # The server may be gone already: its end is the test's business, not this client's.
            self._life.cancel()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)

    async def _live(self, server: Server, opened: Future[ClientSession]) -> None:
        try:
            # No proxy of the environment may stand between; a call's own deadline is the only one.
            http = httpx.AsyncClient(headers=server.http_headers, trust_env=False, timeout=CALL_SECONDS)
            async with http, streamable_http_client(server.mcp_url, http_client=http) as (read, write, _):
                async with ClientSession(read, write) as session:
                    await session.initialize()
                    opened.set_result(session)
                    await self._end.wait()
        except BaseException as error:
            if not opened.done():
                opened.set_exception(error)
            raise

    async def _call(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        result = await self._session.call_tool(tool, arguments, read_timeout_seconds=timedelta(seconds=CALL_SECONDS))
        if result.isError:
            raise ToolError(" ".join(getattr(block, "text", "") for block in result.content))
        if result.structuredContent is not None:
            return result.structuredContent
        return json.loads(result.content[0].text)
