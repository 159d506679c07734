import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { follow } from './events';

type Kind = 'device' | 'rollout';
type Listener = (kind: Kind, id: string) => void;

interface Live {
  connected: boolean;
  listen: (listener: Listener) => () => void;
}

const Context = createContext<Live>({ connected: false, listen: () => () => undefined });

/** One stream of "something about this changed" for the whole console. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [connected, setConnected] = useState(false);
  const listeners = useRef(new Set<Listener>());

  useEffect(() => {
    const abort = new AbortController();
    void follow(
      '/stream',
      abort.signal,
      (event) => {
        if (event.name === 'device' || event.name === 'rollout') {
          const kind = event.name;
          const { id } = JSON.parse(event.data) as { id: string };
          listeners.current.forEach((listener) => listener(kind, id));
        }
      },
      setConnected,
    );
    return () => abort.abort();
  }, []);

  const live = useMemo<Live>(
    () => ({
      connected,
      listen: (listener) => {
        listeners.current.add(listener);
        return () => listeners.current.delete(listener);
      },
    }),
    [connected],
  );
  return <Context.Provider value={live}>{children}</Context.Provider>;
}

export function useConnected(): boolean {
  return useContext(Context).connected;
}

/**
 * Calls `action` when something changed that `concerns` this page, at most once every two seconds however busy the
 * fleet is, and once more when the stream is back after a break.
 */
export function useLive(concerns: (kind: Kind, id: string) => boolean, action: () => void): void {
  const { listen, connected } = useContext(Context);
  const latest = useRef({ concerns, action });
  latest.current = { concerns, action };
  const wasConnected = useRef(connected);

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
    if (connected && !wasConnected.current) {
      latest.current.action();
    }
    wasConnected.current = connected;
  }, [connected]);
}
