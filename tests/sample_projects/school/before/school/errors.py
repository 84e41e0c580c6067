from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from stream_chat.base.exceptions import StreamAPIException


def install(app: FastAPI) -> None:
    @app.exception_handler(StreamAPIException)
    async def chat_failed(request: Request, error: StreamAPIException) -> JSONResponse:
        return JSONResponse({"detail": "the chat failed", "status": error.status_code}, status_code=424)
