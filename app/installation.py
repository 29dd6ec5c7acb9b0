"""What the operators' commands do to an installation: prepare, serve, work, deploy, check, save."""

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from app.config import Settings, settings
from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import LANGUAGES, Text
from app.gateways.backup import back_up, restore
from app.gateways.email import Mailer, SmtpMailer
from app.gateways.fence import limit_memory
from app.gateways.imap import ImapMailbox
from app.gateways.postgres import private_server
from app.gateways.sms import HttpSmsGateway, SmsGateway
from app.models.database import connect, disconnect
from app.records.visit_links import LinkMaker
from app.supervision import run
from app.usecases.access import ForbiddenError
from app.usecases.accounts import appoint_admin
from app.usecases.calendar_import import import_transfers, importer, preview_import
from app.usecases.demo import business_day, seed
from app.usecases.demo_clock import follow
from app.usecases.deploy import deploy
from app.usecases.doctor import examine
from app.usecases.export import export
from app.usecases.housekeeping import ensure_system_jobs
from app.usecases.inbox import plan_mailboxes
from app.usecases.incoming_files import confirm, lay_before, look_at
from app.usecases.mailbox import MailboxMailer, MailboxSms
from app.usecases.migrate import migrate
from app.usecases.outgoing import NoMailer, NoSms, Outgoing
from app.usecases.people import PersonData, PersonInvalidError
from app.usecases.rebuild import rebuild_projections
from app.usecases.seal import seal, verify
from app.usecases.transaction import transaction
from app.worker.loop import Worker

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    Subparsers = _SubParsersAction[ArgumentParser]

ROOT: Final = Path(__file__).resolve().parent.parent
DONE: Final = 0
FAILED: Final = 1


def outgoing(chosen: Settings) -> Outgoing:
    """The doors to the outside: SMTP and SMS as set; else the demo's mailbox; else letters end as incidents."""
    mailer: Mailer = MailboxMailer() if chosen.demo else NoMailer()
    sms: SmsGateway = MailboxSms() if chosen.demo else NoSms()
    if chosen.smtp_url:
        mailer = SmtpMailer(chosen.smtp_url)
    if chosen.sms_url:
        sms = HttpSmsGateway(chosen.sms_url, chosen.sms_token or "")
    links = LinkMaker(chosen.base_url, chosen.secret_key)
    return Outgoing(
        mailer=mailer,
        sms=sms,
        sender=chosen.mail_from,
        base_url=chosen.base_url,
        links=links,
        mailboxes={office: ImapMailbox(url) for office, url in chosen.imap_urls.items()},
        look_every=timedelta(seconds=chosen.imap_seconds),
    )


@contextmanager
def opened(chosen: Settings) -> Iterator[Settings]:
    """The installation's database open: DATABASE_URL, else the private server of `var_dir` (shared or started)."""
    if chosen.database_url:
        connect(chosen.database_url)
        try:
            yield chosen
        finally:
            disconnect()
        return
    with private_server(chosen.var_dir / "postgres") as url:
        connect(url)
        try:
            yield replace(chosen, database_url=url)
        finally:
            disconnect()


def prepare(chosen: Settings) -> Iterable[str]:
    """Migrate, deploy `processes/`, fill a new demo (a month tells its days); lines to print are the demo's logins."""
    connect(chosen.database_url or "")
    try:
        migrate()
        lines = []
        today = business_day(offices(), chosen.demo_data) if chosen.demo else None
        for folder in offices():
            deploy(folder, keep=True)
            if chosen.demo and (folder / "demo.toml").exists():
                secret = chosen.var_dir / "demo-password"
                people = seed(
                    folder, outgoing(chosen), secret_file=secret, data=chosen.demo_data, today=today, tell=_at_once
                )
                lines += [f"  {each.login:<16} {each.password}   {each.full_name}" for each in people]
        with transaction() as session:
            ensure_system_jobs(session)
            plan_mailboxes(session, list(chosen.imap_urls))
        return lines
    finally:
        disconnect()


def _at_once(line: str) -> None:
    print(line, flush=True)


def offices() -> list[Path]:
    """The folders of `processes/` that hold an office."""
    return sorted(path.parent for path in (ROOT / "processes").glob("*/office.toml"))


def run_all(_args: Namespace) -> int:
    return run(settings(), [prepare])


def run_worker(_args: Namespace) -> int:
    chosen = settings()
    with opened(chosen) as here:
        limit_memory(here.memory_mb)
        Worker(here.database_url or "", outgoing(here), follow_clock=follow if here.clock == "virtual" else None).run()
    return DONE


def run_web(_args: Namespace) -> int:
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "gunicorn.conf.py"), "wsgi:app"])  # noqa: S606


def run_migrate(_args: Namespace) -> int:
    with opened(settings()):
        migrate()
    return DONE


