// A sound and a vibration for each colour, told apart without looking.

let audio = null;

/** Browsers play sound only after a touch or a key: call this once at start; `reminder` is shown until then. */
export function unlockSound(reminder) {
  const unlock = () => {
    reminder.hidden = true;
    audio ??= new (window.AudioContext ?? window.webkitAudioContext)();
    audio.resume();
  };
  for (const type of ['pointerdown', 'keydown']) window.addEventListener(type, unlock, { passive: true });
}

// [frequency Hz, start s, length s] of each tone.
const SIGNALS = {
  green: { wave: 'sine', tones: [[880, 0, 0.09], [1320, 0.1, 0.16]], buzz: [60] },
  amber: { wave: 'triangle', tones: [[620, 0, 0.14], [620, 0.22, 0.14]], buzz: [90, 70, 90] },
  red: { wave: 'sawtooth', tones: [[196, 0, 0.22], [147, 0.24, 0.42]], buzz: [350, 90, 350] },
};

/** Play the signal of `colour`: green rises, amber knocks twice, red growls. */
export function signal(colour) {
  const { wave, tones, buzz } = SIGNALS[colour];
  if (navigator.userActivation?.hasBeenActive !== false) navigator.vibrate?.(buzz);
  if (audio?.state !== 'running') return;
  for (const [frequency, start, length] of tones) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const from = audio.currentTime + start;
    tone.type = wave;
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0, from);
    volume.gain.linearRampToValueAtTime(0.35, from + 0.01);
    volume.gain.setValueAtTime(0.35, from + length - 0.03);
    volume.gain.linearRampToValueAtTime(0, from + length);
    tone.connect(volume).connect(audio.destination);
    tone.start(from);
    tone.stop(from + length);
  }
}
