import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { useEffect, useRef } from 'react';
import { withAdoptedStyles } from './adoptedStyles';

/** What the page does with a terminal that is on the screen. */
export interface TerminalHandle {
  write(bytes: Uint8Array): void;
  /** A line of ours between the device's. */
  say(text: string): void;
}

/** A terminal of a fixed size: the device is told its size once. Titles and links that a device sends are not followed. */
export default function TerminalView({
  label,
  columns,
  rows,
  typed,
  ready,
}: {
  label: string;
  columns: number;
  rows: number;
  typed: (bytes: Uint8Array) => void;
  /** Called once; what it answers is called when the terminal goes. */
  ready: (terminal: TerminalHandle) => () => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const terminal = new Terminal({ cols: columns, rows, screenReaderMode: true, scrollback: 5000, linkHandler: { activate: () => {} } });
    const encoder = new TextEncoder();
    const takeAway = withAdoptedStyles(() => place.current && terminal.open(place.current));
    terminal.onData((text) => typed(encoder.encode(text)));
    terminal.onBinary((text) => typed(Uint8Array.from(text, (character) => character.charCodeAt(0))));
    const stop = ready({ write: (bytes) => terminal.write(bytes), say: (text) => terminal.write(`\r\n\x1b[2m${text}\x1b[0m\r\n`) });
    terminal.focus();
    return () => {
      stop();
      terminal.dispose();
      takeAway();
    };
    // One terminal for as long as the page shows one: a new one would begin the session anew.
  }, []);
  return <div ref={place} role="group" aria-label={label} className="muster-terminal" />;
}