def run_deploy(args: Namespace) -> int:
    with opened(settings()):
        found = deploy(Path(args.path), force=args.force)
    for process, number in found.versions.items():
        print(f"{found.office_id}/{process}: {number}{' *' if process in found.new_versions else ''}")
    for problem in found.warnings:
        print(f"{problem.file}: {problem.element}: [{problem.rule}] {problem.message.ru}")
    return DONE


def run_admin(args: Namespace) -> int:
    """`qabyldau admin LOGIN --office OFFICE --name NAME`: print the link by which she sets her password."""
    with opened(settings()) as here:
        if here.clock == "virtual":
            follow()
        data = PersonData(args.login, args.name, email=args.email, language=args.language)
        try:
            token = appoint_admin(args.office, data)
        except PersonInvalidError as wrong:
            for name, message in wrong.errors.items():
                print(f"{name}: {message.in_(args.language)}", file=sys.stderr)
            return FAILED
    print(f"{here.base_url}/sign-in/new-password/{token}")
    print(_LINK.in_(args.language))
    return DONE


_LINK: Final = Text(
    "Сілтеме бір рет, жеті күн бойы жарамды: осы беттен құпиясөз қойылады.",
    "Ссылка действует один раз в течение семи дней: по ней задают пароль.",
    "The link is good once within seven days: the password is set on its page.",
)


def run_export(args: Namespace) -> int:
    with opened(settings()):
        for place in export(args.office, Path(args.path)):
            print(place)
    return DONE


def run_calendar_import(args: Namespace) -> int:
    """`qabyldau calendar import FILE --by LOGIN [--yes]`: show what a file of transfers would do, or enter it."""
    if not args.file or not args.by:
        raise ImportArgumentsError
    try:
        content = Path(args.file).read_bytes()
    except OSError as gone:
        print(gone, file=sys.stderr)
        return FAILED
    with opened(settings()) as here:
        if here.clock == "virtual":
            follow()
        by = importer(args.by)
        found = preview_import(content, by=by)
        for problem in found.problems:
            print(f"{args.file}:{problem.line}: {problem.message.in_(args.language)}", file=sys.stderr)
        if found.problems:
            return FAILED
        for line in found.new:
            print(f"{line.day_off} -> {line.moved_to}  {line.document}")
        done = import_transfers(content, moving=args.moving, by=by) if args.yes else 0
    counts = {"new": len(found.new), "standing": len(found.standing), "moved": len(found.effect.moved), "done": done}
    print((_IMPORTED if args.yes else _NOT_YET).with_values(**counts).in_(args.language))
    return DONE


_IMPORTED: Final = Text(
    "Енгізілді: {done}. Бұрыннан бар: {standing}.",
    "Внесено: {done}. Уже стояло: {standing}.",
    "Entered: {done}. Stood already: {standing}.",
)
_NOT_YET: Final = Text(
    "Жаңа: {new}, бұрыннан бар: {standing}, жылжитын ашық мерзім: {moved}. Енгізу үшін --yes қосыңыз.",
    "Новых: {new}, уже стоит: {standing}, сдвинулось бы открытых сроков: {moved}. Чтобы внести, добавьте --yes.",
    "New: {new}, stand already: {standing}, open deadlines that would move: {moved}. Add --yes to enter.",
)


def run_appeals_import(args: Namespace) -> int:
    """`qabyldau appeals import FILE --office … --source … --by LOGIN [--yes]`: check the rows, or take them."""
    with opened(settings()) as here:
        if here.clock == "virtual":
            follow()
        by = importer(args.by)
        if by.office_id != args.office:
            raise ForbiddenError
        batch = lay_before(Path(args.file).name, Path(args.file).read_bytes(), args.source, by=by)
        _, seen = look_at(batch, by=by)
        for row in seen.rows:
            for field, said in row.errors.items():
                print(f"{args.file}:{row.line}: {field}: {said.in_(args.language)}", file=sys.stderr)
        counts = {state: seen.count(state) for state in ("new", "here", "wrong")}
        if counts["wrong"]:
            return FAILED
        if args.yes:
            confirm(batch, by=by)
    print((_ROWS_TAKEN if args.yes else _ROWS_SEEN).with_values(**counts).in_(args.language))
    return DONE


_ROWS_TAKEN: Final = Text(
    "Жаңа: {new}, бұрын түскен: {here}. Жұмысшы енгізіп жатыр.",
    "Новых: {new}, уже есть: {here}. Их вносит рабочий процесс.",
    "New: {new}, here already: {here}. A worker takes them in.",
)
_ROWS_SEEN: Final = Text(
    "Жаңа: {new}, бұрын түскен: {here}. Енгізу үшін --yes қосыңыз.",
    "Новых: {new}, уже есть: {here}. Чтобы внести, добавьте --yes.",
    "New: {new}, here already: {here}. Add --yes to take them.",
)


