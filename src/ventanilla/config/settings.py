"""Django settings. Everything that differs between installations comes from the environment.

The table of variables is in docs/operations/configuration.md; `env()` is the one place that reads them.
"""
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ventanilla.config.modules import MODULES

BASE_DIR = Path(__file__).resolve().parent.parent
SRC_DIR = BASE_DIR.parent


def env(name: str, default: str = "") -> str:
    """The variable, or the contents of the file that NAME_FILE points to (a secret with mode 600)."""
    path = os.environ.get(f"{name}_FILE")
    return Path(path).read_text(encoding="utf-8").strip() if path else os.environ.get(name, default)


def database(url: str) -> dict[str, object]:
    """Django's database settings from postgresql://user:password@host:port/name (host may be a folder)."""
    parts = urlsplit(url)
    query = dict(item.split("=", 1) for item in parts.query.split("&") if "=" in item)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": str(query.get("port", parts.port or "")),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,  # 0.04 ms: what a restart of the server cut lies in the pool until somebody's page fails by it
        "OPTIONS": {
            "pool": {
                "min_size": 1, "max_size": int(env("DATABASE_POOL", "8")), "timeout": 5, "max_idle": 300,
                "reconnect_timeout": 2,  # then anew with the next request: longer pauses would outlast a restart of the server
            },
            "connect_timeout": 3,
            "prepare_threshold": int(env("DATABASE_PREPARE", "2")) or None,  # of the statements of core.plans, and no others
        },
    }


def openid(issuer: str, client: str, secret: str, name: str) -> dict[str, object]:
    """allauth's providers for one OpenID Connect issuer; none when no issuer is configured.

    The signature of a token that came straight from the issuer is its TLS (OpenID Connect Core 1.0, 3.1.3.7), so
    plain http is accepted from this machine only. Raises ValueError for another address.
    """
    if not issuer:
        return {}
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise ValueError("OIDC_ISSUER must be an https address.")
    app = {"provider_id": "oidc", "name": name, "client_id": client, "secret": secret,
           "settings": {"server_url": issuer.rstrip("/"), "oauth_pkce_enabled": True}}
    return {"openid_connect": {"APPS": [app]}}


