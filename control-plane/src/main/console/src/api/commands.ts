// Commands and settings: the shapes of docs/reference/rest-api.md.

import { m } from '../i18n';
import { ApiError, request } from './client';

export const STATES = ['waiting', 'sent', 'accepted', 'done', 'failed', 'rejected', 'expired', 'cancelled'] as const;

export interface Cause {
  state: string;
  reason: string;
  devices: number;
  example: string;
  output: string;
}

export type Command = Record<(typeof STATES)[number] | 'size', number> & {
  id: string;
  kind: string;
  arguments: Record<string, string>;
  selector: string;
  perMinute: number | null;
  deadline: string;
  state: string;
  createdAt: string;
  createdBy: string;
  createdByName: string;
  causes: Cause[];
};

export interface CommandOnDevice {
  command: string;
  kind: string;
  arguments: Record<string, string>;
  device: string;
  state: string;
  reason: string;
  output: string;
  since: string;
  upload: { id: string; length: number; complete: boolean } | null;
}

export interface SettingsDocument {
  level: string;
  name: string;
  document: Record<string, unknown>;
  revision: number;
  updatedAt: string;
  updatedBy: string;
  updatedByName: string;
}

export interface SettingsPreview {
  devices: number;
  changedDevices: number;
  unchangedDevices: number;
  changes: { path: string; before: unknown; after: unknown; devices: number }[];
  more: boolean;
  notHere: { path: string; devices: number }[];
  invalid: { example: string; devices: number; path: string; expected: string; found: string }[];
  /** Devices that verify no signed documents, such as hawkBit's clients. */
  leftOut: number;
}

export interface DeviceSettings {
  device: string;
  platform: string;
  version: number | null;
  pending: boolean;
  values: {
    path: string;
    value: unknown;
    inForce: unknown;
    level: string;
    name: string;
    setAt: string;
    setBy: string;
    setByName: string;
    here: boolean;
  }[];
  notHere: string[];
  drift: { what: string; at: string; times: number } | null;
}

/** What a command is, in a line. */
export function kindOf(command: { kind: string; arguments: Record<string, string> }): string {
  return [m.commands.kinds[command.kind] ?? command.kind, ...Object.values(command.arguments)].join(' ');
}

/** Replaces one level's document, only while `revision` is in force. */
export async function putSettings(level: string, name: string, text: string, revision: number): Promise<void> {
  try {
    JSON.parse(text);
  } catch (error) {
    throw new ApiError('invalid', 'json', String(error instanceof Error ? error.message : error));
  }
  await request(`/settings/${encodeURIComponent(level)}/${encodeURIComponent(name)}`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json', 'If-Match': `"${revision}"` },
    body: text,
  });
}
