// Before a phone becomes a scanner: inside LINE, Facebook or Instagram the camera is closed, and the
// enrolment would be spent on a browser that is thrown away. Say so first.

import { inApp } from './inapp.js';

if (inApp()) {
  document.querySelector('[data-inapp]').hidden = false;
  document.querySelector('[data-enrol]').hidden = true;
}
