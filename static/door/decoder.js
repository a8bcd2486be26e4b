// The page's side of decode-worker.js: one picture in flight, and a stuck worker is replaced.

const PATIENCE = 8000; // also the first answer, which waits for the wasm to arrive and compile

export class Decoder {
  #url;
  #worker = null;
  #settle = null;

  constructor(url) {
    this.#url = url;
  }

  get busy() {
    return this.#settle !== null;
  }

  /** The text of a QR code in `image` (ImageData, which is given away) or null. Rejects when decoding fails. */
  decode(image) {
    this.#worker ??= this.#start();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(new Error('the decoder does not answer')), PATIENCE);
      this.#settle = (error, text) => {
        clearTimeout(timer);
        this.#settle = null;
        error ? reject(error) : resolve(text);
      };
      this.#worker.postMessage(image, [image.data.buffer]);
    });
  }

  #start() {
    const worker = new Worker(this.#url);
    worker.onmessage = ({ data }) => this.#settle?.(data.error ? new Error(data.error) : null, data.text);
    worker.onerror = () => this.#fail(new Error('the decoder did not start'));
    return worker;
  }

  #fail(error) {
    this.#worker?.terminate();
    this.#worker = null;
    this.#settle?.(error);
  }
}

/** The pixels of a video frame, picture or bitmap, at most `longest` pixels a side. */
export function pixels(canvas, source, width, height, longest = 1920) {
  const scale = Math.min(1, longest / Math.max(width, height));
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
