"""The columns of each table that programs see. What is secret, or only sorts and searches, is in none."""

from __future__ import annotations

from blueprints.api.shapes import TEXT, Shape
from core.web import address
from models import (
    AccessCode,
    Category,
    Certificate,
    CertificatePlan,
    Checkpoint,
    DataRequest,
    Device,
    Event,
    EventSession,
    Gate,
    Grant,
    ImportBatch,
    Job,
    Mailing,
    Message,
    MessageTemplate,
    Organisation,
    Programme,
    Register,
    Registration,
    Scan,
    Slot,
    SurveyItem,
    Webhook,
)

PROGRAMME = Shape("Programme", Programme, (
    "id title_th title_en summary_th summary_en cluster_id starts_on ends_on target_organisations target_persons "
    "target_attendance target_satisfaction version created_at"))
ORGANISATION = Shape("Organisation", Organisation, (
    "id name_th name_en kind sector province juristic_number confirmed merged_into_id created_at"))
CATEGORY = Shape("Category", Category, (
    "id name_th name_en capacity taken hidden approval"))
SESSION = Shape("Session", EventSession, (
    "id title_th title_en starts_at ends_at room speaker bookable capacity taken"))
EVENT = Shape("Event", Event, (
    "id programme_id slug kind status title_th title_en summary_th summary_en starts_at ends_at timezone place_th place_en "
    "map_url online_url chair_th chair_en contact_name contact_phone contact_email hours registration_opens_at "
    "registration_closes_at changes_until names_until capacity taken per_organisation group_size waitlist offer_hours "
    "published_at cancelled_at cancel_reason archived_at created_at version"), {
        "page": (TEXT, lambda event: address("events.public_page", slug=event.slug)),
        "categories": ({"type": "array", "items": CATEGORY.schema()}, lambda event: [CATEGORY.of(one) for one in event.categories]),
        "sessions": ({"type": "array", "items": SESSION.schema()}, lambda event: [SESSION.of(one) for one in event.sessions])})
REGISTRATION = Shape("Registration", Registration, (
    "id event_id category_id status source code title first_name last_name name_en certificate_name organisation_id "
    "organisation_name position email phone phone_extension staff_note vip wheelchair language person_ref booked_by_id "
    "created_at updated_at cancelled_at status_reason waitlisted_at offer_expires_at anonymised_at version"))
CODE = Shape("AccessCode", AccessCode, (
    "id event_id category_id code label invites name organisation_name email max_uses uses reserves expires_at revoked_at "
    "declined_at sent_at created_at"))
CHECKPOINT = Shape("Checkpoint", Checkpoint, (
    "id event_id session_id position name_th name_en kind policy strict opens_at closes_at all_out_at category_ids "
    "signature"))
GATE = Shape("Gate", Gate, (
    "id event_id name"))
DEVICE = Shape("Device", Device, (
    "id event_id gate_id label mode grants gate_ids checkpoint_ids enrolled_at expires_at revoked_at last_seen_at unsent "
    "wiped_at"))
SCAN = Shape("Scan", Scan, (
    "id event_id device_id user_id gate_id checkpoint_id registration_id direction source claimed_at received_at judged_at "
    "clock_warning verdict would_be forced_sent offline undone_at"))
CERTIFICATE = Shape("Certificate", Certificate, (
    "id register_id period sequence number code kind event_id registration_id organisation_id holder facts design_id "
    "file_sha256 issued_at status status_at status_reason replaces_id"), {
                        "page": (TEXT, lambda one: one.facts.get("verify_url", ""))})
PLAN = Shape("CertificatePlan", CertificatePlan, (
    "id event_id kind rule issued_on design_id register_id"))
REGISTER = Shape("Register", Register, (
    "id programme_id name pattern padding thai_digits reset created_at"))
SLOT = Shape("Slot", Slot, (
    "id event_id position kind organisation_id organisation_name title_th title_en presenters minutes question_minutes "
    "begins_at withdrawn"))
SURVEY_ITEM = Shape("SurveyItem", SurveyItem, (
    "id position kind label_th label_en options required"))
MAILING = Shape("Mailing", Mailing, (
    "id event_id state subject_th subject_en body_th body_en audience about_registration due_at hours_before recipients "
    "created_at sent_at version"))
MESSAGE = Shape("Message", Message, (
    "id kind language registration_id mailing_id state attempts due_at last_error created_at sent_at bounced_at"), {
        "to": (TEXT, lambda message: message.to)})
TEMPLATE = Shape("MessageTemplate", MessageTemplate, (
    "id programme_id name subject_th subject_en body_th body_en version created_at"))
IMPORT = Shape("Import", ImportBatch, (
    "id event_id file_name state created skipped created_at applied_at undone_at"))
GRANT = Shape("Grant", Grant, (
    "id user_id programme_id event_id role created_at"), {
    "name": (TEXT, lambda grant: grant.user.name), "email": (TEXT, lambda grant: grant.user.email)})
REQUEST = Shape("DataRequest", DataRequest, (
    "id event_id registration_id kind state note made_at closed_at"))
JOB = Shape("Job", Job, (
    "id kind event_id state done total error created_at finished_at"))
WEBHOOK = Shape("Webhook", Webhook, (
    "id programme_id event_id url subjects created_at stopped_at"))
