"""Settings: read from the environment once, here and nowhere else."""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeVar

ClockKind = Literal["real", "virtual"]
CLOCKS: Final[tuple[ClockKind, ...]] = ("real", "virtual")
DemoData = Literal["few", "month"]
DEMO_DATA: Final[tuple[DemoData, ...]] = ("few", "month")
LOG_LEVELS: Final[tuple[str, ...]] = ("DEBUG", "INFO", "WARNING", "ERROR")
SECRET_BYTES: Final = 32
SWITCH_WORDS: Final = {"on": True, "true": True, "yes": True, "1": True} | {
    "off": False,
    "false": False,
    "no": False,
    "0": False,
}

Value = TypeVar("Value")


class SettingError(ValueError):
    """A variable of the environment holds something that cannot be used."""

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(f"{name}: {expected}")
        self.name = name
        self.expected = expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one installation may choose. Secrets never show in `repr`.

    `database_url` is None when the program keeps a private PostgreSQL of its own under `var_dir`.
    `demo_data` "month" fills a new demo with a whole month, which takes minutes.
    `clock` "virtual" (the demo's movable business time) works only on a database marked as demo.
    `imap_urls` are the mailboxes by office, `IMAP_URL_<OFFICE>` each, looked into every `imap_seconds`.
    `memory_mb` fences the address space of each web and worker process, 0 does not.
    `trusted_proxies` counts the reverse proxies in front whose X-Forwarded-* headers are believed.
    """

    database_url: str | None = field(default=None, repr=False)
    secret_key: str = field(repr=False)
    sms_token: str | None = field(default=None, repr=False)
    smtp_url: str | None = field(default=None, repr=False)
    sms_url: str | None = None
    imap_urls: Mapping[str, str] = field(default_factory=dict, repr=False)
    imap_seconds: int = 60
    mail_from: str = "qabyldau@localhost"
    bind: str = "127.0.0.1"
    port: int = 8000
    base_url: str = "http://127.0.0.1:8000"
    clock: ClockKind = "real"
    demo: bool = False
    demo_data: DemoData = "few"
    var_dir: Path = Path("var")
    web_workers: int = 2
    web_threads: int = 8
    worker_processes: int = 1
    request_seconds: int = 20
    max_request_mb: int = 32
    memory_mb: int = 4096
    trusted_proxies: int = 0
    secure_cookies: bool = False
    log_level: str = "INFO"

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """Settings as `environ` says; raises `SettingError` naming the first variable that cannot be used.

        Without SECRET_KEY the installation's own random key is read from, or written to, `VAR_DIR/secret` (mode 0600).
        Without DATABASE_URL the installation is a demo on a virtual clock unless DEMO or CLOCK say otherwise.
        """
        read = _Reader(environ)
        var_dir = Path(read.text("VAR_DIR", "var")).absolute()
        database_url = read.optional("DATABASE_URL")
        bind, port = read.text("BIND", "127.0.0.1"), read.number("PORT", 8000, at_least=1, at_most=65535)
        base_url = read.address("BASE_URL", _address(bind, port))
        demo = read.switch("DEMO", database_url is None)
        return cls(
            database_url=database_url,
            secret_key=read.optional("SECRET_KEY") or installation_secret(var_dir),
            sms_token=read.optional("SMS_TOKEN"),
            smtp_url=read.optional("SMTP_URL"),
            sms_url=read.optional("SMS_URL"),
            imap_urls=read.by_office("IMAP_URL_"),
            imap_seconds=read.number("IMAP_SECONDS", 60, at_least=5, at_most=3600),
            mail_from=read.text("MAIL_FROM", "qabyldau@localhost"),
            bind=bind,
            port=port,
            base_url=base_url,
            clock=read.choice("CLOCK", "virtual" if demo else "real", CLOCKS),
            demo=demo,
            demo_data=read.choice("DEMO_DATA", "few", DEMO_DATA),
            var_dir=var_dir,
            web_workers=read.number("WEB_WORKERS", 2, at_least=1, at_most=64),
            web_threads=read.number("WEB_THREADS", 8, at_least=1, at_most=64),
            worker_processes=read.number("WORKER_PROCESSES", 1, at_least=0, at_most=64),
            request_seconds=read.number("REQUEST_SECONDS", 20, at_least=1, at_most=3600),
            max_request_mb=read.number("MAX_REQUEST_MB", 32, at_least=1, at_most=1024),
            memory_mb=read.number("MEMORY_MB", 4096, at_least=0, at_most=1024 * 1024),
            trusted_proxies=read.number("TRUSTED_PROXIES", 0, at_least=0, at_most=8),
            secure_cookies=read.switch("SECURE_COOKIES", base_url.startswith("https://")),
            log_level=read.choice("LOG_LEVEL", "INFO", LOG_LEVELS),
        )

    def environ(self) -> dict[str, str]:
        """The variables that make a child process read these same settings."""
        values = {
            "DATABASE_URL": self.database_url,
            "SECRET_KEY": self.secret_key,
            "SMS_TOKEN": self.sms_token,
            "SMTP_URL": self.smtp_url,
            "SMS_URL": self.sms_url,
            **{f"IMAP_URL_{office.upper()}": url for office, url in self.imap_urls.items()},
            "IMAP_SECONDS": self.imap_seconds,
            "MAIL_FROM": self.mail_from,
            "BIND": self.bind,
            "PORT": self.port,
            "BASE_URL": self.base_url,
            "CLOCK": self.clock,
            "DEMO": "on" if self.demo else "off",
            "DEMO_DATA": self.demo_data,
            "VAR_DIR": self.var_dir,
            "WEB_WORKERS": self.web_workers,
            "WEB_THREADS": self.web_threads,
            "WORKER_PROCESSES": self.worker_processes,
            "REQUEST_SECONDS": self.request_seconds,
            "MAX_REQUEST_MB": self.max_request_mb,
            "MEMORY_MB": self.memory_mb,
            "TRUSTED_PROXIES": self.trusted_proxies,
            "SECURE_COOKIES": "on" if self.secure_cookies else "off",
            "LOG_LEVEL": self.log_level,
        }
        return {name: str(value) for name, value in values.items() if value is not None}


@cache
def settings() -> Settings:
    """The settings of this process, read at the first call."""
    return Settings.from_environ(os.environ)


def inherited_environ() -> dict[str, str]:
    """This process's environment, for child processes (PATH, locale, time zone and the like)."""
    return dict(os.environ)


def installation_secret(var_dir: Path) -> str:
    """The installation's random key in `var_dir/secret`, made (0600) by whoever comes first; all get the same."""
    path = var_dir / "secret"
    if not path.exists():
        var_dir.mkdir(parents=True, exist_ok=True)
        _publish(path, secrets.token_urlsafe(SECRET_BYTES))
    secret = path.read_text().strip()
    if not secret:
        raise SettingError("SECRET_KEY", f"{path} is empty; remove it or set SECRET_KEY")
    return secret


def _publish(path: Path, content: str) -> None:
    """Write `content` whole or not at all, never over what another process has put there meanwhile."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()


def _address(bind: str, port: int) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(bind, f"[{bind}]" if ":" in bind else bind)  # noqa: S104 - compared, not bound
    return f"http://{host}:{port}"


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one variable at a time; an empty variable counts as unset."""

    environ: Mapping[str, str]

    def optional(self, name: str) -> str | None:
        return self.environ.get(name, "").strip() or None

    def text(self, name: str, default: str) -> str:
        return self.optional(name) or default

    def by_office(self, start: str) -> dict[str, str]:
        """The variables that begin so, by the office's id in small letters."""
        named = (name for name in self.environ if name.startswith(start) and self.optional(name))
        return {name.removeprefix(start).lower(): self.environ[name].strip() for name in sorted(named)}

    def choice(self, name: str, default: Value, allowed: tuple[Value, ...]) -> Value:
        return self._parsed(
            name, default, {str(one): one for one in allowed}.__getitem__, f"one of {', '.join(map(str, allowed))}"
        )

    def switch(self, name: str, default: bool) -> bool:
        return self._parsed(name, default, lambda raw: SWITCH_WORDS[raw.lower()], "on or off")

    def number(self, name: str, default: int, *, at_least: int, at_most: int) -> int:
        expected = f"a whole number from {at_least} to {at_most}"
        value = self._parsed(name, default, int, expected)
        if not at_least <= value <= at_most:
            raise SettingError(name, expected)
        return value

    def address(self, name: str, default: str) -> str:
        value = self.text(name, default).rstrip("/")
        if not value.startswith(("http://", "https://")):
            raise SettingError(name, "an address beginning with http:// or https://")
        return value

    def _parsed(self, name: str, default: Value, parse: Callable[[str], Value], expected: str) -> Value:
        raw = self.optional(name)
        if raw is None:
            return default
        try:
            return parse(raw)
        except (ValueError, KeyError) as error:
            raise SettingError(name, expected) from error
