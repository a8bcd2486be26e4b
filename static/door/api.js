// JSON to and from the server. Everything that is not a JSON answer of ours – no answer, 5xx, a
// captive portal's page with status 200 or 403 – is one and the same failure: `network`, to be tried again.

const TIMEOUT = 8000;

export class ApiError extends Error {
  /** `kind`: `network` (try again), `stopped` (401/403: this device may no longer scan), `refused` (our mistake). */
  constructor(kind, { title = '', detail = '' } = {}) {
    super(detail || title || kind);
    Object.assign(this, { kind, title, detail });
  }
}

async function once(url, body) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT);
  try {
    const response = await fetch(url, {
      method: body ? 'POST' : 'GET',
      headers: { Accept: 'application/json', ...(body && { 'Content-Type': 'application/json' }) },
      body: body && JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: abort.signal,
    });
    const ours = /^application\/(problem\+)?json\b/.test(response.headers.get('Content-Type') ?? '');
    const answer = ours ? await response.json() : null;
    if (!answer || response.status >= 500 || response.status === 429) throw new ApiError('network', answer ?? {});
    if (response.status === 401 || response.status === 403) throw new ApiError('stopped', answer);
    if (!response.ok) throw new ApiError('refused', answer);
    return answer;
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError('network');
  } finally {
    clearTimeout(timer);
  }
}

/** GET `url` and return its JSON. Throws ApiError. */
export const get = (url) => once(url);

/** POST `body` as JSON and return the answer's. Throws ApiError. */
export const post = (url, body) => once(url, body);
