"""Names of the events from which deadlines are counted, as people read them."""

from collections.abc import Mapping
from typing import Final

from app.domain.rules import DEFAULT_EVENT
from app.domain.texts import Text

EVENT_NAMES: Final[Mapping[str, Text]] = {
    "appeal.accepted": Text("өтініштің қабылдануы", "приём обращения", "acceptance of the appeal"),
    "appeal.registered": Text("өтініштің тіркелуі", "регистрация обращения", "registration of the appeal"),
    "assignment.due_date": Text("тапсырманың мерзімі", "срок поручения", "the due date of the assignment"),
    "branch_head.report_meeting_day": Text(
        "филиал басшысының есеп беру жиналысына келуі",
        "приезд начальника филиала на отчётное совещание",
        "the branch head's visit to the report meeting",
    ),
    "call.failed": Text("жауапсыз қоңырау", "звонок без ответа", "the call that was not answered"),
    "central_request.sent": Text(
        "орталық органға сұраныс жіберу",
        "отправка запроса в центральный орган",
        "sending the request to the central body",
    ),
    "discrepancy.found": Text("сәйкессіздіктің анықталуы", "выявление несоответствия", "finding the discrepancy"),
    "ecc_request.received": Text(
        "байланыс орталығы сұранысының келіп түсуі",
        "поступление запроса контакт-центра",
        "receipt of the contact centre's request",
    ),
    "event.planned_date": Text("іс-шараның күні", "день мероприятия", "the day of the event"),
    "grievance.registered": Text("шағымның тіркелуі", "регистрация жалобы", "registration of the grievance"),
    "info.changed": Text("ақпараттың өзгеруі", "изменение информации", "the change of the information"),
    "info.presented": Text("ақпараттың ұсынылуы", "представление информации", "presentation of the information"),
    "invitation.due_moment": Text(
        "шақыруда көрсетілген мерзім", "срок, названный в приглашении", "the term named in the invitation"
    ),
    "participation_refusal.received": Text(
        "қатысудан бас тартудың келіп түсуі", "получение отказа от участия", "receipt of the refusal to take part"
    ),
    "poor_quality.found": Text(
        "сапасыз дайындықтың анықталуы", "выявление некачественной подготовки", "finding of poor quality"
    ),
    "protocol.signed": Text("хаттамаға қол қойылуы", "подписание протокола", "signing of the protocol"),
    "quarter.end": Text("тоқсанның аяқталуы", "окончание квартала", "the end of the quarter"),
    "reception.date": Text("жеке қабылдау", "личный приём", "the personal reception"),
    "reply.prepared": Text("жауаптың дайындалуы", "подготовка ответа", "preparation of the reply"),
    "report_meeting.date": Text("есеп беру кездесуі", "отчётная встреча", "the report meeting"),
    "request.received": Text("өтініштің келіп түсуі", "поступление заявки", "receipt of the request"),
    "request.registered": Text("өтініштің тіркелуі", "регистрация заявки", "registration of the request"),
    "resolution.due_date": Text(
        "қарарда көрсетілген мерзім", "срок, указанный в резолюции", "the term named in the resolution"
    ),
    "responsible.appointed": Text(
        "жауапты тұлғаның тағайындалуы", "назначение ответственного лица", "appointment of the responsible person"
    ),
    "responsible.transferred_or_dismissed": Text(
        "жауапты тұлғаның ауысуы немесе жұмыстан босатылуы",
        "перевод или увольнение ответственного лица",
        "transfer or dismissal of the responsible person",
    ),
    "review_book.entry_made": Text(
        "пікірлер кітабына жазба жасалуы", "запись в книге отзывов", "the entry in the review book"
    ),
    "schedule.changed": Text("қабылдау кестесінің өзгеруі", "изменение графика приёма", "the change of the schedule"),
    "appeal.extended_until": Text(
        "мерзім ұзартылған күн", "день, до которого продлён срок", "the day of the extended term"
    ),
    "appeal.reply_due": Text("жауап беру мерзімі", "срок ответа на обращение", "the term of the reply"),
    "half_year.ended": Text("жартыжылдықтың аяқталуы", "окончание полугодия", "the end of the half-year"),
    "task.due": Text("тапсырманың мерзімі", "срок задачи", "the term of the task"),
    "demand.due_moment": Text(
        "талапта көрсетілген мерзім", "срок, названный в требовании", "the term named in the demand"
    ),
    "letter.sent": Text("хаттың жіберілуі", "отправка письма", "sending the letter"),
    "notice.received": Text("хабарламаның келіп түсуі", "получение извещения", "receipt of the notice"),
    "offer.made": Text("уақыттың ұсынылуы", "предложение времени", "the offer of a time"),
    "report.due": Text("есептің мерзімі", "срок отчёта", "the due date of the report"),
    "schedule.opened": Text("кестені жасаудың басталуы", "начало составления графика", "the beginning of the schedule"),
    "schedule.published": Text("кестенің жариялануы", "публикация графика", "publication of the schedule"),
    "schedule.submitted": Text(
        "кестенің бекітуге ұсынылуы", "представление графика на утверждение", "submission of the schedule for approval"
    ),
    "survey.started": Text("сауалнаманың басталуы", "начало опроса", "the beginning of the survey"),
    "unified_day.created": Text(
        "бірыңғай қабылдау күнінің тағайындалуы",
        "назначение единого дня приёма",
        "setting of the unified reception day",
    ),
}
"""Noun phrases for the events of the requirement catalogue; an office may name its own in its rules."""


def event_name(event: str) -> Text | None:
    """The phrase for `event`; its own name where there is none; None for the unnamed event."""
    if event == DEFAULT_EVENT:
        return None
    return EVENT_NAMES.get(event) or Text(event, event, event)
