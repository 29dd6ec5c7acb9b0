"""Settings come from the environment, once, and say plainly what is wrong with it."""

import stat
import threading
from pathlib import Path

import pytest

from app.config import SettingError, Settings, installation_secret


def test_without_any_variable_the_installation_is_a_local_demo_with_a_secret_of_its_own(tmp_path: Path):
    settings = Settings.from_environ({"VAR_DIR": str(tmp_path / "var")})

    assert (settings.database_url, settings.demo, settings.clock) == (None, True, "virtual")
    assert (settings.bind, settings.port, settings.base_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert len(settings.secret_key) >= 43
    assert stat.S_IMODE((tmp_path / "var" / "secret").stat().st_mode) == 0o600


def test_the_secret_stays_the_same_from_start_to_start_and_differs_between_installations(tmp_path: Path):
    first = Settings.from_environ({"VAR_DIR": str(tmp_path / "a")})

    again = Settings.from_environ({"VAR_DIR": str(tmp_path / "a")})
    other = Settings.from_environ({"VAR_DIR": str(tmp_path / "b")})

    assert first.secret_key == again.secret_key != other.secret_key


def test_processes_that_start_together_agree_on_one_secret(tmp_path: Path):
    found: set[str] = set()
    starters = [threading.Thread(target=lambda: found.add(installation_secret(tmp_path / "var"))) for _ in range(16)]

    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()

    assert len(found) == 1
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret"]


def test_with_a_database_of_its_own_an_installation_lives_by_the_real_clock():
    settings = Settings.from_environ({"DATABASE_URL": "postgresql://db/qabyldau", "SECRET_KEY": "s"})

    assert (settings.demo, settings.clock) == (False, "real")


def test_an_https_address_makes_cookies_secure():
    settings = Settings.from_environ({"BASE_URL": "https://reception.example/", "SECRET_KEY": "s"})

    assert settings.secure_cookies
    assert settings.base_url == "https://reception.example"


def test_a_child_process_reads_the_same_settings(tmp_path: Path):
    variables = {
        "VAR_DIR": str(tmp_path),
        "PORT": "8123",
        "SMS_TOKEN": "t",
        "SECURE_COOKIES": "on",
        "LOG_LEVEL": "DEBUG",
        "WORKER_PROCESSES": "3",
    }
    settings = Settings.from_environ(variables)

    inherited = Settings.from_environ(settings.environ())

    assert inherited == settings


def test_secrets_do_not_show_when_settings_are_printed():
    settings = Settings.from_environ(
        {
            "SECRET_KEY": "hush-1",
            "DATABASE_URL": "postgresql://u:hush-2@db/q",
            "SMS_TOKEN": "hush-3",
            "SMTP_URL": "smtp://u:hush-4@mail",
        }
    )

    assert "hush" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "80a"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("CLOCK", "sundial"),
        ("DEMO", "perhaps"),
        ("BASE_URL", "reception.example"),
        ("WEB_THREADS", "0"),
        ("TRUSTED_PROXIES", "-1"),
        ("LOG_LEVEL", "chatty"),
    ],
)
def test_a_variable_that_cannot_be_used_is_named(name: str, value: str):
    with pytest.raises(SettingError) as refused:
        Settings.from_environ({"SECRET_KEY": "s", name: value})

    assert refused.value.name == name


def test_an_empty_variable_counts_as_unset():
    settings = Settings.from_environ({"SECRET_KEY": "s", "PORT": "", "DATABASE_URL": " "})

    assert (settings.port, settings.database_url) == (8000, None)
