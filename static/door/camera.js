// The camera: opening it, its light, its choice, and the loop that hands frames to the decoder.

import { Decoder, pixels } from './decoder.js';
import { inApp } from './inapp.js';

const AGAIN_AFTER = 4000; // a code held before the camera fires once, until it was away this long
const FRAME_GAP = 80;
const REMEMBERED = 'door.camera';

/** Why the camera cannot be used here: the name of a section of the camera help. */
export function faultOf(error) {
  const name = error?.name ?? '';
  if (!window.isSecureContext) return 'insecure';
  if (inApp()) return 'inapp';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy';
  return 'missing';
}

export class Camera {
  #video;
  #decoder;
  #onText;
  #onFault;
  #canvas = document.createElement('canvas');
  #stream = null;
  #cameras = []; // device ids
  #seen = new Map(); // text → when last seen
  #failures = 0;
  #run = 0;

  /** `onText(text)` returns false when it cannot take the text now; the text then fires again. */
  constructor({ video, workerUrl, onText, onFault }) {
    this.#video = video;
    this.#decoder = new Decoder(workerUrl);
    this.#onText = onText;
    this.#onFault = onFault;
  }

  get running() {
    return this.#stream !== null;
  }

  get #track() {
    return this.#stream?.getVideoTracks()[0];
  }

  get hasTorch() {
    return Boolean(this.#track?.getCapabilities?.().torch);
  }

  /** Open the camera; returns whether it runs. A failure goes to onFault. */
  async start() {
    this.stop();
    const run = ++this.#run;
    try {
      const chosen = localStorage.getItem(REMEMBERED);
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: {
          // `ideal` only: `exact` fails on phones and computers that lack the wish.
          ...(chosen ? { deviceId: { ideal: chosen } } : { facingMode: { ideal: 'environment' } }),
          width: { ideal: 1280 },
          height: { ideal: 720 },
        },
      });
      if (run !== this.#run) {
        stream.getTracks().forEach((track) => track.stop());
        return false;
      }
      this.#stream = stream;
      this.#video.srcObject = stream;
      await this.#video.play();
      const devices = await navigator.mediaDevices.enumerateDevices();
      this.#cameras = devices.filter(({ kind }) => kind === 'videoinput').map(({ deviceId }) => deviceId);
      this.#loop(run);
      return true;
    } catch (error) {
      if (run === this.#run) this.#fault(faultOf(error));
      return false;
    }
  }

  stop() {
    this.#run += 1;
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
    this.#video.srcObject = null;
  }

  /** How many cameras there are, once one was started. */
  get count() {
    return this.#cameras.length;
  }

  /** Remember the next camera on this phone: start() will open it. */
  choose() {
    const current = this.#cameras.indexOf(this.#track?.getSettings().deviceId);
    localStorage.setItem(REMEMBERED, this.#cameras[(current + 1) % this.#cameras.length]);
  }

  /** Switch the light on or off; returns whether it is on. */
  async torch(on) {
    await this.#track.applyConstraints({ advanced: [{ torch: on }] });
    return on;
  }

  /** The text of the code in a photo (a File), or null. */
  async read(photo) {
    const bitmap = await createImageBitmap(photo);
    while (this.#decoder.busy) await new Promise((resolve) => setTimeout(resolve, FRAME_GAP));
    return this.#decoder.decode(pixels(document.createElement('canvas'), bitmap, bitmap.width, bitmap.height));
  }

  #fault(name) {
    this.stop();
    this.#onFault(name);
  }

  #loop(run) {
    if (run !== this.#run) return;
    const { videoWidth: width, videoHeight: height } = this.#video;
    const decoded = width && !this.#decoder.busy ? this.#look(pixels(this.#canvas, this.#video, width, height)) : null;
    Promise.resolve(decoded).finally(() => setTimeout(() => this.#loop(run), FRAME_GAP));
  }

  async #look(image) {
    try {
      const text = await this.#decoder.decode(image);
      this.#failures = 0;
      if (text && this.running) this.#saw(text);
    } catch {
      this.#failures += 1;
      if (this.#failures === 3) this.#fault('decoder');
    }
  }

  #saw(text) {
    const now = performance.now();
    const fresh = now - (this.#seen.get(text) ?? -Infinity) > AGAIN_AFTER;
    for (const [old, at] of this.#seen) if (now - at > AGAIN_AFTER) this.#seen.delete(old);
    if (!fresh || this.#onText(text) !== false) this.#seen.set(text, now);
  }
}
