import { ApiError, request } from './client';

export interface ServerEvent {
  name: string;
  data: string;
}

/**
 * Follows a stream of server-sent events until aborted, and connects again when it breaks (1 s to 30 s apart).
 * fetch and not EventSource, which cannot send a bearer token.
 */
export async function follow(
  path: string,
  signal: AbortSignal,
  onEvent: (event: ServerEvent) => void,
  onLive: (live: boolean) => void,
): Promise<void> {
  let pause = 1000;
  while (!signal.aborted) {
    try {
      const response = await request(path, { signal, headers: { Accept: 'text/event-stream' } });
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
    }
    if (signal.aborted) {
      return;
    }
    onLive(false);
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

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
