"""Certificates, complete."""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('reservation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('register_id', sa.Integer(), nullable=False),
    sa.Column('period', sa.String(length=10), nullable=False),
    sa.Column('first', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.Column('following', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.Column('purpose', sa.String(length=200), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('first BETWEEN 1 AND last', name=op.f('ck_reservation_range_in_order')),
    sa.CheckConstraint('following BETWEEN first AND last + 1', name=op.f('ck_reservation_following_within_range')),
    sa.ForeignKeyConstraint(['created_by_id'], ['user_account.id'], name=op.f('fk_reservation_created_by_id_user_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_reservation_event_id_event')),
    sa.ForeignKeyConstraint(['register_id'], ['register.id'], name=op.f('fk_reservation_register_id_register')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reservation')),
    sa.UniqueConstraint('register_id', 'period', 'first', name=op.f('uq_reservation_register_id_period_first'))
    )
    with op.batch_alter_table('reservation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reservation_event_id'), ['event_id'], unique=False)

    op.create_table('certificate_plan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('attendance', 'speaker', 'organiser', 'enterprise', name='certificatekind', native_enum=False, create_constraint=True, length=30), nullable=False),
    sa.Column('rule', sa.JSON(), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('design_id', sa.Integer(), nullable=False),
    sa.Column('register_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['design_id'], ['certificate_design.id'], name=op.f('fk_certificate_plan_design_id_certificate_design'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_certificate_plan_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['register_id'], ['register.id'], name=op.f('fk_certificate_plan_register_id_register')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_plan')),
    sa.UniqueConstraint('event_id', 'kind', name=op.f('uq_certificate_plan_event_id_kind'))
    )
    op.create_table('named_holder',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('name_th', sa.String(length=200), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('organisation', sa.String(length=200), nullable=False),
    sa.Column('sort_key', sa.String(length=400), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['certificate_plan.id'], name=op.f('fk_named_holder_plan_id_certificate_plan'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_named_holder'))
    )
    with op.batch_alter_table('named_holder', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_named_holder_plan_id'), ['plan_id'], unique=False)

    op.create_table('certificate_exception',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('granted', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(registration_id IS NULL) <> (organisation_id IS NULL)', name=op.f('ck_certificate_exception_one_subject')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user_account.id'], name=op.f('fk_certificate_exception_decided_by_id_user_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_certificate_exception_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['plan_id'], ['certificate_plan.id'], name=op.f('fk_certificate_exception_plan_id_certificate_plan'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_certificate_exception_registration_id_registration')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_exception')),
    sa.UniqueConstraint('plan_id', 'organisation_id', name=op.f('uq_certificate_exception_plan_id_organisation_id')),
    sa.UniqueConstraint('plan_id', 'registration_id', name=op.f('uq_certificate_exception_plan_id_registration_id'))
    )
    with op.batch_alter_table('certificate_exception', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_certificate_exception_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_certificate_exception_registration_id'), ['registration_id'], unique=False)

    op.create_table('correction_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('certificate_id', sa.Integer(), nullable=False),
    sa.Column('holder_th', sa.String(length=200), nullable=False),
    sa.Column('holder_en', sa.String(length=200), nullable=False),
    sa.Column('organisation', sa.String(length=200), nullable=False),
    sa.Column('message', sa.String(length=500), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decision', sa.Enum('accepted', 'refused', name='correctiondecision', native_enum=False, create_constraint=True, length=30), nullable=True),
    sa.Column('answer', sa.String(length=500), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('replacement_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_correction_request_certificate_id_certificate')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user_account.id'], name=op.f('fk_correction_request_decided_by_id_user_account'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['replacement_id'], ['certificate.id'], name=op.f('fk_correction_request_replacement_id_certificate')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction_request'))
    )
    with op.batch_alter_table('correction_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_correction_request_certificate_id'), ['certificate_id'], unique=False)

    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.add_column(sa.Column('organisation_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('named_holder_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('signature', sa.JSON(), nullable=True))
        batch_op.create_index(batch_op.f('ix_certificate_named_holder_id'), ['named_holder_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_certificate_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index('uq_certificate_one_valid_named_holder', ['named_holder_id', 'kind'], unique=True, sqlite_where=sa.text("status = 'valid'"), postgresql_where=sa.text("status = 'valid'"))
        batch_op.create_index('uq_certificate_one_valid_organisation', ['event_id', 'organisation_id', 'kind'], unique=True, sqlite_where=sa.text("status = 'valid'"), postgresql_where=sa.text("status = 'valid'"))
        batch_op.create_foreign_key(batch_op.f('fk_certificate_named_holder_id_named_holder'), 'named_holder', ['named_holder_id'], ['id'], ondelete='SET NULL')
        batch_op.create_foreign_key(batch_op.f('fk_certificate_organisation_id_organisation'), 'organisation', ['organisation_id'], ['id'])

    with op.batch_alter_table('certificate_design', schema=None) as batch_op:
        batch_op.add_column(sa.Column('layered', sa.Boolean(), nullable=True))

    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.add_column(sa.Column('mask_holders', sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_job_jobstate'), type_='check')
        batch_op.create_check_constraint(op.f('ck_job_jobstate'), sa.text("state IN ('queued', 'running', 'done', 'failed', 'cancelled')"))
        batch_op.add_column(sa.Column('options', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('cancel_asked_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('register', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_register_registerreset'), type_='check')
        batch_op.create_check_constraint(op.f('ck_register_registerreset'), sa.text("reset IN ('never', 'buddhist_year', 'fiscal_year', 'programme')"))
        batch_op.alter_column('programme_id', existing_type=sa.Integer(), nullable=True)
        batch_op.create_index('uq_register_shared_name', ['name'], unique=True, sqlite_where=sa.text('programme_id IS NULL'), postgresql_where=sa.text('programme_id IS NULL'))

    _plans_out_of_designs()


def _plans_out_of_designs() -> None:
    """What a design said of day and register goes into the plan of its event; the newest version is the plan's."""
    connection, plans = op.get_bind(), {}
    designs = sa.table('certificate_design', sa.column('id', sa.Integer), sa.column('event_id', sa.Integer), sa.column('version', sa.Integer),
                       sa.column('name', sa.String), sa.column('content', sa.JSON))
    rows = connection.execute(sa.select(designs).order_by(designs.c.version, designs.c.id)).all()
    for row in rows:
        content = row.content
        if 'design' not in content:
            continue
        name = 'attendance' if row.event_id else row.name
        connection.execute(sa.update(designs).where(designs.c.id == row.id).values(name=name, content=content['design']))
        if row.event_id and 'register_id' in content:
            plans[row.event_id] = {'event_id': row.event_id, 'kind': 'attendance', 'rule': {}, 'issued_on': date.fromisoformat(content['issued_on']),
                                   'design_id': row.id, 'register_id': content['register_id']}
    if plans:
        op.bulk_insert(sa.table('certificate_plan', sa.column('event_id', sa.Integer), sa.column('kind', sa.String), sa.column('rule', sa.JSON),
                                sa.column('issued_on', sa.Date), sa.column('design_id', sa.Integer), sa.column('register_id', sa.Integer)),
                       list(plans.values()))


def downgrade() -> None:
    with op.batch_alter_table('register', schema=None) as batch_op:
        batch_op.drop_index('uq_register_shared_name', sqlite_where=sa.text('programme_id IS NULL'), postgresql_where=sa.text('programme_id IS NULL'))
        batch_op.drop_constraint(op.f('ck_register_registerreset'), type_='check')
        batch_op.create_check_constraint(op.f('ck_register_registerreset'), sa.text("reset IN ('never', 'buddhist_year', 'fiscal_year')"))
        batch_op.alter_column('programme_id', existing_type=sa.Integer(), nullable=False)

    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_job_jobstate'), type_='check')
        batch_op.create_check_constraint(op.f('ck_job_jobstate'), sa.text("state IN ('queued', 'running', 'done', 'failed')"))
        batch_op.drop_column('cancel_asked_at')
        batch_op.drop_column('options')

    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_column('mask_holders')

    with op.batch_alter_table('certificate_design', schema=None) as batch_op:
        batch_op.drop_column('layered')

    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_certificate_organisation_id_organisation'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_certificate_named_holder_id_named_holder'), type_='foreignkey')
        batch_op.drop_index('uq_certificate_one_valid_organisation', sqlite_where=sa.text("status = 'valid'"), postgresql_where=sa.text("status = 'valid'"))
        batch_op.drop_index('uq_certificate_one_valid_named_holder', sqlite_where=sa.text("status = 'valid'"), postgresql_where=sa.text("status = 'valid'"))
        batch_op.drop_index(batch_op.f('ix_certificate_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_certificate_named_holder_id'))
        batch_op.drop_column('signature')
        batch_op.drop_column('named_holder_id')
        batch_op.drop_column('organisation_id')

    with op.batch_alter_table('correction_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_correction_request_certificate_id'))

    op.drop_table('correction_request')
    with op.batch_alter_table('certificate_exception', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_certificate_exception_registration_id'))
        batch_op.drop_index(batch_op.f('ix_certificate_exception_organisation_id'))

    op.drop_table('certificate_exception')
    with op.batch_alter_table('named_holder', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_named_holder_plan_id'))

    op.drop_table('named_holder')
    op.drop_table('certificate_plan')
    with op.batch_alter_table('reservation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reservation_event_id'))

    op.drop_table('reservation')
