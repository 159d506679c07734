import { locale, m } from '../i18n';

const RELATIVE = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
const FULL = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
const DATE = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
const CLOCK = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });

export function relative(at: string, now: number): string {
  const seconds = Math.round((Date.parse(at) - now) / 1000);
  const size = Math.abs(seconds);
  if (Number.isNaN(seconds)) {
    return at;
  }
  if (size < 5) {
    return m.common.now;
  }
  if (size < 90) {
    return RELATIVE.format(seconds, 'second');
  }
  if (size < 90 * 60) {
    return RELATIVE.format(Math.round(seconds / 60), 'minute');
  }
  if (size < 36 * 3600) {
    return RELATIVE.format(Math.round(seconds / 3600), 'hour');
  }
  // Nobody counts that many days.
  return size < 60 * 86_400 ? RELATIVE.format(Math.round(seconds / 86_400), 'day') : DATE.format(Date.parse(at));
}

export const full = (at: string | number) => FULL.format(typeof at === 'number' ? at : Date.parse(at));
export const clock = (at: number) => CLOCK.format(at);
export const day = (at: number) => DAY.format(at);

export const count = (n: number) => n.toLocaleString(locale);

/** The unit a metric's name and its largest value imply, and how to show its values. */
export function unitOf(metric: string, largest: number): { unit: string; show: (value: number) => string } {
  const last = metric.slice(metric.lastIndexOf('.') + 1).toLowerCase();
  const number = (digits: number) => (value: number) =>
    value.toLocaleString(locale, { maximumFractionDigits: digits });
  if (last === 'load' || last === 'used' || last === 'ratio' || last === 'usage') {
    return { unit: '%', show: (value) => number(1)(value * 100) };
  }
  if (last === 'celsius') {
    return { unit: '°C', show: number(1) };
  }
  if (last === 'percent') {
    return { unit: '%', show: number(1) };
  }
  if (last === 'bytes') {
    return { unit: 'MiB', show: (value) => number(1)(value / 1_048_576) };
  }
  if (last === 'seconds') {
    return metric.startsWith('uptime') ? spanUnit(largest, number) : { unit: m.common.seconds, show: number(1) };
  }
  return { unit: '', show: number(2) };
}

function spanUnit(largest: number, number: (digits: number) => (value: number) => string) {
  if (largest < 2 * 3600) {
    return { unit: m.common.minutes, show: (value: number) => number(1)(value / 60) };
  }
  return largest < 3 * 86_400
    ? { unit: m.common.hours, show: (value: number) => number(1)(value / 3600) }
    : { unit: m.common.days, show: (value: number) => number(1)(value / 86_400) };
}

/** `cpu.load` as people say it: "CPU load"; a unit at the end is shown beside the number instead. */
export function metricName(metric: string): string {
  const known = m.metrics[metric];
  if (known !== undefined) {
    return known;
  }
  const words = metric.replace(/\.(celsius|seconds|bytes|percent|ratio)$/i, '').split(/[._/-]+/);
  const name = words.join(' ');
  return (name.charAt(0).toUpperCase() + name.slice(1)).replace(/\bcpu\b/i, 'CPU');
}

/** A person or service as the server names it, `issuer#subject`: the issuer is the same for nearly all and says nothing. */
export function who(actor: unknown): string {
  const text = plain(actor);
  return /^https?:\/\/[^#]+#./.test(text) ? text.slice(text.indexOf('#') + 1) : text;
}

/** Detail members of events and audit rows on one line. */
export function plain(value: unknown): string {
  if (value === null || value === undefined || value === '') {
    return m.common.none;
  }
  if (typeof value === 'object') {
    const entries = Array.isArray(value) ? value.map((v) => plain(v)) : Object.entries(value).map(([k, v]) => `${k}: ${plain(v)}`);
    return entries.length === 0 ? m.common.none : entries.join(', ');
  }
  return String(value);
}

/** So many bytes in the unit people would say. */
export function bytes(size: number): string {
  const units = [m.common.bytes, 'kB', 'MB', 'GB', 'TB'];
  let value = size;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${count(Math.round(value * 10) / 10)} ${units[unit] ?? ''}`;
}
