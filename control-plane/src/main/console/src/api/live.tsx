import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { follow } from './events';

type Kind = 'device' | 'rollout' | 'command' | 'alert';
type Listener = (kind: Kind, id: string) => void;

interface Live {
  connected: boolean;
  /** How often the stream began; what happened before is unknown to what was read earlier. */
  begins: number;
  listen: (listener: Listener) => () => void;
}

const Context = createContext<Live>({ connected: false, begins: 0, listen: () => () => undefined });

/** One stream of "something about this changed" for the whole console. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [connected, setConnected] = useState(false);
  const [begins, setBegins] = useState(0);
  const listeners = useRef(new Set<Listener>());

  useEffect(() => {
    const abort = new AbortController();
    void follow(
      '/stream',
      abort.signal,
      (event) => {
        if (event.name === 'device' || event.name === 'rollout' || event.name === 'command' || event.name === 'alert') {
          const kind = event.name;
          const { id } = JSON.parse(event.data) as { id: string };
          listeners.current.forEach((listener) => listener(kind, id));
        }
      },
      (live) => {
        setConnected(live);
        if (live) {
          setBegins((n) => n + 1);
        }
      },
    );
    return () => abort.abort();
  }, []);

  const listen = useCallback((listener: Listener) => {
    listeners.current.add(listener);
    return () => void listeners.current.delete(listener);
  }, []);
  const live = useMemo<Live>(() => ({ connected, begins, listen }), [connected, begins, listen]);
  return <Context.Provider value={live}>{children}</Context.Provider>;
}

export function useConnected(): boolean {
  return useContext(Context).connected;
}

/**
 * Calls `action` when something changed that `concerns` this page, at most once every two seconds however busy the
 * fleet is, and once more when the stream begins or is back after a break.
 */
export function useLive(concerns: (kind: Kind, id: string) => boolean, action: () => void): void {
  const { listen, begins } = useContext(Context);
  const latest = useRef({ concerns, action });
  latest.current = { concerns, action };
  const seenBegins = useRef(begins);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last = 0;
    const stop = listen((kind, id) => {
      if (timer === undefined && latest.current.concerns(kind, id)) {
        const pause = Math.max(250, last + 2000 - Date.now());
        timer = setTimeout(() => {
          timer = undefined;
          last = Date.now();
          latest.current.action();
        }, pause);
      }
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [listen]);

  useEffect(() => {
    if (begins !== seenBegins.current) {
      seenBegins.current = begins;
      latest.current.action();
    }
  }, [begins]);
}
