"""The door, complete."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('signature',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('checkpoint_id', sa.Integer(), nullable=False),
    sa.Column('device_id', sa.Integer(), nullable=True),
    sa.Column('path', sa.Text(), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['checkpoint_id'], ['checkpoint.id'], name=op.f('fk_signature_checkpoint_id_checkpoint')),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_signature_device_id_device')),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_signature_registration_id_registration')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signature')),
    sa.UniqueConstraint('registration_id', 'checkpoint_id', name=op.f('uq_signature_registration_id_checkpoint_id'))
    )
    with op.batch_alter_table('signature', schema=None) as batch_op:
        batch_op.create_index('ix_signature_checkpoint_id', ['checkpoint_id'], unique=False)

    op.create_table('conflict_settlement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('scan_id', sa.Integer(), nullable=False),
    sa.Column('decision', sa.Enum('kept', 'undone', name='decision', native_enum=False, create_constraint=True, length=30), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('settled_by_id', sa.Integer(), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['scan_id'], ['scan.id'], name=op.f('fk_conflict_settlement_scan_id_scan')),
    sa.ForeignKeyConstraint(['settled_by_id'], ['user_account.id'], name=op.f('fk_conflict_settlement_settled_by_id_user_account'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conflict_settlement')),
    sa.UniqueConstraint('scan_id', name=op.f('uq_conflict_settlement_scan_id'))
    )
    with op.batch_alter_table('checkpoint', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=30), nullable=False, server_default='event'))
        batch_op.create_check_constraint(op.f('ck_checkpoint_checkpointkind'), sa.text("kind IN ('event', 'day', 'half_day', 'session', 'meal')"))
        batch_op.add_column(sa.Column('all_out_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('signature', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('venue_key', sa.String(length=26), nullable=True))

    with op.batch_alter_table('device', schema=None) as batch_op:
        batch_op.add_column(sa.Column('mode', sa.String(length=30), nullable=False, server_default='staff'))
        batch_op.create_check_constraint(op.f('ck_device_devicemode'), sa.text("mode IN ('staff', 'kiosk')"))
        batch_op.add_column(sa.Column('gate_ids', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('checkpoint_ids', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('unsent', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('wiped_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('mode', sa.String(length=30), nullable=False, server_default='staff'))
        batch_op.create_check_constraint(op.f('ck_enrolment_devicemode'), sa.text("mode IN ('staff', 'kiosk')"))
        batch_op.add_column(sa.Column('gate_ids', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('checkpoint_ids', sa.JSON(), nullable=True))

    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.add_column(sa.Column('vip', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('wheelchair', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index('ix_registration_event_id_updated_at', ['event_id', 'updated_at'], unique=False)

    with op.batch_alter_table('scan', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_scan_scansource'), type_='check')
        batch_op.create_check_constraint(op.f('ck_scan_scansource'), sa.text("source IN ('camera', 'keyboard', 'typed', 'search', 'walk_in', 'kiosk', 'self', 'paper', 'import', 'automatic')"))
        batch_op.add_column(sa.Column('would_be', sa.String(length=30), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('shown', sa.String(length=30), nullable=False, server_default=''))
        batch_op.create_index('ix_scan_event_id_received_at', ['event_id', 'received_at'], unique=False)
        batch_op.create_index('ix_scan_event_id_undone_at', ['event_id', 'undone_at'], unique=False)
    op.execute('UPDATE scan SET would_be = verdict WHERE NOT forced_needed')


def downgrade() -> None:
    with op.batch_alter_table('scan', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_scan_scansource'), type_='check')
        batch_op.create_check_constraint(op.f('ck_scan_scansource'), sa.text("source IN ('camera', 'keyboard', 'typed', 'search', 'walk_in', 'kiosk', 'paper', 'import', 'automatic')"))
        batch_op.drop_index('ix_scan_event_id_undone_at')
        batch_op.drop_index('ix_scan_event_id_received_at')
        batch_op.drop_column('shown')
        batch_op.drop_column('would_be')

    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.drop_index('ix_registration_event_id_updated_at')
        batch_op.drop_column('wheelchair')
        batch_op.drop_column('vip')

    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_enrolment_devicemode'), type_='check')
        batch_op.drop_column('checkpoint_ids')
        batch_op.drop_column('gate_ids')
        batch_op.drop_column('mode')

    with op.batch_alter_table('device', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_device_devicemode'), type_='check')
        batch_op.drop_column('wiped_at')
        batch_op.drop_column('unsent')
        batch_op.drop_column('checkpoint_ids')
        batch_op.drop_column('gate_ids')
        batch_op.drop_column('mode')

    with op.batch_alter_table('checkpoint', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_checkpoint_checkpointkind'), type_='check')
        batch_op.drop_column('venue_key')
        batch_op.drop_column('signature')
        batch_op.drop_column('all_out_at')
        batch_op.drop_column('kind')

    op.drop_table('conflict_settlement')
    with op.batch_alter_table('signature', schema=None) as batch_op:
        batch_op.drop_index('ix_signature_checkpoint_id')

    op.drop_table('signature')
