"""Structured logs: one JSON object a line, with the request's id, without personal data."""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Final

request_id: ContextVar[str] = ContextVar("request_id", default="")
EMAIL: Final = re.compile(r"([\w.+-])[\w.+-]*@([\w-]+(?:\.[\w-]+)+)")
SECRET: Final = re.compile(
    r"(?i)\b(authorization|cookie|password|token|secret)(['\"]?\s*[=:]\s*['\"]?(?:bearer\s+|basic\s+)?)[^\s'\",;&]+"
)
TRACEBACK: Final = 6000  # characters kept of a traceback, the last ones: they say where it failed
STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def mask(text: str) -> str:
    """E-mail addresses keep their first letter and domain; values of secrets become ***."""
    return SECRET.sub(r"\1\2***", EMAIL.sub(r"\1***@\2", text))


class JsonFormatter(logging.Formatter):
    """time (UTC, ISO 8601), level, logger, message, request_id, the record's extras and the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": mask(record.getMessage()),
        }
        if current := request_id.get():
            line["request_id"] = current
        line.update(_extras(record))
        if record.exc_info:
            line["traceback"] = mask(self.formatException(record.exc_info)[-TRACEBACK:])
        return json.dumps(line, ensure_ascii=False)


def _extras(record: logging.LogRecord) -> dict[str, object]:
    return {
        k: v if isinstance(v, int | float | bool) else mask(str(v))
        for k, v in vars(record).items()
        if k not in STANDARD and k != "request"
    }
