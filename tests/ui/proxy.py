"""A small reverse proxy for the tests: `python proxy.py PORT http://127.0.0.1:INNER` offers it under /rashomon."""

import sys

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

port, inner = int(sys.argv[1]), sys.argv[2]
client = httpx.AsyncClient(base_url=inner, timeout=60)


async def forward(request: Request) -> StreamingResponse:
    headers = {k: v for k, v in request.headers.items() if k not in ("host", "connection")}
    headers |= {"x-forwarded-host": request.headers["host"], "x-forwarded-proto": "http"}
    path = f"{request.url.path.removeprefix('/rashomon')}?{request.url.query}"
    passed_on = client.build_request(request.method, path, headers=headers, content=await request.body())
    answer = await client.send(passed_on, stream=True)
    response = StreamingResponse(answer.aiter_raw(), answer.status_code)
    kept = [(k, v) for k, v in answer.headers.multi_items() if k not in ("transfer-encoding", "connection")]
    response.raw_headers = [(k.encode(), v.encode()) for k, v in kept]
    return response


async def icon(request: Request) -> Response:
    return Response(status_code=204)


page = Route("/rashomon{rest:path}", forward, methods=["GET", "POST", "HEAD"])
app = Starlette(routes=[page, Route("/favicon.ico", icon)])
uvicorn.run(app, port=port, log_level="warning")
