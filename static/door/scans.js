// A scan is made once, with its nonce, and sent until it is answered: a retry carries the same nonce.

import { ApiError, post } from './api.js';

/** A version 4 UUID; crypto.randomUUID is missing in phones before 2022. */
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}

/** One attempt: `code` as read (or `registration` from the search), `source`, `direction`, `forced`. */
export function makeScan({ code = '', registration, source, direction, forced = false }) {
  return {
    nonce: uuid(),
    code,
    ...(registration !== undefined && { registration }),
    direction,
    source,
    claimed_at: new Date().toISOString(),
    forced,
    offline: false,
  };
}

/** Send one scan as a batch of one; returns {result, counts}. Throws ApiError. */
export async function sendScan(url, checkpoint, scan) {
  const answer = await post(url, { checkpoint, scans: [scan] });
  const result = answer.results?.find(({ nonce }) => nonce === scan.nonce);
  if (!result) throw new ApiError('network');
  if (result.error) throw new ApiError('refused', { detail: result.error.message });
  return { result, counts: answer.counts };
}

/** Undo the scan `target` of this device; returns {ok, message}. Throws ApiError. */
export const undoScan = (url, target) => post(url, { nonce: uuid(), target });
