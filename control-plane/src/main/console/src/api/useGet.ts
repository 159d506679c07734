import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, get } from './client';

/** Something that lives on the server: what is known of it now, and how to ask again. */
export interface Remote<T> {
  data: T | undefined;
  error: ApiError | undefined;
  loading: boolean;
  reload: () => void;
}

const asIs = <T>(answer: T): T => answer;

/** Reads `path` and reads it again when it changes or on `reload`; null reads nothing. Old data stays until new is there. */
export function useGet<T>(path: string | null, read: (answer: T) => T = asIs): Remote<T> {
  const [state, setState] = useState<{ data?: T; error?: ApiError; loading: boolean }>({ loading: path !== null });
  const [turn, setTurn] = useState(0);
  const shownPath = useRef<string | null>(null);
  const reload = useCallback(() => setTurn((n) => n + 1), []);

  useEffect(() => {
    if (path === null) {
      setState({ loading: false });
      return;
    }
    const abort = new AbortController();
    setState((old) => ({ ...old, loading: true }));
    get<T>(path, abort.signal)
      .then((data) => {
        shownPath.current = path;
        setState({ data: read(data), loading: false });
      })
      .catch((error: unknown) => {
        if (abort.signal.aborted) {
          return;
        }
        const failure = error instanceof ApiError ? error : new ApiError('failed', 'failed', String(error));
        // Old rows under a new question would be a lie; under the same question they are only old.
        setState((old) =>
          shownPath.current === path && old.data !== undefined
            ? { data: old.data, error: failure, loading: false }
            : { error: failure, loading: false },
        );
      });
    return () => abort.abort();
  }, [path, turn, read]);

  return { data: state.data, error: state.error, loading: state.loading, reload };
}
