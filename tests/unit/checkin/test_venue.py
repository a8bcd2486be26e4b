"""The code on the screen in the room: good in its 30 seconds and the next, and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from blueprints.checkin import venue
from core.codes import ALPHABET, new_code
from core.qr import qr_matrix

MOMENTS = st.floats(1.5e9, 4e9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
IDS = st.integers(1, 2**31 - 1)
KEYS = st.text(ALPHABET, min_size=26, max_size=26)


@given(KEYS, IDS, MOMENTS, st.floats(-200, 200))
def test_a_token_is_good_in_its_step_and_the_next(key: str, checkpoint_id: int, shown_at: datetime, later: float) -> None:
    text, at = venue.token(key, checkpoint_id, shown_at), shown_at + timedelta(seconds=later)
    steps_later = at.timestamp() // 30 - shown_at.timestamp() // 30
    assert venue.accepts(text, key, checkpoint_id, at) == (steps_later in (0, 1))
    assert venue.checkpoint_of(text) == checkpoint_id


@given(KEYS, KEYS, IDS, IDS, MOMENTS)
def test_a_token_of_another_screen_or_switching_on_is_worth_nothing(key: str, other_key: str, one: int, other: int, at: datetime) -> None:
    text = venue.token(key, one, at)
    assert venue.accepts(text, other_key, one, at) == (key == other_key)
    assert venue.accepts(text, key, other, at) == (one == other)
    assert not venue.accepts(text.replace(f"{one}-", f"{one + 1}-"), key, one + 1, at)


@given(st.text(max_size=40), KEYS, MOMENTS)
def test_no_text_breaks_the_reading(text: str, key: str, at: datetime) -> None:
    assert not venue.accepts(text, key, 7, at)
    assert venue.checkpoint_of("7" + text) is None or text


@given(MOMENTS)
def test_the_screen_waits_until_the_step_ends(at: datetime) -> None:
    left, key = venue.left(at), "A" * 26
    assert 0 < left <= 30
    assert venue.token(key, 1, at + timedelta(seconds=left + 0.001)) != venue.token(key, 1, at)


def test_the_address_makes_a_small_code() -> None:
    """Alphanumeric mode, as in a ticket: 37 modules a side are read across a room."""
    address = f"HTTPS://RUAM.EXAMPLE.AC.TH/N/{venue.token(new_code(), 123456, datetime.now(UTC))}"
    assert len(qr_matrix(address)) <= 33
