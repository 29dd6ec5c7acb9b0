"""The mailbox of an office on a real IMAP server: every message once, whatever falls; reports go to their letters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select, update

from app.domain import clock
from app.gateways import imap, incoming_mail
from app.gateways.imap import ImapMailbox, MailboxDownError
from app.models import Appeal, DeliveryReceipt, File, InboxMessage, Job, Letter, Message, Office
from app.models.database import reading
from app.usecases import inbox_acts
from app.usecases.access import ForbiddenError
from app.usecases.inbox import plan_mailboxes, take_new
from app.usecases.inbox_acts import MessageSettledError, NoSuchCaseError
from app.usecases.jobs import perform_all
from app.usecases.outgoing import Outgoing
from app.usecases.tasks import ReasonMissingError
from app.usecases.transaction import transaction
from tests.appeals import AppealWalk, appeals_of_kostanay
from tests.energy import energy
from tests.imap import ImapServer, imap_server
from tests.reception import at

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
CITIZEN = "Роза Ахметова <Roza@Example.TEST>"


@pytest.fixture(scope="module")
def server() -> Iterator[ImapServer]:
    with imap_server() as running:
        yield running


@dataclass
class Desk:
    """Kostanay with a mailbox."""

    walk: AppealWalk
    server: ImapServer

    @property
    def mailbox(self) -> ImapMailbox:
        return ImapMailbox(self.server.url)

    def look(self) -> None:
        take_new("kostanay", self.mailbox)

    def came(self, *messages: EmailMessage | bytes) -> list[InboxMessage]:
        """What the inbox holds of these when they were taken."""
        self.server.put(*messages)
        self.look()
        return self.rows()[-len(messages) :]

    def rows(self) -> list[InboxMessage]:
        with reading() as session:
            return list(session.scalars(select(InboxMessage).order_by(InboxMessage.id)))

    def work(self) -> None:
        """A worker with this mailbox does what is due."""
        post = self.walk.post
        perform_all("story", Outgoing(post, post, "kostanay@example.test", mailboxes={"kostanay": self.mailbox}))


@pytest.fixture
def desk(database_url: str, server: ImapServer) -> Iterator[Desk]:
    """Monday 2 June 2025, ten in the morning; the mailbox is empty."""
    server.empty()
    with appeals_of_kostanay(database_url, at("2025-06-02")) as walk:
        yield Desk(walk, server)


def mail(
    subject: str = "Обращение", *, sender: str = CITIZEN, files: Sequence[tuple[str, bytes]] = (), **headers: str
) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "kostanay@example.test", subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Во дворе нет света.")
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message


def report(kind: str, message_id: str, fields: str) -> bytes:
    """A report of a mail server or a reader on our letter."""
    return (
        f"From: MAILER-DAEMON@mx.test\r\nTo: kostanay@example.test\r\nSubject: Report\r\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n"
        f"--b\r\nContent-Type: message/{kind}\r\n\r\n{fields}\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {message_id}\r\nSubject: ours\r\n\r\ntext\r\n--b--\r\n"
    ).encode()


def test_a_message_waits_for_a_person_with_its_words_and_files_judged_by_content(desk: Desk) -> None:
    (row,) = desk.came(mail(files=[("скан.pdf", PDF), ("virus.pdf", b"MZ\x90\0"), ("run.exe", b"MZ")]))

    assert (row.status, row.sender, row.sender_name) == ("waiting", "roza@example.test", "Роза Ахметова")
    assert (row.subject, row.text) == ("Обращение", "Во дворе нет света.")
    assert [(each["name"], "file_id" in each) for each in row.files] == [
        ("скан.pdf", True),
        ("virus.pdf", False),
        ("run.exe", False),
    ]
    assert set(row.files[1]["refused"]) == {"kk", "ru", "en"}


def test_what_is_taken_is_marked_on_the_server_and_never_taken_again(desk: Desk) -> None:
    desk.came(mail("Одно"), mail("Другое"))
    before = len(desk.rows())

    desk.look()

    assert len(desk.rows()) == before
    assert all("Seen" in each for each in desk.server.flags())
    assert all(row.put_away for row in desk.rows())


def test_whoever_dies_after_the_commit_leaves_a_message_that_is_marked_later_and_stays_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise MailboxDownError(detail="the line broke")

    desk.server.put(mail("Один раз"))
    with monkeypatch.context() as broken:
        broken.setattr(imap._Session, "put_away", die)
        with pytest.raises(MailboxDownError):
            desk.look()
    (between,) = [row.put_away for row in desk.rows()][-1:]

    desk.look()

    assert not between
    assert [row.subject for row in desk.rows()].count("Один раз") == 1
    assert all(row.put_away for row in desk.rows())


def test_the_same_letter_delivered_twice_waits_once_and_another_under_its_message_id_waits_too(desk: Desk) -> None:
    same = {"Message_ID": "<one@example.test>"}

    rows = desk.came(mail(**same), mail(**same, Received="from mx"), mail("Совсем другое", **same))

    assert [row.status for row in rows] == ["waiting", "duplicate", "waiting"]


def test_a_mailbox_that_was_rebuilt_gives_nothing_twice(desk: Desk) -> None:
    """Other UIDs under another UIDVALIDITY, the same letters."""
    desk.came(mail("Первое", Message_ID="<first@example.test>"))
    with transaction() as session:
        session.execute(update(InboxMessage).values(validity=InboxMessage.validity + 1))

    desk.look()

    statuses = [row.status for row in desk.rows() if row.subject == "Первое"]
    assert statuses == ["waiting", "duplicate"]


def test_a_worker_looks_by_itself_and_an_hour_of_silence_loses_and_doubles_nothing(desk: Desk) -> None:
    """The mailbox is down for an hour; what was sent meanwhile comes when it is back."""
    with transaction() as session:
        plan_mailboxes(session, ["kostanay", "nowhere"])
    desk.work()
    desk.server.put(mail("До"))
    desk.server.stop()

    for _ in range(12):
        desk.walk.clock.moment += timedelta(minutes=5)
        desk.work()
    with reading() as session:
        waiting = session.scalars(select(Job).where(Job.kind == "mailbox")).one()
        said = waiting.payload
    desk.server.start()
    desk.server.put(mail("После"))
    desk.walk.clock.moment += timedelta(minutes=5)
    desk.work()

    assert said["down_since"] < clock.now().isoformat()
    assert [row.subject for row in desk.rows() if row.subject in ("До", "После")] == ["До", "После"]
    with reading() as session:
        (planned,) = session.scalars(select(Job).where(Job.kind == "mailbox"))
    assert planned.due_at - clock.now() == timedelta(minutes=1)
    assert "down_since" not in planned.payload


def test_more_than_a_turn_takes_is_taken_in_several(desk: Desk) -> None:
    desk.server.put(*(mail(f"№ {n}") for n in range(30)))

    more = [take_new("kostanay", desk.mailbox) for _ in range(2)]

    assert more == [True, False]
    assert [row.subject for row in desk.rows()][-30:] == [f"№ {n}" for n in range(30)]


def test_an_unreadable_or_too_large_message_is_there_all_the_same(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(incoming_mail, "MOST_BORDERS", 1)
        (unreadable,) = desk.came(mail("X", files=[("a.pdf", PDF)]))
    monkeypatch.setattr(imap, "MOST_BYTES", 1000)
    (large,) = desk.came(mail("Большое", files=[("a.pdf", PDF * 50)]))

    assert (unreadable.subject, unreadable.files[0]["name"]) == ("X", "message.eml")
    assert (large.subject, large.whole, large.text) == ("Большое", False, "")


def the_letter(desk: Desk) -> Letter:
    """A letter of a case that has left."""
    desk.walk.visitor()
    desk.walk.finish()
    with transaction() as session:
        letter = session.scalars(select(Letter).where(Letter.channel == "email").order_by(Letter.id)).first()
        assert letter is not None
        letter.receipt_asked = True
    return letter


@pytest.mark.parametrize(
    ("kind", "fields", "told"),
    [
        (
            "delivery-status",
            "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; {to}\r\nAction: delivered",
            "delivered",
        ),
        (
            "delivery-status",
            "Final-Recipient: rfc822; {to}\r\nAction: failed\r\nDiagnostic-Code: smtp; 550 no",
            "failed",
        ),
        (
            "disposition-notification",
            "Final-Recipient: rfc822; {to}\r\nDisposition: manual-action/x; displayed",
            "read",
        ),
    ],
)
def test_ske_1_12_a_report_is_evidence_of_its_letter_and_goes_to_its_case(
    desk: Desk, kind: str, fields: str, told: str
) -> None:
    """SKE-1.12, SKE-2.11, BR-32"""
    letter = the_letter(desk)

    (row,) = desk.came(report(kind, letter.message_id or "", fields.format(to=letter.address.upper())))

    with reading() as session:
        receipt = session.scalars(select(DeliveryReceipt)).one()
        evidence = session.get_one(File, receipt.file_id)
        message = session.scalars(select(Message).where(Message.name == "delivery.report")).one()
        state = session.get_one(Letter, letter.id).status
    assert (row.status, row.letter_id, row.case_id) == ("report", letter.id, letter.case_id)
    assert (receipt.letter_id, receipt.kind, evidence.media_type) == (letter.id, told, "message/rfc822")
    assert (message.case_id, message.payload["report"]) == (letter.case_id, told)
    assert state == ("failed" if told == "failed" else "sent")


def test_an_out_of_office_note_has_reached_its_reader_and_a_bare_bounce_has_not(desk: Desk) -> None:
    letter = the_letter(desk)
    answers = {"In_Reply_To": letter.message_id or ""}

    desk.came(
        mail("Автоответ: в отпуске", sender=letter.address, Auto_Submitted="auto-replied", **answers),
        mail("Undeliverable", sender="postmaster@mx.test", **answers),
    )

    with reading() as session:
        kinds = list(session.scalars(select(DeliveryReceipt.kind).order_by(DeliveryReceipt.id)))
    assert kinds == ["delivered", "failed"]


def test_a_forged_report_proves_nothing_and_waits_for_a_person(desk: Desk) -> None:
    letter = the_letter(desk)
    other_reader = "Final-Recipient: rfc822; thief@example.test\r\nAction: delivered"

    rows = desk.came(
        report("delivery-status", letter.message_id or "", other_reader),
        report("delivery-status", "<job-987654@example.test>", other_reader),
    )

    assert [row.status for row in rows] == ["waiting", "waiting"]
    with reading() as session:
        assert session.scalars(select(DeliveryReceipt)).all() == []


def test_an_answer_to_our_letter_suggests_its_case(desk: Desk) -> None:
    letter = the_letter(desk)

    (row,) = desk.came(mail("Re: ваше письмо", References=f"<x@y.test> {letter.message_id}"))

    assert (row.status, row.suggested_id) == ("waiting", letter.case_id)


def test_ske_1_9_the_e_mail_of_a_branch_goes_to_the_process_it_is_for(desk: Desk) -> None:
    """SKE-1.9: whose mail becomes which message is said by `[[inbox.senders]]`."""
    known = {"address": "res1@example.test", "message": "egov.appeal", "case": "appeal", "branch": "res_1"}
    with transaction() as session:
        office = session.get_one(Office, "kostanay")
        settings = office.settings
        office.settings = {**settings, "inbox": {"senders": [known]}}

    (row,) = desk.came(mail("Скан", sender="RES1@example.test", files=[("скан.pdf", PDF)]))

    with transaction() as session:
        session.get_one(Office, "kostanay").settings = settings
    desk.work()
    desk.walk.case_id = row.case_id or 0
    with reading() as session:
        message = session.scalars(select(Message).where(Message.name == "egov.appeal")).one()
    assert (row.status, desk.walk.waiting()) == ("passed_on", ["enter_in_journal"])
    assert len(desk.walk.documents("attachment")) == 1
    assert message.payload == {"inbox_id": row.id, "branch": "res_1", "files": [row.files[0]["file_id"]]}


def test_ske_1_9_a_scan_that_a_branch_e_mails_becomes_its_claim_with_number_and_talon(
    database_url: str, server: ImapServer
) -> None:
    """SKE-1.4, SKE-1.9, SKE-1.10, SKE-1.13: РЭС-2 belongs to the network company, whose clerks register it."""
    server.empty()
    with energy(database_url, at("2025-06-03", "09:20")) as walk:
        server.put(mail("Претензия", sender="RES-2@sevkazenergo.example", files=[("скан.pdf", PDF)]))
        take_new(walk.office, ImapMailbox(server.url))
        walk.work()
        with reading() as session:
            walk.case_id = session.scalars(select(InboxMessage.case_id)).one() or 0

        assert walk.waiting() == ["print_and_register"]
        assert walk.task("print_and_register").role == "ske_clerk@net"
        assert [name for name, _ in walk.documents("attachment")] == ["None скан.pdf"]
        walk.complete("print_and_register", **walk.usual("register_document"))

        row = walk.document()
        with reading() as session:
            talon = session.get_one(Appeal, walk.case_id).talon
        assert (row.branch, row.company, row.kind, row.number) == ("res_2", "net", "claim", "1-Э/2025")
        assert talon == "1-Э/2025"
        assert "ru Талон № 1-Э-2025.pdf" in [name for name, _ in walk.documents("talon")]
        assert walk.holder_of("consider") == "management_net"
        assert walk.letters("branch_document") == []
        walk.resolve("consider", "res_head")
        head = str(walk.people["unit_head_net"])
        walk.complete("hand_to_unit", unit_head_id=head, visit_on="2025-06-12", signed_for=True)
        walk.report("branch_resolution", "read")
        walk.pass_time_to(at("2025-06-12", "09:00"))
        walk.complete("hand_copy", **walk.usual("hand_copy"))
        assert walk.handed()[-1] == ("branch_copy", "copy", "res_head", "2025-06-12")


def test_an_officer_adds_a_message_to_a_case_makes_an_appeal_of_one_and_puts_one_aside(desk: Desk) -> None:
    """KST-SRC-3"""
    walk, officer = desk.walk, desk.walk.actor("intake_officer")
    walk.by_hand()
    number = walk.case().number or ""
    to_case, appeal, aside = desk.came(mail("Дополнение", files=[("скан.pdf", PDF)]), mail(), mail("Реклама"))

    with pytest.raises(NoSuchCaseError):
        inbox_acts.attach_to_case(to_case.id, "нет", by=officer)
    inbox_acts.attach_to_case(to_case.id, number, by=officer)
    begun = inbox_acts.make_appeal(appeal.id, "egov", by=officer)
    with pytest.raises(ReasonMissingError):
        inbox_acts.put_aside(aside.id, reason=" ", by=officer)
    inbox_acts.put_aside(aside.id, reason="Не обращение", by=officer)

    assert len(walk.documents("attachment")) == 1
    walk.case_id = begun
    assert (walk.appeal().source, walk.appeal().substance) == ("egov", "Во дворе нет света.")
    assert walk.waiting() == ["enter_in_journal"]
    assert [row.status for row in desk.rows()][-3:] == ["case", "case", "put_aside"]
    with pytest.raises(MessageSettledError):
        inbox_acts.make_appeal(appeal.id, "egov", by=officer)
    with pytest.raises(ForbiddenError):
        inbox_acts.put_aside(aside.id, reason="x", by=walk.actor("leadership"))
