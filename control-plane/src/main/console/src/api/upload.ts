import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Artifact, OpenUpload } from './artifacts';
import { ApiError, get, path, post, request } from './client';
import type { Page } from './types';

/** What a person says of a file. */
export interface What {
  kind: 'app' | 'image';
  name?: string;
  version?: string;
  hardware?: string;
  releaseCounter?: number;
}

export interface Progress {
  phase: 'reading' | 'sending' | 'checking';
  done: number;
  total: number;
}

const PIECE_BYTES = 4 << 20;
const TRIES = 5;

/**
 * Brings a file to the server in pieces. Goes on with an upload of the same file that was begun before, found by its hash:
 * after a lost connection, and after the page was closed.
 */
export async function upload(file: File, what: What, tell: (progress: Progress) => void, signal: AbortSignal): Promise<Artifact> {
  const total = file.size;
  const hash = await hashOf(file, (done) => tell({ phase: 'reading', done, total }), signal);
  const open = (await get<Page<OpenUpload>>(path(['artifacts', 'uploads']), signal)).items.find(
    (one) => one.yours && one.sha256 === hash && one.length === total && isSame(one, what),
  );
  const begun = open ?? (await post<OpenUpload>(path(['artifacts', 'uploads']), { ...what, fileName: file.name, length: total, sha256: hash }));
  let done = begun.received;
  let vain = 0;
  while (done < total) {
    tell({ phase: 'sending', done, total });
    try {
      done = await send(begun.id, file, done, signal);
      vain = 0;
    } catch (error) {
      vain += 1;
      if (!comesBack(error) || vain > TRIES) {
        throw error;
      }
      await pause(vain * 1000, signal);
      done = await received(begun.id, done, signal);
    }
  }
  tell({ phase: 'checking', done, total });
  return post<Artifact>(path(['artifacts', 'uploads', begun.id, 'finish']));
}

async function hashOf(file: File, tell: (done: number) => void, signal: AbortSignal): Promise<string> {
  const hash = sha256.create();
  for (let from = 0; from < file.size; from += PIECE_BYTES) {
    signal.throwIfAborted();
    tell(from);
    hash.update(new Uint8Array(await file.slice(from, from + PIECE_BYTES).arrayBuffer()));
  }
  return bytesToHex(hash.digest());
}

async function send(id: string, file: File, from: number, signal: AbortSignal): Promise<number> {
  const response = await request(path(['artifacts', 'uploads', id]), {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/partial-upload', 'Upload-Offset': String(from) },
    body: file.slice(from, from + PIECE_BYTES),
    signal,
  });
  return ((await response.json()) as OpenUpload).received;
}

/** Where the server goes on; it may still be away. */
async function received(id: string, known: number, signal: AbortSignal): Promise<number> {
  try {
    return (await get<OpenUpload>(path(['artifacts', 'uploads', id]), signal)).received;
  } catch (error) {
    if (comesBack(error)) {
      return known;
    }
    throw error;
  }
}

function comesBack(error: unknown): boolean {
  return error instanceof ApiError && (error.kind === 'unreachable' || error.code === 'upload-offset');
}

function pause(time: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, time);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      },
      { once: true },
    );
  });
}

function isSame(open: OpenUpload, what: What): boolean {
  return (
    open.kind === what.kind &&
    open.name === (what.name ?? null) &&
    open.version === (what.version ?? null) &&
    open.hardware === (what.hardware ?? null) &&
    open.releaseCounter === (what.releaseCounter ?? null)
  );
}
