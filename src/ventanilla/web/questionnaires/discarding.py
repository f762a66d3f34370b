"""Uploads that are only tried: counted as they arrive and thrown away, kept neither in memory nor on disk: nothing remains."""
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest


class Discarding(FileUploadHandler):
    """Says of each file its name and size."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Nothing is handed on to a handler that would keep it."""

    def file_complete(self, file_size: int) -> "UploadedFile[Any]":
        """A file without bytes that says how many there were."""
        return UploadedFile(BytesIO(), self.file_name, self.content_type, file_size)


def discard_uploads(request: HttpRequest) -> None:
    """From here on nothing that is uploaded is kept. To be called before the form is read, so the view asks for the token after it."""
    handler: Any = Discarding(request)
    request.upload_handlers = [handler]
