"""Settings of the test suite: the real database, a fast password hash, files in a folder of their own."""
import atexit
import os
import shutil
import tempfile
from pathlib import Path

from ventanilla.config.settings import *  # noqa: F403
from ventanilla.config.settings import DATABASES

DATA_DIR = Path(tempfile.mkdtemp(prefix="ventanilla-test-"))
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": DATA_DIR / "files"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES["default"]["TEST"] = {"NAME": os.environ.get("VENTANILLA_TEST_DB", "test_ventanilla")}
DATABASES["default"]["OPTIONS"] = {"connect_timeout": 3, "prepare_threshold": 1}  # no pool: test databases are dropped at the end
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEMO = True
AXES_ENABLED = False
