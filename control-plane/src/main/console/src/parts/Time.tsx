import { useEffect, useState } from 'react';
import { m } from '../i18n';
import { full, relative } from './format';

/** One clock for every relative time on the page. */
function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** How long ago; the exact time on hover and for assistive technology. */
export function Time({ at }: { at: string | null | undefined }) {
  const now = useNow();
  if (!at) {
    return <>{m.common.never}</>;
  }
  return (
    <time dateTime={at} title={full(at)}>
      {relative(at, Math.max(now, Date.now()))}
    </time>
  );
}
