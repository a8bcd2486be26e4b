// What a person's scans at one checkpoint add up to; the twin of blueprints/checkin/attendance.py,
// tested by the same vectors. Times are milliseconds.

/** The order of the log: effective time, `in` before `out`, then nonce, so that ties fall the same way everywhere. */
export function inOrder(a, b) {
  return a.at - b.at || compare(a.direction, b.direction) || compare(a.nonce, b.nonce);
}

const compare = (a, b) => (a < b ? -1 : Number(a > b));

/** {present, firstIn, lastOut, seconds, conflicts} of the scans {nonce, direction, at, admitted, undone}. `allOutAt`: given once it has passed. */
export function attendance(log, policy, allOutAt = null) {
  const scans = new Map();
  for (const scan of log) if (!scans.get(scan.nonce)?.undone) scans.set(scan.nonce, scan);
  let [present, entered, firstIn, lastOut, stayed] = [false, null, null, null, 0];
  const conflicts = [];
  const go = (at) => {
    if (present) stayed += at - entered;
    [present, lastOut] = [false, at];
  };
  const allGo = () => present && allOutAt !== null && entered <= allOutAt;
  for (const scan of [...scans.values()].sort(inOrder)) {
    if (!scan.admitted || scan.undone) continue;
    if (allGo() && allOutAt < scan.at) go(allOutAt);
    if (scan.direction === 'out') {
      go(scan.at);
      continue;
    }
    if ((policy === 'once' && firstIn !== null) || (policy === 'reentry' && present)) conflicts.push(scan.nonce);
    if (!present) [present, entered] = [true, scan.at];
    firstIn ??= scan.at;
  }
  if (allGo()) go(allOutAt);
  return { present, firstIn, lastOut, seconds: Math.floor(stayed / 1000), conflicts };
}