class ImportArgumentsError(AutomationError):
    """A file and a login are needed."""

    status: ClassVar[int] = 422
    message = Text(
        kk="Файл мен енгізуші керек: qabyldau calendar import ФАЙЛ --by ЛОГИН.",
        ru="Нужны файл и тот, кто вносит: qabyldau calendar import ФАЙЛ --by ЛОГИН.",
        en="A file and whoever enters it are needed: qabyldau calendar import FILE --by LOGIN.",
    )


def run_audit(_args: Namespace) -> int:
    with opened(settings()):
        while seal():
            pass
        verdict = verify()
    print(f"sealed {verdict.sealed}, unsealed {verdict.unsealed}, head {verdict.head}")
    if verdict.reason:
        print(f"broken: {verdict.reason}" + (f" (history {verdict.broken_at})" if verdict.broken_at else ""))
        return FAILED
    return DONE


def run_backup(args: Namespace) -> int:
    with opened(settings()) as here:
        saved = back_up(here.database_url or "", Path(args.file))
    print(f"{saved.file}: {saved.tables} tables, {saved.size} bytes")
    return DONE


def run_restore(args: Namespace) -> int:
    with opened(settings()) as here:
        saved = restore(here.database_url or "", Path(args.file))
    print(f"{saved.file}: {saved.tables} tables")
    return DONE


def run_rebuild(_args: Namespace) -> int:
    with opened(settings()) as here:
        if here.clock == "virtual":
            follow()
        print(f"{rebuild_projections(now=clock.now())} instances")
    return DONE


def run_doctor(_args: Namespace) -> int:
    with opened(settings()):
        findings = examine()
    for finding in findings:
        print(("ok    " if finding.ok else "WRONG ") + finding.what)
    return DONE if all(finding.ok for finding in findings) else FAILED


def _add(name: str, help_: str, act: Callable[[Namespace], int], *arguments: str) -> Callable[["Subparsers"], None]:
    def add(subparsers: "Subparsers") -> None:
        parser = subparsers.add_parser(name, help=help_)
        for argument in arguments:
            if argument.startswith("--"):
                parser.add_argument(argument, action="store_true")
            else:
                parser.add_argument(argument)
        parser.set_defaults(run=act)

    return add


def add_audit(subparsers: "Subparsers") -> None:
    """`qabyldau audit verify`."""
    parser = subparsers.add_parser("audit", help="prove that the history is as it was written")
    parser.add_argument("what", choices=("verify",))
    parser.set_defaults(run=run_audit)


def add_appeals(subparsers: "Subparsers") -> None:
    """`qabyldau appeals import FILE`."""
    parser = subparsers.add_parser("appeals", help="take in a file of appeals of another system")
    parser.add_argument("what", choices=("import",))
    parser.add_argument("file")
    parser.add_argument("--office", required=True, help="the id in office.toml, e.g. kostanay")
    parser.add_argument("--source", required=True, help="a source of the office that sends appeals, e.g. egov")
    parser.add_argument("--by", required=True, help="login of an intake officer")
    parser.add_argument("--yes", action="store_true", help="take them; without it the rows are only checked")
    parser.add_argument("--language", choices=LANGUAGES, default="ru")
    parser.set_defaults(run=run_appeals_import)


def add_admin(subparsers: "Subparsers") -> None:
    """`qabyldau admin LOGIN`."""
    parser = subparsers.add_parser(
        "admin",
        help="let somebody administer an office",
        description="The first administrator of an office, or one who cannot get in any more: prints a link by which "
        "she sets her password.",
    )
    parser.add_argument("login")
    parser.add_argument("--office", required=True, help="the id in office.toml, e.g. kostanay")
    parser.add_argument("--name", default="", help="full name; needed for a new person")
    parser.add_argument("--email", default="")
    parser.add_argument("--language", choices=LANGUAGES, default="ru")
    parser.set_defaults(run=run_admin)


COMMANDS: Final[dict[str, Callable[["Subparsers"], None]]] = {
    "run": _add("run", "database, migrations, deployment, demo, web and worker", run_all),
    "serve": _add("serve", "the web server", run_web),
    "worker": _add("worker", "a worker for timers, letters and documents", run_worker),
    "migrate": _add("migrate", "bring the tables to this release", run_migrate),
    "deploy": _add("deploy", "deploy a folder of processes/", run_deploy, "path", "--force"),
    "export": _add("export", "write an office's versions and rules back into files", run_export, "office", "path"),
    "admin": add_admin,
    "appeals": add_appeals,
    "audit": add_audit,
    "backup": _add("backup", "save the database into a file", run_backup, "file"),
    "restore": _add("restore", "fill an empty database from a file", run_restore, "file"),
    "rebuild-projections": _add("rebuild-projections", "remake tasks, timers and subscriptions", run_rebuild),
    "doctor": _add("doctor", "look whether the installation is sound", run_doctor),
}
