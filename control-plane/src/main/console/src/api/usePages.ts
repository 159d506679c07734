import { useCallback, useEffect, useRef, useState } from 'react';
import { get, path } from './client';
import type { Page } from './types';
import { useGet, type Remote } from './useGet';

const ROWS = 50;

/** A list to choose from, a page at a time: what was read so far, and how to read on where there is more. */
export function usePages<T>(...segments: string[]): Remote<T[]> & { more: (() => void) | undefined } {
  return usePagesOf<T>(ROWS, segments);
}

/** The same with another number of rows in a page. */
export function usePagesOf<T>(rows: number, segments: string[]): Remote<T[]> & { more: (() => void) | undefined } {
  const first = useGet<Page<T>>(path(segments, { limit: rows }));
  const [further, setFurther] = useState<Page<T>[]>([]);
  const asked = useRef<string>(undefined);
  useEffect(() => {
    setFurther([]);
    asked.current = undefined;
  }, [first.data]);
  const last = further[further.length - 1] ?? first.data;
  const next = last?.next;
  const address = next ? path(segments, { limit: rows, cursor: next }) : undefined;
  const more = useCallback(() => {
    // Whoever presses twice must not read the same page twice.
    if (address && asked.current !== address) {
      asked.current = address;
      // What does not come is not offered; the button stays, to try again.
      void get<Page<T>>(address).then(
        (page) => setFurther((pages) => [...pages, page]),
        () => (asked.current = undefined),
      );
    }
  }, [address]);
  return {
    data: first.data && [first.data, ...further].flatMap(({ items }) => items),
    error: first.error,
    loading: first.loading,
    reload: first.reload,
    more: address ? more : undefined,
  };
}
