"""Programmes, events and registration, complete."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

SEATS = {'overbooked_within_taken': 'overbooked BETWEEN 0 AND taken', 'not_oversold': 'taken <= capacity + overbooked'}
NEW_SEATS = SEATS | {'capacity_not_negative': 'capacity >= 0', 'taken_not_negative': 'taken >= 0'}

# The checks that differ, before and after.
OLD = {'category': {'not_oversold': 'taken <= capacity'}, 'event': {'not_oversold': 'taken <= capacity'}, 'event_session': {},
       'host': {}, 'consent': {'consentpurpose': "purpose IN ('photos', 'contact_sharing')"}}
NEW = {'category': SEATS,
       'event': SEATS | {'per_organisation_positive': 'per_organisation > 0', 'group_size_range': 'group_size BETWEEN 1 AND 50',
                         'offer_hours_range': 'offer_hours BETWEEN 1 AND 720'},
       'event_session': NEW_SEATS, 'host': {'one_scope': '(programme_id IS NULL) <> (event_id IS NULL)'},
       'consent': {'consentpurpose': "purpose IN ('photos', 'contact_sharing', 'news', 'sensitive')"}}


@contextmanager
def changed(table: str, target: dict[str, dict[str, str]]) -> Iterator[BatchOperations]:
    """Change a table that ends with the checks of `target`."""
    before, after = (OLD if target is NEW else NEW)[table], target[table]
    with op.batch_alter_table(table) as batch_op:
        for name in before:
            batch_op.drop_constraint(op.f(f'ck_{table}_{name}'), type_='check')
        yield batch_op
        for name in after:
            batch_op.create_check_constraint(op.f(f'ck_{table}_{name}'), sa.text(after[name]))


def upgrade() -> None:
    op.create_table('message_template',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('subject_th', sa.String(length=200), nullable=False),
    sa.Column('subject_en', sa.String(length=200), nullable=False),
    sa.Column('body_th', sa.Text(), nullable=False),
    sa.Column('body_en', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_message_template_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message_template')),
    sa.UniqueConstraint('programme_id', 'name', name=op.f('uq_message_template_programme_id_name'))
    )
    op.create_table('unsubscription',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('email_digest', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_unsubscription_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unsubscription')),
    sa.UniqueConstraint('programme_id', 'email_digest', name=op.f('uq_unsubscription_programme_id_email_digest'))
    )
    op.create_table('not_duplicate',
    sa.Column('first_id', sa.Integer(), nullable=False),
    sa.Column('second_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('first_id < second_id', name=op.f('ck_not_duplicate_in_order')),
    sa.ForeignKeyConstraint(['first_id'], ['organisation.id'], name=op.f('fk_not_duplicate_first_id_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['second_id'], ['organisation.id'], name=op.f('fk_not_duplicate_second_id_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('first_id', 'second_id', name=op.f('pk_not_duplicate'))
    )
    with op.batch_alter_table('not_duplicate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_not_duplicate_second_id'), ['second_id'], unique=False)

    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organisation_merged_into_id'), ['merged_into_id'], unique=False)

    op.create_table('event_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name_th', sa.String(length=200), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('for_registered', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_event_file_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sha256'], ['stored_file.sha256'], name=op.f('fk_event_file_sha256_stored_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_file'))
    )
    with op.batch_alter_table('event_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_event_file_event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_event_file_sha256'), ['sha256'], unique=False)

    op.create_table('import_batch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('state', sa.Enum('uploaded', 'applied', 'undoing', 'undone', name='importstate', native_enum=False, create_constraint=True, length=30), nullable=False),
    sa.Column('choices', sa.JSON(), nullable=False),
    sa.Column('created', sa.Integer(), nullable=False),
    sa.Column('skipped', sa.Integer(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('applied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['user_account.id'], name=op.f('fk_import_batch_created_by_id_user_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_import_batch_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sha256'], ['stored_file.sha256'], name=op.f('fk_import_batch_sha256_stored_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_batch'))
    )
    with op.batch_alter_table('import_batch', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_import_batch_event_id'), ['event_id'], unique=False)

    op.create_table('list_view',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('columns', sa.JSON(), nullable=False),
    sa.Column('query', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_list_view_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_list_view_user_id_user_account'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_list_view')),
    sa.UniqueConstraint('user_id', 'event_id', 'name', name=op.f('uq_list_view_user_id_event_id_name'))
    )
    with op.batch_alter_table('list_view', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_list_view_event_id'), ['event_id'], unique=False)

    op.create_table('mailing',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'scheduled', 'sending', 'sent', 'called_off', name='mailingstate', native_enum=False, create_constraint=True, length=30), nullable=False),
    sa.Column('subject_th', sa.String(length=200), nullable=False),
    sa.Column('subject_en', sa.String(length=200), nullable=False),
    sa.Column('body_th', sa.Text(), nullable=False),
    sa.Column('body_en', sa.Text(), nullable=False),
    sa.Column('audience', sa.JSON(), nullable=False),
    sa.Column('about_registration', sa.Boolean(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('hours_before', sa.Integer(), nullable=True),
    sa.Column('recipients', sa.Integer(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['user_account.id'], name=op.f('fk_mailing_created_by_id_user_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_mailing_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mailing'))
    )
    with op.batch_alter_table('mailing', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mailing_event_id'), ['event_id'], unique=False)
        batch_op.create_index('ix_mailing_state_due_at', ['state', 'due_at'], unique=False)

    op.create_table('purge',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('field_group', sa.String(length=30), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_purge_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('event_id', 'field_group', name=op.f('pk_purge'))
    )
    op.create_table('question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('short_text', 'paragraph', 'number', 'yes_no', 'one_of', 'many_of', 'date', 'time', 'phone', 'email', 'file', name='questionkind', native_enum=False, create_constraint=True, length=30), nullable=False),
    sa.Column('asked', sa.Enum('form', 'door', 'staff', name='askedat', native_enum=False, create_constraint=True, length=30), nullable=False),
    sa.Column('required', sa.Boolean(), nullable=False),
    sa.Column('sensitive', sa.Boolean(), nullable=False),
    sa.Column('category_ids', sa.JSON(), nullable=True),
    sa.Column('condition', sa.JSON(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_question_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question'))
    )
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_question_event_id'), ['event_id'], unique=False)

    op.create_table('access_code',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('category_id', sa.Integer(), nullable=True),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('label', sa.String(length=200), nullable=False),
    sa.Column('invites', sa.Boolean(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('organisation_name', sa.String(length=200), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('max_uses', sa.Integer(), nullable=False),
    sa.Column('uses', sa.Integer(), nullable=False),
    sa.Column('reserves', sa.Boolean(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('declined_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('max_uses > 0', name=op.f('ck_access_code_max_uses_positive')),
    sa.CheckConstraint('uses BETWEEN 0 AND max_uses', name=op.f('ck_access_code_not_overused')),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_access_code_category_id_category'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['created_by_id'], ['user_account.id'], name=op.f('fk_access_code_created_by_id_user_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_access_code_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_code')),
    sa.UniqueConstraint('event_id', 'code', name=op.f('uq_access_code_event_id_code'))
    )
    with op.batch_alter_table('access_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_access_code_category_id'), ['category_id'], unique=False)

    op.create_table('question_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('label_th', sa.String(length=400), nullable=False),
    sa.Column('label_en', sa.String(length=400), nullable=False),
    sa.Column('help_th', sa.Text(), nullable=False),
    sa.Column('help_en', sa.Text(), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('limits', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_question_version_question_id_question'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_version')),
    sa.UniqueConstraint('question_id', 'version', name=op.f('uq_question_version_question_id_version'))
    )
    op.create_table('answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('file_sha256', sa.String(length=64), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['file_sha256'], ['stored_file.sha256'], name=op.f('fk_answer_file_sha256_stored_file')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_answer_question_id_question')),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_answer_registration_id_registration'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['version_id'], ['question_version.id'], name=op.f('fk_answer_version_id_question_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer')),
    sa.UniqueConstraint('registration_id', 'question_id', name=op.f('uq_answer_registration_id_question_id'))
    )
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_answer_file_sha256'), ['file_sha256'], unique=False)
        batch_op.create_index(batch_op.f('ix_answer_question_id'), ['question_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_answer_version_id'), ['version_id'], unique=False)

    op.create_table('data_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('access', 'copy', 'correct', 'withdraw', 'erase', 'object', name='requestkind', native_enum=False, create_constraint=True, length=30), nullable=False),
    sa.Column('state', sa.Enum('open', 'done', 'refused', name='requeststate', native_enum=False, create_constraint=True, length=30), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['closed_by_id'], ['user_account.id'], name=op.f('fk_data_request_closed_by_id_user_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_data_request_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_data_request_registration_id_registration'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_request'))
    )
    with op.batch_alter_table('data_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_data_request_event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_data_request_registration_id'), ['registration_id'], unique=False)

    op.create_table('history_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('verb', sa.String(length=40), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('by_participant', sa.Boolean(), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=True),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('registration_id', sa.Integer(), nullable=True),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_history_entry_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_history_entry_organisation_id_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_history_entry_programme_id_programme'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_history_entry_registration_id_registration'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_history_entry_user_id_user_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_history_entry'))
    )
    with op.batch_alter_table('history_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_history_entry_event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_history_entry_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_history_entry_programme_id'), ['programme_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_history_entry_registration_id'), ['registration_id'], unique=False)

    op.create_table('session_choice',
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_session_choice_registration_id_registration'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['session_id'], ['event_session.id'], name=op.f('fk_session_choice_session_id_event_session')),
    sa.PrimaryKeyConstraint('registration_id', 'session_id', name=op.f('pk_session_choice'))
    )
    with op.batch_alter_table('session_choice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_session_choice_session_id'), ['session_id'], unique=False)

    with changed('category', NEW) as batch_op:
        batch_op.add_column(sa.Column('overbooked', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('hidden', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('approval', sa.Boolean(), nullable=False, server_default=sa.false()))

    with changed('event', NEW) as batch_op:
        batch_op.add_column(sa.Column('changes_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('names_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('overbooked', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('per_organisation', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('group_size', sa.Integer(), nullable=False, server_default='5'))
        batch_op.add_column(sa.Column('waitlist', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('offer_hours', sa.Integer(), nullable=False, server_default='24'))
        batch_op.add_column(sa.Column('poster_sha256', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('series', sa.String(length=26), nullable=True))
        batch_op.add_column(sa.Column('notice_items', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('retention', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_event_series'), ['series'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_event_poster_sha256_stored_file'), 'stored_file', ['poster_sha256'], ['sha256'])

    with changed('event_session', NEW) as batch_op:
        batch_op.add_column(sa.Column('bookable', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('capacity', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('taken', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('overbooked', sa.Integer(), nullable=False, server_default='0'))

    with changed('host', NEW) as batch_op:
        batch_op.add_column(sa.Column('event_id', sa.Integer(), nullable=True))
        batch_op.alter_column('programme_id',
               existing_type=sa.INTEGER(),
               nullable=True)
        batch_op.create_index(batch_op.f('ix_host_event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_host_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_host_event_id_organisation_id'), ['event_id', 'organisation_id'])
        batch_op.create_foreign_key(batch_op.f('fk_host_event_id_event'), 'event', ['event_id'], ['id'], ondelete='CASCADE')

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.add_column(sa.Column('mailing_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('access_code_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('bounced_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('bounce_note', sa.String(length=500), nullable=False, server_default=''))
        batch_op.create_unique_constraint(batch_op.f('uq_message_mailing_id_registration_id'), ['mailing_id', 'registration_id'])
        batch_op.create_index(batch_op.f('ix_message_access_code_id'), ['access_code_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_message_access_code_id_access_code'), 'access_code', ['access_code_id'], ['id'], ondelete='CASCADE')
        batch_op.create_foreign_key(batch_op.f('fk_message_mailing_id_mailing'), 'mailing', ['mailing_id'], ['id'], ondelete='CASCADE')

    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.add_column(sa.Column('consents', sa.JSON(), nullable=False, server_default='{}'))

    with changed('consent', NEW):
        pass

    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.add_column(sa.Column('access_code_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('booked_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('import_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('person_ref', sa.String(length=26), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('status_reason', sa.String(length=500), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('overbooked', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('waitlisted_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('offer_expires_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('name_checked_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('anonymised_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_index(batch_op.f('ix_registration_event_id_status'))
        batch_op.create_index('ix_registration_event_id_status', ['event_id', 'status', 'waitlisted_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_registration_access_code_id'), ['access_code_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_registration_booked_by_id'), ['booked_by_id'], unique=False)
        batch_op.create_index('ix_registration_event_id_created_at', ['event_id', 'created_at', 'id'], unique=False)
        if op.get_bind().dialect.name == 'sqlite':
            batch_op.create_index('ix_registration_listed', ['event_id', 'sort_key', 'id', 'status', 'category_id', 'search_text'], unique=False)
        batch_op.create_index('ix_registration_event_id_organisation_id', ['event_id', 'organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_registration_import_id'), ['import_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_registration_access_code_id_access_code'), 'access_code', ['access_code_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_registration_import_id_import_batch'), 'import_batch', ['import_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_registration_booked_by_id_registration'), 'registration', ['booked_by_id'], ['id'])
    op.execute("""
        UPDATE registration SET person_ref = (
            SELECT min(same.code) FROM registration AS same JOIN event AS theirs ON theirs.id = same.event_id
            JOIN event AS ours ON ours.id = registration.event_id
            WHERE same.person_key = registration.person_key AND theirs.programme_id = ours.programme_id)""")


def downgrade() -> None:
    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_registration_booked_by_id_registration'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_registration_import_id_import_batch'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_registration_access_code_id_access_code'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_registration_import_id'))
        batch_op.drop_index('ix_registration_event_id_created_at')
        if op.get_bind().dialect.name == 'sqlite':
            batch_op.drop_index('ix_registration_listed')
        batch_op.drop_index('ix_registration_event_id_organisation_id')
        batch_op.drop_index(batch_op.f('ix_registration_booked_by_id'))
        batch_op.drop_index(batch_op.f('ix_registration_access_code_id'))
        batch_op.drop_index('ix_registration_event_id_status')
        batch_op.create_index(batch_op.f('ix_registration_event_id_status'), ['event_id', 'status'], unique=False)
        batch_op.drop_column('anonymised_at')
        batch_op.drop_column('name_checked_at')
        batch_op.drop_column('offer_expires_at')
        batch_op.drop_column('waitlisted_at')
        batch_op.drop_column('overbooked')
        batch_op.drop_column('status_reason')
        batch_op.drop_column('person_ref')
        batch_op.drop_column('import_id')
        batch_op.drop_column('booked_by_id')
        batch_op.drop_column('access_code_id')

    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.drop_column('consents')

    with changed('consent', OLD):
        pass

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_message_mailing_id_mailing'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_message_access_code_id_access_code'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_message_access_code_id'))
        batch_op.drop_constraint(batch_op.f('uq_message_mailing_id_registration_id'), type_='unique')
        batch_op.drop_column('bounce_note')
        batch_op.drop_column('bounced_at')
        batch_op.drop_column('access_code_id')
        batch_op.drop_column('mailing_id')

    with changed('host', OLD) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_host_event_id_event'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_host_event_id_organisation_id'), type_='unique')
        batch_op.drop_index(batch_op.f('ix_host_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_host_event_id'))
        batch_op.alter_column('programme_id',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.drop_column('event_id')

    with changed('event_session', OLD) as batch_op:
        batch_op.drop_column('overbooked')
        batch_op.drop_column('taken')
        batch_op.drop_column('capacity')
        batch_op.drop_column('bookable')

    with changed('event', OLD) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_event_poster_sha256_stored_file'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_event_series'))
        batch_op.drop_column('archived_at')
        batch_op.drop_column('retention')
        batch_op.drop_column('notice_items')
        batch_op.drop_column('series')
        batch_op.drop_column('poster_sha256')
        batch_op.drop_column('offer_hours')
        batch_op.drop_column('waitlist')
        batch_op.drop_column('group_size')
        batch_op.drop_column('per_organisation')
        batch_op.drop_column('overbooked')
        batch_op.drop_column('names_until')
        batch_op.drop_column('changes_until')

    with changed('category', OLD) as batch_op:
        batch_op.drop_column('approval')
        batch_op.drop_column('hidden')
        batch_op.drop_column('overbooked')

    with op.batch_alter_table('session_choice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_session_choice_session_id'))

    op.drop_table('session_choice')
    with op.batch_alter_table('history_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_history_entry_registration_id'))
        batch_op.drop_index(batch_op.f('ix_history_entry_programme_id'))
        batch_op.drop_index(batch_op.f('ix_history_entry_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_history_entry_event_id'))

    op.drop_table('history_entry')
    with op.batch_alter_table('data_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_data_request_registration_id'))
        batch_op.drop_index(batch_op.f('ix_data_request_event_id'))

    op.drop_table('data_request')
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_answer_version_id'))
        batch_op.drop_index(batch_op.f('ix_answer_question_id'))
        batch_op.drop_index(batch_op.f('ix_answer_file_sha256'))

    op.drop_table('answer')
    op.drop_table('question_version')
    with op.batch_alter_table('access_code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_access_code_category_id'))

    op.drop_table('access_code')
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_question_event_id'))

    op.drop_table('question')
    op.drop_table('purge')
    with op.batch_alter_table('mailing', schema=None) as batch_op:
        batch_op.drop_index('ix_mailing_state_due_at')
        batch_op.drop_index(batch_op.f('ix_mailing_event_id'))

    op.drop_table('mailing')
    with op.batch_alter_table('list_view', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_list_view_event_id'))

    op.drop_table('list_view')
    with op.batch_alter_table('import_batch', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_import_batch_event_id'))

    op.drop_table('import_batch')
    with op.batch_alter_table('event_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_event_file_sha256'))
        batch_op.drop_index(batch_op.f('ix_event_file_event_id'))

    op.drop_table('event_file')
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organisation_merged_into_id'))

    with op.batch_alter_table('not_duplicate', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_not_duplicate_second_id'))

    op.drop_table('not_duplicate')
    op.drop_table('unsubscription')
    op.drop_table('message_template')