DEMO = env("VENTANILLA_DEMO") == "1"
DEBUG = False
SECRET_KEY = env("SECRET_KEY", "solo-para-desarrollo-" + "0" * 40)
ALLOWED_HOSTS = env("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in env("CSRF_TRUSTED_ORIGINS").split(",") if o]
BASE_URL = env("BASE_URL", f"http://localhost:{env('PORT', '8000')}")
EVENTS_URL = env("EVENTS_URL", "http://localhost:8001")
DATA_DIR = Path(env("VENTANILLA_DATA", str(SRC_DIR.parent / "var")))
DATABASES = {"default": database(env("DATABASE_URL", "postgresql:///ventanilla"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
    "django.contrib.messages", "django.contrib.staticfiles", "django.contrib.humanize", "django.forms",
    "allauth", "allauth.account", "allauth.mfa", "allauth.usersessions", "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes", "django_htmx", "django_filters", "pgtrigger", "pghistory", "procrastinate.contrib.django",
    "ventanilla.core.audit", "ventanilla.core.orgs", "ventanilla.core.workdays",
    "ventanilla.core.documents", "ventanilla.core.notices", "ventanilla.core.cases",
    "ventanilla.core.questionnaires", "ventanilla.core.indicators", "ventanilla.core.exports", "ventanilla.core.privacy",
    "ventanilla.web.ui", "ventanilla.web.screens", "ventanilla.web.inbox", "ventanilla.web.api",
    "ventanilla.web.admin_area", "ventanilla.web.events", "ventanilla.web.questionnaires", "ventanilla.web.privacy",
    *MODULES, "ventanilla.config.first", "ventanilla.config.demo_data", "ventanilla.config.benches",
]
MIDDLEWARE = [
    "ventanilla.config.health.Measure",
    "ventanilla.web.ui.middleware.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "ventanilla.web.ui.middleware.Compressed",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ventanilla.web.ui.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ventanilla.web.ui.middleware.CurrentPerson",
    "ventanilla.web.privacy.gate.NoticeGate",
    "ventanilla.web.ui.returning.ReturnedFiles",
    "ventanilla.web.ui.sendings.SentForms",
    "ventanilla.web.inbox.onward.OpenedFromInbox",
    "axes.middleware.AxesMiddleware",
    "ventanilla.web.ui.middleware.Worded",
]
ROOT_URLCONF = "ventanilla.config.urls"
WSGI_APPLICATION = "ventanilla.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2", "APP_DIRS": True, "DIRS": [],
        "OPTIONS": {"environment": "ventanilla.web.ui.environment.environment",
                    "context_processors": ["django.contrib.messages.context_processors.messages",
                                           "ventanilla.web.ui.context.frame"]},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "DIRS": [],
        "OPTIONS": {"context_processors": [
            "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]},
    },
]
FORM_RENDERER = "ventanilla.web.ui.environment.FormRenderer"
CSRF_FAILURE_VIEW = "ventanilla.web.ui.errors.expired"

AUTH_USER_MODEL = "orgs.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "ventanilla.web.ui.demo.RefuseDemoPassword",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["ventanilla.web.ui.accounts.BoundedArgon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "ventanilla.web.ui.accounts.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/entrar/"
LOGIN_REDIRECT_URL = "/bandeja/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_TEMPLATE_EXTENSION = "html"
ACCOUNT_ADAPTER = "ventanilla.web.ui.accounts.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "ventanilla.web.ui.accounts.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS = openid(
    env("OIDC_ISSUER"), env("OIDC_CLIENT_ID"), env("OIDC_CLIENT_SECRET"), env("OIDC_NAME", "cuenta institucional"))
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form that ends at the issuer would need its address in form-action
MFA_ADAPTER = "ventanilla.web.ui.accounts.MfaAdapter"
_OUR_FORMS = "ventanilla.web.ui.forms."
ACCOUNT_FORMS = {
    "login": f"{_OUR_FORMS}LoginForm", "reset_password": f"{_OUR_FORMS}ResetPasswordForm", "reauthenticate": f"{_OUR_FORMS}ConfirmForm",
    "reset_password_from_key": f"{_OUR_FORMS}ResetPasswordKeyForm", "change_password": f"{_OUR_FORMS}ChangePasswordForm",
}
MFA_FORMS = {
    "authenticate": f"{_OUR_FORMS}SecondStepForm", "reauthenticate": f"{_OUR_FORMS}ConfirmByCodeForm",
    "activate_totp": f"{_OUR_FORMS}ActivateCodeForm",
    "add_webauthn": f"{_OUR_FORMS}AddPasskeyForm", "edit_webauthn": f"{_OUR_FORMS}EditPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up: administration gave the address, and allauth marks it unproven after a reset
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = BASE_URL.startswith("http://localhost")
MFA_TOTP_ISSUER = "Ventanilla"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "ventanilla.web.ui.accounts.who_tries"
AXES_LOCKOUT_CALLABLE = "ventanilla.web.ui.errors.slowed"
ACCOUNT_RATE_LIMITS = {"login": "600/m/ip", "login_failed": "600/m/ip,20/5m/key"}  # an office shares one address

LANGUAGE_CODE = "es-mx"
LANGUAGES = [("es-mx", "Español"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "web" / "ui" / "locale"]
TIME_ZONE = "America/Mexico_City"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/estaticos/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": DATA_DIR / "files"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entries"}}
SESSION_ENGINE = "ventanilla.web.ui.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_PROXY = env("BEHIND_PROXY") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
if SECURE_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env("SMTP_HOST")
EMAIL_PORT = int(env("SMTP_PORT", "25"))
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env("SMTP_USER"), env("SMTP_PASSWORD")
EMAIL_USE_TLS = env("SMTP_TLS") == "1"
IMAP_PASSWORDS = dict(p.split("=", 1) for p in env("IMAP_PASSWORDS").split(",") if "=" in p)  # address=password of each mailbox
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("MAIL_FROM", "Ventanilla <ventanilla@localhost>")
MAIL_DOMAINS = frozenset(d.strip().lower() for d in env("MAIL_DOMAINS").split(",") if d.strip())  # that the relay may send for; none: any

METRICS_TOKEN = env("METRICS_TOKEN")  # bearer of /metrics; empty: only this machine may read it
# Exact host:port pairs that outgoing requests may reach although private (tests, demo); the guard is never off.
OUTGOING_ALLOWED = frozenset(filter(None, env("OUTGOING_ALLOWED").split(",")))
CLAMD = env("CLAMD")  # host:port or the path of a socket; empty: no antivirus configured
FILE_LIMITS = {
    "bytes": int(env("MAX_FILE_MB", "200")) * 1024 * 1024, "pages": int(env("MAX_PAGES", "2000")),
    "kept": int(env("MAX_KEPT_MB", "1000")) * 1024 * 1024,
    "pixels": int(env("MAX_MEGAPIXELS", "120")) * 1_000_000, "ratio": int(env("MAX_RATIO", "200")),
    "seconds": int(env("MAX_FILE_SECONDS", "30")),
    "memory": int(env("MAX_FILE_MEMORY_MB", "1024")) * 1024 * 1024,
}
SILENCED_SYSTEM_CHECKS = ["axes.W003"]
PROCRASTINATE_WORKER_DEFAULTS = {"update_heartbeat_interval": 5.0}  # seconds; `queue.rescue` counts on it
LOGGING = {
    "version": 1, "disable_existing_loggers": False,
    "formatters": {"json": {"()": "ventanilla.web.ui.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "WARNING")},
    "loggers": {"ventanilla": {"level": env("LOG_LEVEL", "INFO")}, "django.request": {"level": "ERROR"}},
}
