"""What is wrong with a bundle in its office: its diagrams, and what they name."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from app.domain.problems import Problem, Rule
from app.domain.texts import Text
from app.engine.elements import Element, read_elements
from app.engine.lint import lint
from app.engine.xml import DiagramXmlError
from app.forms import form_problems
from app.models import Office

NO_FORM: Final = Rule(
    "office.form_missing",
    "error",
    Text(
        "Тапсырманың нысаны жоқ: «{form}» деген нысан табылмады. Бар нысанды таңдаңыз немесе жаңасын жасаңыз.",
        "У задачи нет формы: форма «{form}» не найдена. Выберите готовую или создайте новую.",
        "The task has no form: there is no form “{form}”. Choose one or make a new one.",
    ),
)
NO_KAZAKH: Final = Rule(
    "office.name_kk",
    "error",
    Text(
        "Қазақша атауы жоқ. «Атауы қазақша» жолын толтырыңыз: қызметкерлер мен өтініш берушілер оны көреді.",
        "Нет названия на казахском. Заполните поле «Название на казахском»: его видят сотрудники и заявители.",
        "The Kazakh name is missing. Fill in “Name in Kazakh”: staff and applicants read it.",
    ),
)
NO_RUSSIAN: Final = Rule(
    "office.name_ru",
    "error",
    Text(
        "Орысша атауы жоқ. «Атауы орысша» жолын толтырыңыз.",
        "Нет названия на русском. Заполните поле «Название на русском».",
        "The Russian name is missing. Fill in “Name in Russian”.",
    ),
)
NO_ROLE: Final = Rule(
    "office.role",
    "error",
    Text(
        "Тапсырманы кім орындайтыны белгісіз: рөлді таңдаңыз немесе элементті рөлі бар жолға қойыңыз.",
        "Неизвестно, кто выполняет задачу: выберите роль или поставьте элемент на дорожку с ролью.",
        "Nobody is said to do this task: choose a role or put the element into a lane with a role.",
    ),
)
UNKNOWN_ROLE: Final = Rule(
    "office.role_unknown",
    "error",
    Text(
        "Кеңседе «{role}» рөлі жоқ. Тізімнен таңдаңыз.",
        "В организации нет роли «{role}». Выберите из списка.",
        "The office has no role “{role}”. Choose one of the list.",
    ),
)
FORM_FAULT: Final = Rule("office.form", "error", Text("{kk}", "{ru}", "{en}"))
_NAMED: Final = frozenset({"userTask", "manualTask", "task", "subProcess", "callActivity"})
_DONE_BY_PEOPLE: Final = frozenset({"userTask", "manualTask", "task"})


def problems_of(session: Session, office_id: str, bundle: Mapping[str, Any]) -> Iterator[Problem]:
    """Every problem of the bundle, those of the diagrams first; never raises, whatever the diagrams are."""
    diagrams = {name: source.encode() for name, source in bundle["diagrams"].items()}
    yield from lint(diagrams, standalone=False)
    for key, schema in bundle["forms"].items():
        for fault in form_problems(schema):
            words = {language: f"{fault.component}: {fault.message.in_(language)}" for language in ("kk", "ru", "en")}
            yield FORM_FAULT.at(f"{key}.form.json", "", **words)
    file = f"{bundle['process']}.bpmn"
    try:
        elements = read_elements(diagrams[file])
    except DiagramXmlError:
        return  # lint has said so
    roles = {role["code"] for role in session.get_one(Office, office_id).settings.get("roles", ())}
    for element in elements.values():
        yield from _at(file, element, bundle["forms"], roles)


def _at(file: str, element: Element, forms: Mapping[str, Any], roles: set[str]) -> Iterator[Problem]:
    named = element.name.kk or element.name.ru or element.kind in _NAMED
    if named and not element.name.ru:
        yield NO_RUSSIAN.at(file, element.id)
    if named and not element.name.kk:
        yield NO_KAZAKH.at(file, element.id)
    if element.kind == "userTask" and (key := element.properties.get("formKey", element.id)) not in forms:
        yield NO_FORM.at(file, element.id, form=key)
    if element.kind in _DONE_BY_PEOPLE and not element.role:
        yield NO_ROLE.at(file, element.id)
    if element.role and roles and element.role not in roles:
        yield UNKNOWN_ROLE.at(file, element.id, role=element.role)
