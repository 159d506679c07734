import { get, path, post } from './client';

/** A session of remote help, as `/help-sessions` answers it. */
export interface HelpSession {
  id: string;
  device: string;
  kind: string;
  subject: string;
  reason: string;
  minutes: number;
  state: 'asked' | 'ready' | 'starting' | 'open' | 'over';
  askedAt: string;
  askedBy: string;
  askedByName: string | null;
  until: string;
  openedAt: string | null;
  endedAt: string | null;
  endReason: string | null;
  bytesUp: number;
  bytesDown: number;
}

interface Frame {
  channel: number;
  type: 'open' | 'data' | 'close';
  data: string;
}

interface Frames {
  first: number;
  frames: Frame[];
  over?: string | null;
}

const PIECE = 32 * 1024;

/** Our end of a terminal: numbers what is typed, acknowledges what came. */
export class HelpLink {
  private sent = 0;
  private received = 0;
  private sending: Promise<unknown> = Promise.resolve();
  private waiting: Uint8Array[] = [];
  private busy = false;

  constructor(
    private readonly id: string,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** What is typed while a request is on its way goes with the next one. */
  type(bytes: Uint8Array) {
    this.waiting.push(bytes);
    if (!this.busy) {
      this.busy = true;
      this.sending = this.drain().catch(this.failed);
    }
  }

  private async drain() {
    try {
      while (this.waiting.length > 0) {
        const all = joined(this.waiting);
        this.waiting = [];
        for (let at = 0; at < all.length; at += PIECE) {
          await this.frame('data', all.subarray(at, at + PIECE));
        }
      }
    } finally {
      this.busy = false;
    }
  }

  private async frame(type: Frame['type'], bytes: Uint8Array) {
    const frames = [{ channel: 0, type, data: base64(bytes) }];
    await post(path(['help-sessions', this.id, 'down']), { first: this.sent + 1, frames });
    this.sent++;
  }

  /** What comes next, at most some seconds later; may be nothing. */
  async receive(signal: AbortSignal): Promise<{ data: Uint8Array[]; closed: boolean; over: string | null }> {
    const frames = await get<Frames>(path(['help-sessions', this.id, 'up'], { after: this.received }), signal);
    const fresh = frames.frames.slice(Math.max(0, this.received + 1 - frames.first));
    this.received = Math.max(this.received, frames.first + frames.frames.length - 1);
    return {
      data: fresh.filter((frame) => frame.type === 'data').map((frame) => bytes(frame.data)),
      closed: fresh.some((frame) => frame.type === 'close'),
      over: frames.over ?? null,
    };
  }

  async end() {
    await this.sending;
    await post(path(['help-sessions', this.id, 'end']));
  }
}

/** The session once it is no longer called: open, or over. */
export async function opened(id: string, signal: AbortSignal): Promise<HelpSession> {
  for (;;) {
    const session = await get<HelpSession>(path(['help-sessions', id]), signal);
    if (session.state !== 'starting') {
      return session;
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

function joined(pieces: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    text += String.fromCharCode(byte);
  }
  return btoa(text);
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
