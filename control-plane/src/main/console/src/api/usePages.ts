import { useCallback, useEffect, useState } from 'react';
import { get, path } from './client';
import type { Page } from './types';
import { useGet, type Remote } from './useGet';

const ROWS = 50;

/** A list to choose from, a page at a time: what was read so far, and how to read on where there is more. */
export function usePages<T>(...segments: string[]): Remote<T[]> & { more: (() => void) | undefined } {
  const first = useGet<Page<T>>(path(segments, { limit: ROWS }));
  const [further, setFurther] = useState<Page<T>[]>([]);
  useEffect(() => setFurther([]), [first.data]);
  const last = further[further.length - 1] ?? first.data;
  const next = last?.next;
  const address = next ? path(segments, { limit: ROWS, cursor: next }) : undefined;
  const more = useCallback(() => {
    if (address) {
      // What does not come is not offered; the button stays, to try again.
      void get<Page<T>>(address).then(
        (page) => setFurther((pages) => [...pages, page]),
        () => undefined,
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
