"""What the rules of consideration demand of answers: grounds of refusal, extension, order of the list."""

from collections.abc import Mapping
from datetime import UTC, date
from typing import Any, Final

from app.domain.texts import Text
from app.models import ReceptionRequest, Slot
from app.records.answers import Answers
from app.records.terms import Terms, office_calendar
from app.records.turns import free_moments, in_turn

OUTSIDE_COMPETENCE: Final = Text(
    "Мәселе Қарағанды облысының жергілікті атқарушы органдары мен орталық мемлекеттік органдардың аумақтық "
    "бөлімшелерінің құзыретіне кірмейді (регламенттің 16-тармағының 1) тармақшасы).",
    "Вопрос не входит в компетенцию местных исполнительных органов Карагандинской области и территориальных "
    "подразделений центральных государственных органов (подпункт 1) пункта 16 регламента).",
    "The question is outside the competence of the region's local executive bodies and of the territorial units of "
    "central bodies (point 16.1 of the regulation).",
)
ANSWERED_BEFORE: Final = Text(
    "Сіз бұрын қабылданғансыз немесе сол мәселе бойынша өтінішіңізге жауап алғансыз: {reference} (регламенттің "
    "16-тармағының 2) тармақшасы).",
    "Вы ранее приняты или имеете ответ на обращение по тому же вопросу: {reference} (подпункт 2) пункта 16 "
    "регламента).",
    "You were received before or have an answer on the same question: {reference} (point 16.2 of the regulation).",
)
TOO_LATE: Final = Text(
    "Мерзімді {last} күнінен кейінге ұзартуға болмайды: тіркелген сәттен күнтізбелік 30 күн (32-т.).",
    "Продлить можно не позднее {last}: 30 календарных дней с регистрации (п. 32).",
    "The term cannot be extended beyond {last}: 30 calendar days from registration (32).",
)
OUT_OF_ORDER: Final = Text(
    "Кезек сақталмайды: бұрын жүгінгендер: {who}. Кезек бойынша мына уақыт бос: {times} (30-т.).",
    "Нарушена очередность: раньше обратились {who}. По очереди свободно: {times} (п. 30).",
    "Out of order: {who} asked earlier. Free in turn: {times} (30).",
)
TOO_FAR_BACK: Final = Text(
    "Кезек сақталмайды: {who} кейін жүгінді, бірақ бұрын жазылды. Кезек бойынша мына уақыт бос: {times} (30-т.).",
    "Нарушена очередность: {who} обратились позже, а записаны раньше. По очереди свободно: {times} (п. 30).",
    "Out of order: {who} asked later and are booked earlier. Free in turn: {times} (30).",
)
NOT_YET: Final = Text("Бұл күн әлі келген жоқ.", "Этот день ещё не наступил.", "This day has not come yet.")
TOLD: Final = 3
_PAST: Final = ("media_published_on", "final_reply_on")


def save_consideration(answers: Answers) -> None:
    """Note the ground of a barred booking, and refuse what the rules of consideration do not allow.

    An extension beyond its cap (KRG-32), a place in the schedule before somebody who asked earlier (KRG-30), a reply or
    publication of tomorrow.
    """
    _note_ground(answers)
    _keep_cap(answers)
    _keep_order(answers)
    _keep_to_the_past(answers)


def _note_ground(answers: Answers) -> None:
    """KRG-16: the refusal of a barred booking names its ground in the applicant's language."""
    language = answers.case.language
    if answers.variables.get("competence") == "none":
        ground = OUTSIDE_COMPETENCE.in_(language)
    elif answers.variables.get("answered_before") == "yes":
        reference = str(answers.of("request").get("earlier_reference") or "")
        ground = ANSWERED_BEFORE.with_values(reference=reference).in_(language)
    else:
        return
    request = answers.session.get_one(ReceptionRequest, answers.case.id)
    request.answers = {**request.answers, "refusal_reason": ground}


def _keep_cap(answers: Answers) -> None:
    chosen = answers.of("request").get("extended_until")
    if not chosen:
        return
    request = answers.session.get_one(ReceptionRequest, answers.case.id)
    registered = (request.registered_at or answers.now).astimezone(UTC).isoformat()
    term, _ = Terms(answers.session, answers.office_id).term("reception.extension", registered)
    last = office_calendar(answers.session, answers.office_id).local(term.due).date()
    if date.fromisoformat(str(chosen)[:10]) > last:
        answers.refuse("request.extended_until", TOO_LATE.with_values(last=f"{last:%d.%m.%Y}"))


def _keep_order(answers: Answers) -> None:
    """KRG-30: who asked earlier is booked earlier; those received out of turn (KRG-13) go as they are put."""
    slot_id = answers.of("booking").get("slot")
    if not answers.variables.get("list_approved") or not slot_id:
        return
    session = answers.session
    mine = session.get_one(ReceptionRequest, answers.case.id)
    slot = session.get(Slot, int(slot_id))
    if slot is None or mine.answers.get("priority_category"):
        return
    moments = free_moments(session, mine, slot.day_id, now=answers.now)
    chosen = next((each for each in moments if each.slot_id == slot.id), None)
    kept = in_turn(moments)
    if chosen is None or chosen in kept:
        return
    local = office_calendar(session, answers.office_id).local
    times = ", ".join(f"{local(each.starts_at):%H:%M}" for each in kept[:TOLD])
    sentence = OUT_OF_ORDER if chosen.overtaken else TOO_FAR_BACK
    answers.refuse("booking.slot", sentence.with_values(who=", ".join(chosen.overtaken or chosen.ahead), times=times))


def _keep_to_the_past(answers: Answers) -> None:
    given: Mapping[str, Any] = answers.of("request")
    today = office_calendar(answers.session, answers.office_id).local(answers.now).date()
    for name in _PAST:
        if given.get(name) and date.fromisoformat(str(given[name])[:10]) > today:
            answers.refuse(f"request.{name}", NOT_YET)
