// A keyboard scanner types like a very fast person. It is read wherever the focus is and whichever
// layout the system's keyboard has, and what it typed into a field is taken out again.

import { fromThaiKeyboard } from './clean.js';

const FIELD_GAP = 150; // longest pause inside a burst in a text field, ms
const FIELD_AVERAGE = 45; // slower than this in a text field is a person, ms a key
const FREE_GAP = 600; // generous elsewhere: a busy phone delays key events, and a strict gap loses letters
const IDLE = 700; // a scanner without an Enter at the end has finished, ms
const SHORTEST = 8;
const ENDS = ['Enter', 'NumpadEnter', 'Tab'];
const WITHOUT_TEXT = ['Process', 'Unidentified', 'Dead']; // input methods hide the letter, not the key
const MODIFIERS = ['Shift', 'CapsLock', 'AltGraph'];

// What each key gives on a United States keyboard: plain and with Shift.
const KEYS = new Map([
  ...[...'QWERTYUIOPASDFGHJKLZXCVBNM'].map((letter) => [`Key${letter}`, letter.toLowerCase() + letter]),
  ...'1!2@3#4$5%6^7&8*9(0)'.match(/../g).map((pair) => [`Digit${pair[0]}`, pair]),
  ...[...'0123456789'].map((digit) => [`Numpad${digit}`, digit + digit]),
  ...Object.entries({
    Backquote: '`~', Minus: '-_', Equal: '=+', BracketLeft: '[{', BracketRight: ']}', Backslash: '\\|',
    Semicolon: ';:', Quote: '\'"', Comma: ',<', Period: '.>', Slash: '/?',
  }),
]);

const isField = (element) => Boolean(element?.matches?.('input, textarea'));

/** Call `onScan(candidates)` with the possible readings of each burst, the likeliest first. */
export function listenForScanner(onScan) {
  let burst = [];
  let field = null;
  let before = '';
  let timer;

  const reset = () => {
    burst = [];
    field = null;
    clearTimeout(timer);
  };

  const finish = () => {
    const keys = burst;
    const [element, text] = [field, before];
    reset();
    if (keys.length < SHORTEST) return false;
    if (element && (keys.at(-1).at - keys[0].at) / (keys.length - 1) > FIELD_AVERAGE) return false;
    if (element) {
      element.value = text;
      element.dispatchEvent(new Event('input', { bubbles: true }));
    }
    const typed = keys.map(({ key }) => key).join('');
    const pressed = keys.every(({ us }) => us) ? keys.map(({ us }) => us).join('') : '';
    onScan([...new Set([pressed, fromThaiKeyboard(typed), typed])].filter(Boolean));
    return true;
  };

  window.addEventListener(
    'keydown',
    (event) => {
      const last = burst.at(-1)?.at ?? -Infinity;
      const pause = event.timeStamp - last;
      const gap = field ? FIELD_GAP : FREE_GAP;
      const pair = KEYS.get(event.code);
      const hidden = WITHOUT_TEXT.includes(event.key);
      if (ENDS.includes(event.key) || ENDS.includes(event.code)) {
        if (pause <= gap * 2 && finish()) {
          event.preventDefault();
          event.stopImmediatePropagation();
        } else reset();
        return;
      }
      if (event.ctrlKey || event.altKey || event.metaKey || (event.key.length !== 1 && !(hidden && pair))) {
        if (!MODIFIERS.includes(event.key)) reset();
        return;
      }
      if (pause > gap) reset();
      if (!burst.length) {
        field = isField(document.activeElement) ? document.activeElement : null;
        before = field?.value ?? '';
      }
      burst.push({ key: hidden ? '' : event.key, us: pair?.[event.shiftKey ? 1 : 0] ?? '', at: event.timeStamp });
      clearTimeout(timer);
      timer = setTimeout(finish, IDLE);
    },
    true,
  );
}
