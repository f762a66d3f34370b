"""What a web process holds after it has loaded, and how it gives its answers."""
import json
import subprocess
import sys

from ventanilla.config import memory

LOADED = """
import ctypes, gc, json, mmap
from ventanilla.config import memory
kept = mmap.mmap(-1, 16 * memory.LARGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
kept[:] = bytes(range(256)) * (len(kept) // 256)
at = ctypes.addressof(ctypes.c_char.from_buffer(kept))
many = [[n] for n in range(20_000)]
whole = any(start <= at + memory.LARGE and at + len(kept) - memory.LARGE <= start + length for start, length in memory._held())
aligned = all(start % memory.LARGE == 0 == length % memory.LARGE for start, length in memory._held())
memory.settle()
print(json.dumps({"whole": whole, "aligned": aligned, "frozen": gc.get_freeze_count() > 20_000, "young": gc.get_threshold()[0],
                  "same": kept[:] == bytes(range(256)) * (len(kept) // 256) and many[19_999] == [19_999], "on": gc.isenabled()}))
"""
ASKED = """
import gc, io, json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "ventanilla.config.settings"
from ventanilla.config import settings
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # nothing is built here
from ventanilla.config.wsgi import application
from django.core.signals import request_finished
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path
from ventanilla.config import urls
ended, seen, closed = [], {}, []
request_finished.connect(lambda **_kind: ended.append(1), weak=False)

def parts(request):
    answer = StreamingHttpResponse(iter([b"one", b"two"]))
    answer._resource_closers.append(lambda: closed.append("parts"))
    return answer

def whole(request):
    answer = HttpResponse(b"all")
    answer._resource_closers.append(lambda: closed.append("whole"))
    return answer

urls.urlpatterns += [path("prueba/partes", parts), path("prueba/entera", whole)]
for address in ("/healthz", "/prueba/entera", "/prueba/partes"):
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": address, "SERVER_NAME": "localhost", "SERVER_PORT": "80", "HTTP_HOST": "localhost",
               "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http", "REMOTE_ADDR": "127.0.0.1"}
    told, before = [], len(ended)
    answer = application(environ, lambda status, headers: told.append(status))
    listed = type(answer) is list
    over = len(ended) - before
    body = b"".join(answer).decode()
    if not listed:
        answer.close()
    seen[address] = [told, listed, over, len(ended) - before, body]
print(json.dumps({"seen": seen, "closed": closed, "frozen": gc.get_freeze_count() > 100_000}))
"""


def said_by(script: str) -> dict[str, object]:
    """What a process of its own prints: what is tried would stay with ours."""
    ran = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=300)
    told: dict[str, object] = json.loads(ran.stdout.splitlines()[-1])
    return told


def test_what_is_loaded_is_left_alone_and_stays_as_it_is():
    assert said_by(LOADED) == {"whole": True, "aligned": True, "frozen": True, "young": memory.YOUNG, "same": True, "on": True}


def test_a_whole_answer_goes_at_once_and_another_in_its_parts():
    told = said_by(ASKED)
    assert told["seen"] == {
        "/healthz": [["200 OK"], True, 1, 1, '{"status": "ok"}'], "/prueba/entera": [["200 OK"], True, 1, 1, "all"],
        "/prueba/partes": [["200 OK"], False, 0, 1, "onetwo"]}
    assert told["closed"] == ["whole", "parts"] and told["frozen"]
