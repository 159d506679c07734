import { language, m, type Language } from '../i18n';
import { tenant } from './tenant';

export type ErrorKind = 'unreachable' | 'signed-out' | 'not-allowed' | 'not-found' | 'conflict' | 'invalid' | 'failed';

/** What went wrong, ready to be shown: the server's own sentence where it has one, in a second line where the reader's language is another. */
export class ApiError extends Error {
  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    /** The whole problem document, for members that only one kind of problem has. */
    readonly problem: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

/** Where bearer tokens come from; set once by the login. */
export interface TokenSource {
  token(): Promise<string>;
  /** Called after a 401: true if there is a new token worth one more try. */
  renew(): Promise<boolean>;
}

let tokens: TokenSource | undefined;

export function useTokensOf(source: TokenSource): void {
  tokens = source;
}

const BASE = '/api/v1';

export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const first = await send(path, init);
  if (first.status === 401 && tokens && (await tokens.renew())) {
    return checked(await send(path, init));
  }
  return checked(first);
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await request(path, signal ? { signal } : {});
  // Nothing yet: their T has null in it.
  return (response.status === 204 ? null : await response.json()) as T;
}

export async function post<T>(path: string, body: unknown = {}): Promise<T> {
  const response = await request(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  // Where there is nothing to tell nobody asks for it: their T is unknown.
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export async function put<T>(path: string, body: unknown): Promise<T> {
  return putText<T>(path, 'application/json', JSON.stringify(body));
}

/** Changes something, only if it still has the revision that was read. */
export async function patch<T>(path: string, body: unknown, revision?: number): Promise<T> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  if (revision !== undefined) {
    headers['If-Match'] = `"${revision}"`;
  }
  return (await (await request(path, { method: 'PATCH', headers, body: JSON.stringify(body) })).json()) as T;
}

/** Puts a text of another kind than JSON. */
export async function putText<T>(path: string, type: string, body: string): Promise<T> {
  return (await (await request(path, { method: 'PUT', headers: { 'Content-Type': type }, body })).json()) as T;
}

/** Posts a text of another kind than JSON. */
export async function postText<T>(path: string, type: string, body: string, signal?: AbortSignal): Promise<T> {
  const init: RequestInit = { method: 'POST', headers: { 'Content-Type': type }, body };
  return (await (await request(path, signal ? { ...init, signal } : init)).json()) as T;
}

/** True where it is done; false where it waits for a second person. */
export async function remove(path: string): Promise<boolean> {
  return (await request(path, { method: 'DELETE' })).status !== 202;
}

/** `/devices?q=..&limit=..` with what is empty left out. */
export function path(segments: string[], query: Record<string, string | number | null | undefined> = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') {
      parameters.set(name, String(value));
    }
  }
  const tail = parameters.toString();
  return '/' + segments.map(encodeURIComponent).join('/') + (tail ? '?' + tail : '');
}

async function send(path: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  if (!headers.has('Accept')) {
    headers.set('Accept', 'application/json');
  }
  if (tenant) {
    headers.set('Muster-Tenant', tenant);
  }
  if (tokens) {
    headers.set('Authorization', 'Bearer ' + (await tokens.token()));
  }
  try {
    return await fetch(BASE + path, { ...init, headers });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') {
      throw error;
    }
    throw new ApiError('unreachable', 'unreachable', m.errors.unreachable);
  }
}

/** A problem document (RFC 9457) with the members that every problem may have. */
export interface Problem extends Record<string, unknown> {
  code?: string;
  detail?: string;
  title?: string;
}

/**
 * What to show of a problem. The server speaks English: in another language what its code means comes first, and the server's
 * own sentence, which names the thing, in a line of its own below; see `Said`.
 */
export function sentence({ code, detail, title }: Problem, shown: Language, meanings: Record<string, string>): string | undefined {
  const meaning = code === undefined ? undefined : meanings[code];
  if (shown === 'en' || meaning === undefined) {
    return detail ?? meaning ?? title;
  }
  return detail === undefined ? meaning : meaning + '\n' + detail;
}

async function checked(response: Response): Promise<Response> {
  if (response.ok) {
    return response;
  }
  const problem = (await response.json().catch(() => ({}))) as Problem;
  throw new ApiError(kindOf(response.status), problem.code ?? String(response.status), sentence(problem, language, m.problems) ?? m.errors.status(response.status), problem);
}

function kindOf(status: number): ErrorKind {
  switch (status) {
    case 400:
    case 413:
    case 415:
      return 'invalid';
    case 401:
      return 'signed-out';
    case 403:
      return 'not-allowed';
    case 404:
    case 410:
      return 'not-found';
    case 409:
    case 412:
      return 'conflict';
    case 502:
    case 503:
    case 504:
      return 'unreachable';
    default:
      return 'failed';
  }
}
