// Browsers inside other apps: most keep the camera closed and forget everything. `checkin.inapp` names them for pages without JavaScript.

export const inApp = () => /\bLine\/|FBAN|FBAV|FB_IAB|Instagram|musical_ly|BytedanceWebview|TikTok/.test(navigator.userAgent);
