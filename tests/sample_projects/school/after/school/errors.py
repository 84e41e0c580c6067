from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from getstream import StreamApiException


def install(app: FastAPI) -> None:
    @app.exception_handler(StreamApiException)
    async def chat_failed(request: Request, error: StreamApiException) -> JSONResponse:
        return JSONResponse({"detail": "the chat failed", "status": error.status_code}, status_code=424)
