"""Every table of Ruam. They are written by feature in `tables/` and imported from here.

Plain facts only: columns, named constraints, and methods that read their own row. Rules that need more than one row live in
the features' services; a rule that data must obey for ever is a constraint there, and its name leads to the form field
(`core.errors`). Text is NFC, dates are ISO, times are aware UTC; Thai digits and the Buddhist era exist only at the edge.

The names of people, addresses and answers sit on the registration as they were given for that event: what was signed up for
stays what it was. People are the same person across events when `person_key` is the same.
"""

from __future__ import annotations

from tables.accounts import AccountLink, Grant, Identity, LinkPurpose, Role, User
from tables.api import ApiCall, ApiToken, Webhook, WebhookDelivery
from tables.base import Base, UtcDateTime, db, now
from tables.certificates import (
    Certificate,
    CertificateDesign,
    CertificateException,
    CertificateKind,
    CertificatePlan,
    CertificateStatus,
    CorrectionDecision,
    CorrectionRequest,
    NamedHolder,
    Register,
    RegisterCounter,
    RegisterReset,
    Reservation,
)
from tables.checkin import (
    Checkpoint,
    CheckpointKind,
    ConflictSettlement,
    Decision,
    Device,
    DeviceMode,
    Direction,
    Enrolment,
    EntryPolicy,
    Gate,
    Scan,
    ScanSource,
    Signature,
)
from tables.events import AccessCode, Category, Event, EventFile, EventKind, EventSession, EventStatus
from tables.files import Job, JobState, StoredFile
from tables.messages import Mailing, MailingState, Message, MessageState, MessageTemplate, Unsubscription
from tables.presentations import Criterion, Judge, Remark, Score, Slot, SlotFile, SlotKind, Stage
from tables.privacy import DataRequest, HistoryEntry, Purge, RequestKind, RequestState
from tables.programmes import Cluster, Host, Membership, NotDuplicate, Organisation, OrganisationKind, Programme
from tables.questions import Answer, AskedAt, Question, QuestionKind, QuestionVersion
from tables.registration import (
    Consent,
    ConsentPurpose,
    ImportBatch,
    ImportState,
    ListView,
    Notice,
    Registration,
    RegistrationSource,
    RegistrationStatus,
    RetiredCode,
    SessionChoice,
)
from tables.surveys import BandSet, ItemKind, Survey, SurveyAnswer, SurveyCompletion, SurveyItem, SurveySheet

__all__ = [
    "AccessCode", "AccountLink", "Answer", "ApiCall", "ApiToken", "AskedAt", "BandSet", "Base", "Category", "Certificate",
    "CertificateDesign", "CertificateException", "CertificateKind", "CertificatePlan", "CertificateStatus",
    "Checkpoint", "CheckpointKind", "Cluster", "ConflictSettlement", "Consent", "ConsentPurpose",
    "CorrectionDecision", "CorrectionRequest", "Criterion", "DataRequest", "db", "Decision", "Device", "DeviceMode",
    "Direction", "Enrolment", "EntryPolicy", "Event", "EventFile", "EventKind", "EventSession", "EventStatus", "Gate",
    "Grant", "HistoryEntry", "Host", "Identity", "ImportBatch", "ImportState", "ItemKind", "Job", "JobState", "Judge",
    "LinkPurpose", "ListView", "Mailing", "MailingState", "Membership", "Message", "MessageState", "MessageTemplate",
    "NamedHolder", "NotDuplicate", "Notice", "now", "Organisation", "OrganisationKind", "Programme", "Purge",
    "Question", "QuestionKind", "QuestionVersion", "Register", "RegisterCounter", "RegisterReset", "Registration",
    "RegistrationSource", "RegistrationStatus", "Remark", "RequestKind", "RequestState", "Reservation", "RetiredCode",
    "Role", "Scan", "ScanSource", "Score", "SessionChoice", "Signature", "Slot", "SlotFile", "SlotKind", "Stage",
    "StoredFile", "Survey", "SurveyAnswer", "SurveyCompletion", "SurveyItem", "SurveySheet", "Unsubscription", "User",
    "UtcDateTime", "Webhook", "WebhookDelivery",
]
