"""The tables, one a file."""

from app.models.api_token import ApiToken
from app.models.appeal import Appeal
from app.models.appeal_alarm import AppealAlarm
from app.models.appeal_card import AppealCard
from app.models.appeal_line import AppealLine
from app.models.appeal_problem import AppealProblem
from app.models.appeal_turn import AppealTurn
from app.models.applicant import Applicant
from app.models.assignment import Assignment
from app.models.assignment_executor import AssignmentExecutor
from app.models.assignment_extension import AssignmentExtension
from app.models.assignment_measure import AssignmentMeasure
from app.models.base import Base
from app.models.blackout import Blackout
from app.models.body_link import BodyLink
from app.models.body_link_code import BodyLinkCode
from app.models.body_link_secret import BodyLinkSecret
from app.models.body_position import BodyPosition
from app.models.booking import Booking
from app.models.bulk_action import BulkAction
from app.models.calendar_decision import CalendarDecision
from app.models.calendar_year import CalendarYear
from app.models.card_base import CardBase
from app.models.card_base_change import CardBaseChange
from app.models.case_file import Case
from app.models.case_link import CaseLink
from app.models.case_term import CaseTerm
from app.models.case_words import CaseWords
from app.models.central_request import CentralRequest
from app.models.consultation import Consultation
from app.models.deadline_rule import DeadlineRule
from app.models.delivery_receipt import DeliveryReceipt
from app.models.document import Document
from app.models.draft import Draft
from app.models.file import File
from app.models.file_chunk import FileChunk
from app.models.grievance import Grievance
from app.models.grievance_state import GrievanceState
from app.models.hand_over import HandOver
from app.models.history import History
from app.models.history_payload import HistoryPayload
from app.models.inbox_message import InboxMessage
from app.models.incident import Incident
from app.models.incoming_appeal import IncomingAppeal
from app.models.incoming_document import IncomingDocument
from app.models.installation import Installation
from app.models.intake_batch import IntakeBatch
from app.models.job import Job
from app.models.journal_row import JournalRow
from app.models.kazpost_delivery import KazpostDelivery
from app.models.kazpost_envelope import KazpostEnvelope
from app.models.letter import Letter
from app.models.mailbox_message import MailboxMessage
from app.models.materials_pack import MaterialsPack
from app.models.matter_decision import MatterDecision
from app.models.message import Message
from app.models.monitoring_entry import MonitoringEntry
from app.models.note import Note
from app.models.office import Office
from app.models.office_hours import OfficeHoursRow
from app.models.password_reset import PasswordReset
from app.models.person import Person
from app.models.plan_event import PlanEvent
from app.models.portal_filing import PortalFiling
from app.models.portal_message import PortalMessage
from app.models.process_draft import ProcessDraft
from app.models.process_instance import ProcessInstance
from app.models.process_version import ProcessVersion
from app.models.rate_limit import RateLimit
from app.models.reception_day import ReceptionDay
from app.models.reception_request import ReceptionRequest
from app.models.register_counter import RegisterCounter
from app.models.register_entry import RegisterEntry
from app.models.reminder_call import ReminderCall
from app.models.reply import Reply
from app.models.reply_argument import ReplyArgument
from app.models.reply_check import ReplyCheck
from app.models.reply_dispatch import ReplyDispatch
from app.models.reply_part import ReplyPart
from app.models.reply_remark import ReplyRemark
from app.models.reply_review import ReplyReview
from app.models.reply_version import ReplyVersion
from app.models.report import Report
from app.models.restriction_period import RestrictionPeriod
from app.models.role_grant import RoleGrant
from app.models.role_held import role_held
from app.models.schedule_period import SchedulePeriod
from app.models.slot import Slot
from app.models.slot_hold import SlotHold
from app.models.state_body import StateBody
from app.models.subscription import Subscription
from app.models.substitution import Substitution
from app.models.survey_candidate import SurveyCandidate
from app.models.unit import Unit
from app.models.user_task import UserTask
from app.models.visit_link import VisitLink
from app.models.waiting_entry import WaitingEntry
from app.models.web_session import WebSession

__all__ = [
    "ApiToken",
    "Appeal",
    "AppealAlarm",
    "AppealCard",
    "AppealLine",
    "AppealProblem",
    "AppealTurn",
    "Applicant",
    "Assignment",
    "AssignmentExecutor",
    "AssignmentExtension",
    "AssignmentMeasure",
    "Base",
    "Blackout",
    "BodyLink",
    "BodyLinkCode",
    "BodyLinkSecret",
    "BodyPosition",
    "Booking",
    "BulkAction",
    "CalendarDecision",
    "CalendarYear",
    "CardBase",
    "CardBaseChange",
    "Case",
    "CaseLink",
    "CaseTerm",
    "CaseWords",
    "CentralRequest",
    "Consultation",
    "DeadlineRule",
    "DeliveryReceipt",
    "Document",
    "Draft",
    "File",
    "FileChunk",
    "Grievance",
    "GrievanceState",
    "HandOver",
    "History",
    "HistoryPayload",
    "InboxMessage",
    "Incident",
    "IncomingAppeal",
    "IncomingDocument",
    "Installation",
    "IntakeBatch",
    "Job",
    "JournalRow",
    "KazpostDelivery",
    "KazpostEnvelope",
    "Letter",
    "MailboxMessage",
    "MaterialsPack",
    "MatterDecision",
    "Message",
    "MonitoringEntry",
    "Note",
    "Office",
    "OfficeHoursRow",
    "PasswordReset",
    "Person",
    "PlanEvent",
    "PortalFiling",
    "PortalMessage",
    "ProcessDraft",
    "ProcessInstance",
    "ProcessVersion",
    "RateLimit",
    "ReceptionDay",
    "ReceptionRequest",
    "RegisterCounter",
    "RegisterEntry",
    "ReminderCall",
    "Reply",
    "ReplyArgument",
    "ReplyCheck",
    "ReplyDispatch",
    "ReplyPart",
    "ReplyRemark",
    "ReplyReview",
    "ReplyVersion",
    "Report",
    "RestrictionPeriod",
    "RoleGrant",
    "SchedulePeriod",
    "Slot",
    "SlotHold",
    "StateBody",
    "Subscription",
    "Substitution",
    "SurveyCandidate",
    "Unit",
    "UserTask",
    "VisitLink",
    "WaitingEntry",
    "WebSession",
    "role_held",
]
