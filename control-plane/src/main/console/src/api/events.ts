import { ApiError, request } from './client';

export interface ServerEvent {
  name: string;
  data: string;
}

/**
 * Follows a stream of server-sent events until aborted, and connects again when it breaks (1 s to 30 s apart).
 * fetch and not EventSource, which cannot send a bearer token. A hidden tab lets go of its stream: over HTTP/1.1 a
 * browser has six connections to a server, and a few forgotten tabs would take them all.
 */
export async function follow(
  path: string,
  signal: AbortSignal,
  onEvent: (event: ServerEvent) => void,
  onLive: (live: boolean) => void,
): Promise<void> {
  let pause = 1000;
  while (!signal.aborted) {
    await shown(signal);
    const whileShown = untilHidden(signal);
    try {
      const response = await request(path, { signal: whileShown.signal, headers: { Accept: 'text/event-stream' } });
      if (response.body) {
        onLive(true);
        pause = 1000;
        await read(response.body, onEvent);
      }
    } catch (error) {
      // Not allowed or not there will not get better by asking again.
      if (error instanceof ApiError && (error.kind === 'not-allowed' || error.kind === 'not-found')) {
        onLive(false);
        return;
      }
    } finally {
      whileShown.done();
    }
    if (signal.aborted) {
      return;
    }
    onLive(false);
    if (document.hidden) {
      continue;
    }
    await wait(pause * (0.75 + Math.random() / 2), signal);
    pause = Math.min(pause * 2, 30_000);
  }
}

async function read(body: ReadableStream<Uint8Array>, onEvent: (event: ServerEvent) => void): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let name = '';
  let data: string[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    const lines = (rest + decoder.decode(value, { stream: true })).split(/\r\n|\n|\r/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) {
          onEvent({ name: name || 'message', data: data.join('\n') });
        }
        name = '';
        data = [];
      } else if (line.startsWith('data:')) {
        data.push(line.slice(5).replace(/^ /, ''));
      } else if (line.startsWith('event:')) {
        name = line.slice(6).trim();
      }
    }
  }
}

/** Settles as soon as somebody can see the page. */
function shown(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (!document.hidden || signal.aborted) {
        document.removeEventListener('visibilitychange', check);
        signal.removeEventListener('abort', check);
        resolve();
      }
    };
    document.addEventListener('visibilitychange', check);
    signal.addEventListener('abort', check);
    check();
  });
}

const HIDDEN_MS = 5000;

/** Aborts with `signal`, when the page was hidden for five seconds, and at once when it is left. */
function untilHidden(signal: AbortSignal): { signal: AbortSignal; done: () => void } {
  const own = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const abort = () => own.abort();
  const check = () => {
    clearTimeout(timer);
    if (document.hidden) {
      timer = setTimeout(abort, HIDDEN_MS);
    }
  };
  document.addEventListener('visibilitychange', check);
  window.addEventListener('pagehide', abort);
  signal.addEventListener('abort', abort);
  if (signal.aborted) {
    abort();
  }
  return {
    signal: own.signal,
    done: () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', check);
      window.removeEventListener('pagehide', abort);
      signal.removeEventListener('abort', abort);
    },
  };
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
