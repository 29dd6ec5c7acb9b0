"""Service tasks of the analysis of consumers' proposals (RB-09)."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.handlers.registry import Step, Variables, service_task
from app.models import MonitoringEntry
from app.records.incoming_documents import open_proposals


class NotAllAnalysedError(AutomationError):
    """Each proposal needs its decision (SKE-2.14)."""

    status = 422
    message = Text(
        kk="Барлық ұсыныс қаралмаған немесе бірі екі рет көрсетілген. Әрқайсысын бір рет қараңыз.",
        ru="Рассмотрены не все предложения, или одно указано дважды. Рассмотрите каждое один раз.",
        en="Not all proposals were considered, or one stands twice. Consider each once.",
    )


@service_task(
    "monitoring.collect_proposals",
    kind="record",
    label=Text("Қаралмаған ұсыныстарды жинау", "Собрать нерассмотренные предложения", "Collect the proposals"),
    sample={"analysed": [{"proposal": "1"}]},
)
def collect(step: Step) -> Variables:
    """The proposals of the base that nobody has analysed yet, a row each (SKE-2.14)."""
    return {"analysed": [{"proposal": str(entry.id)} for entry in open_proposals(step.session, step.office_id)]}


@service_task(
    "monitoring.keep_analysis",
    kind="record",
    label=Text("Талдау шешімдерін сақтау", "Сохранить решения анализа", "Keep the decisions of the analysis"),
)
def keep(step: Step, *, analysed: Sequence[Mapping[str, Any]]) -> Variables:
    """Write of each proposal whether it is expedient and feasible, and the decision (SKE-2.14).

    Raises `NotAllAnalysedError` where a proposal stands twice.
    """
    chosen = [int(row["proposal"]) for row in analysed]
    if len(set(chosen)) != len(chosen):
        raise NotAllAnalysedError
    for number, row in zip(chosen, analysed, strict=True):
        entry = step.own(MonitoringEntry, number)
        entry.expedient, entry.feasible = row["expedient"] == "yes", row["feasible"] == "yes"
        entry.decision, entry.analysed_at, entry.analysed_by = str(row["decision"]), step.now, step.by
    return {}
