"""Count who is in from the index alone."""

from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index('ix_scan_checkpoint_id_verdict', 'scan')
    op.create_index('ix_scan_standing', 'scan', ['checkpoint_id', 'verdict', 'direction', 'undone_at', 'registration_id'])


def downgrade() -> None:
    op.drop_index('ix_scan_standing', 'scan')
    op.create_index('ix_scan_checkpoint_id_verdict', 'scan', ['checkpoint_id', 'verdict', 'registration_id'])
