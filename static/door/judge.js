// The judge on the phone: what a scan means while the server is away, and before it answers. The twin of
// blueprints/checkin/judge.py, tested by the same vectors. Times are milliseconds; lists are arrays.

import { attendance, inOrder } from './attendance.js';

const CLOCK_LEAD = 120_000; // how far a device's clock may run ahead of the server's and still be believed
const NOT_FORCEABLE = ['ok', 'unverified', 'replaced', 'other_event', 'unknown', 'annulled'];

/** Whether staff may admit all the same. */
export const forceable = (verdict) => !NOT_FORCEABLE.includes(verdict);

/** {verdict, at, wouldBe, clockWarning, forcedNeeded, firstIn} of one attempt, given the registration's log at the checkpoint. */
export function judge(eventId, checkpoint, known, attempt, log) {
  const believed = attempt.enrolledAt <= attempt.claimedAt && attempt.claimedAt <= attempt.receivedAt + CLOCK_LEAD;
  const at = believed ? attempt.claimedAt : attempt.receivedAt;
  const factsAt = attempt.offline ? at : attempt.receivedAt;
  const standing = [...log].sort(inOrder).filter((past) => past.admitted && !past.undone && (past.at <= at || !attempt.offline));
  const wouldBe = verdictOf(eventId, checkpoint, known, attempt.direction, at, factsAt, standing);
  const turnedAway = attempt.offline && !attempt.forced && ![null, 'ok'].includes(attempt.shown ?? null);
  const forced = forceable(wouldBe) && (attempt.forced || attempt.offline) && !turnedAway;
  const alone = turnedAway && wouldBe === 'ok' ? attempt.shown : null;
  return {
    verdict: forced ? 'ok' : (alone ?? wouldBe),
    at,
    wouldBe,
    clockWarning: !believed,
    forcedNeeded: forced,
    firstIn: standing.find(({ direction }) => direction === 'in') ?? null,
  };
}

function verdictOf(eventId, checkpoint, known, direction, at, factsAt, standing) {
  const since = (moment) => moment !== null && moment <= factsAt;
  if (known === null) return 'unknown';
  if (known.eventId !== eventId) return 'other_event';
  if (since(known.codeRetiredAt)) return 'replaced';
  if (since(known.cancelledAt) || (known.status === 'cancelled' && known.cancelledAt === null)) return 'cancelled';
  if (since(known.blockedAt)) return 'blocked';
  if (['waitlisted', 'pending_approval'].includes(known.status)) return known.status;
  if (known.status === 'not_confirmed' && checkpoint.strict) return 'not_confirmed';
  if (checkpoint.categories !== null && !checkpoint.categories.includes(known.categoryId)) return 'wrong_category';
  if (checkpoint.sessions !== null && !checkpoint.sessions.some((session) => known.sessionIds.includes(session))) return 'wrong_session';
  if (direction === 'out') return 'ok';
  if (checkpoint.opensAt !== null && at < checkpoint.opensAt) return 'too_early';
  if (checkpoint.closesAt !== null && at >= checkpoint.closesAt) return 'too_late';
  if (known.needsAnswers) return 'needs_answers';
  return barred(checkpoint, standing, at) ? 'already_in' : 'ok';
}

function barred(checkpoint, standing, at) {
  if (checkpoint.policy === 'once') return standing.some(({ direction }) => direction === 'in');
  const allOut = checkpoint.allOutAt !== null && checkpoint.allOutAt < at ? checkpoint.allOutAt : null;
  return checkpoint.policy === 'reentry' && attendance(standing, checkpoint.policy, allOut).present;
}
