// What can be found out about this phone. Each check returns [state, finding, detail]: state ok, amber, bad or wait; finding names
// the sentence of the page; detail is for the report too.

import { Decoder, pixels } from '../door/decoder.js';

const DATABASE = 'ruam-doctor';
const LITTLE = 50e6; // bytes

export const secure = () => (window.isSecureContext ? ['ok'] : ['bad', 'insecure']);

export const api = () => (navigator.mediaDevices?.getUserMedia ? ['ok'] : ['bad', 'old']);

/** What the browser says; until the camera was opened nobody knows. */
export async function permission() {
  try {
    const { state } = await navigator.permissions.query({ name: 'camera' });
    return { granted: ['ok'], denied: ['bad', 'denied'] }[state] ?? ['wait', 'prompt'];
  } catch {
    return ['wait', 'unknown'];
  }
}

/** Decode a picture of a QR code that is on the page. */
export async function decoder(workerUrl, image) {
  try {
    await image.decode();
    const text = await new Decoder(workerUrl).decode(pixels(document.createElement('canvas'), image, image.naturalWidth, image.naturalHeight));
    return text ? ['ok'] : ['bad', 'decoder'];
  } catch {
    return ['bad', 'decoder'];
  }
}

const settled = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
  request.onblocked = () => reject(new Error('blocked'));
});

async function write() {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('things');
  const database = await settled(opening);
  const things = database.transaction('things', 'readwrite').objectStore('things');
  await settled(things.put('kept', 'test'));
  const kept = await settled(things.get('test'));
  database.close();
  indexedDB.deleteDatabase(DATABASE);
  if (kept !== 'kept') throw new Error('not kept');
}

export async function storage() {
  try {
    await write();
  } catch {
    return ['bad', 'blocked'];
  }
  const { quota = 0, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  const persisted = (await navigator.storage?.persisted?.()) ?? false;
  const megabytes = Math.round((quota - usage) / 1e6);
  const detail = !quota ? '' : megabytes < 1000 ? `${megabytes} MB` : `${Math.round(megabytes / 1000)} GB`;
  if (quota && quota - usage < LITTLE) return ['amber', 'small', detail];
  return ['ok', persisted ? '' : 'loose', detail];
}

export const worker = () => ('serviceWorker' in navigator ? ['ok'] : ['amber', 'absent']);
