"""Surveys."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('survey',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('title_th', sa.String(length=400), nullable=False),
    sa.Column('title_en', sa.String(length=400), nullable=False),
    sa.Column('intro_th', sa.Text(), nullable=False),
    sa.Column('intro_en', sa.Text(), nullable=False),
    sa.Column('bands', sa.Enum('halves', 'fifths', name='bandset', native_enum=False, create_constraint=True, length=30), nullable=False),
    sa.Column('everyone', sa.Boolean(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_survey_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey')),
    sa.UniqueConstraint('event_id', name=op.f('uq_survey_event_id'))
    )
    op.create_table('survey_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('section', 'likert', 'before_after', 'choice', 'open', name='itemkind', native_enum=False, create_constraint=True, length=30), nullable=False),
    sa.Column('label_th', sa.String(length=400), nullable=False),
    sa.Column('label_en', sa.String(length=400), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('required', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_survey_item_survey_id_survey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_item'))
    )
    with op.batch_alter_table('survey_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_item_survey_id'), ['survey_id'], unique=False)

    op.create_table('survey_sheet',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_survey_sheet_survey_id_survey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_sheet')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('survey_sheet', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_sheet_survey_id'), ['survey_id'], unique=False)

    op.create_table('survey_answer',
    sa.Column('sheet_id', sa.String(length=26), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('score', sa.Integer(), nullable=True),
    sa.Column('before', sa.Integer(), nullable=True),
    sa.Column('option', sa.String(length=10), nullable=True),
    sa.Column('words', sa.Text(), nullable=True),
    sa.CheckConstraint('before BETWEEN 1 AND 5', name=op.f('ck_survey_answer_before_range')),
    sa.CheckConstraint('score BETWEEN 1 AND 5', name=op.f('ck_survey_answer_score_range')),
    sa.ForeignKeyConstraint(['item_id'], ['survey_item.id'], name=op.f('fk_survey_answer_item_id_survey_item')),
    sa.ForeignKeyConstraint(['sheet_id'], ['survey_sheet.id'], name=op.f('fk_survey_answer_sheet_id_survey_sheet'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('sheet_id', 'item_id', name=op.f('pk_survey_answer')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('survey_answer', schema=None) as batch_op:
        batch_op.create_index('ix_survey_answer_item_id_score', ['item_id', 'score'], unique=False)

    op.create_table('survey_completion',
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_survey_completion_registration_id_registration'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_survey_completion_survey_id_survey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('survey_id', 'registration_id', name=op.f('pk_survey_completion')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('survey_completion', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_completion_registration_id'), ['registration_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('survey_completion', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_survey_completion_registration_id'))

    op.drop_table('survey_completion')
    with op.batch_alter_table('survey_answer', schema=None) as batch_op:
        batch_op.drop_index('ix_survey_answer_item_id_score')

    op.drop_table('survey_answer')
    with op.batch_alter_table('survey_sheet', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_survey_sheet_survey_id'))

    op.drop_table('survey_sheet')
    with op.batch_alter_table('survey_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_survey_item_survey_id'))

    op.drop_table('survey_item')
    op.drop_table('survey')
