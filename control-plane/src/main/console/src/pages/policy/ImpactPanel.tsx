import { Alert } from '@patternfly/react-core';
import { useCallback, useEffect, useState } from 'react';
import { ApiError, path, post } from '../../api/client';
import type { Impact } from '../../api/policy';
import { m } from '../../i18n';
import { Said } from '../../parts/Said';
import { Loading } from '../../parts/States';
import { ImpactView } from './ImpactView';

const PAGE = 50;
const PAUSE_MS = 800;

/** Asks what the draft, with a text laid over it, would change against what is live; asks again when the text changes. */
export function ImpactPanel({ yaml, valid, from, to }: { yaml?: string | undefined; valid: boolean; from?: string; to?: string }) {
  const [impact, setImpact] = useState<Impact>();
  const [failure, setFailure] = useState<ApiError>();
  const [loading, setLoading] = useState(false);

  const ask = useCallback(
    async (cursor: string | null, isCurrent: () => boolean) => {
      setLoading(true);
      try {
        const page = await post<Impact>(path(['policy', 'impact']), {
          ...(yaml === undefined ? {} : { yaml }),
          ...(from ? { from } : {}),
          ...(to ? { to } : {}),
          limit: PAGE,
          ...(cursor ? { cursor } : {}),
        });
        if (isCurrent()) {
          setFailure(undefined);
          setImpact((old) => (cursor && old ? { ...page, changes: [...old.changes, ...page.changes] } : page));
        }
      } catch (error) {
        if (isCurrent()) {
          setFailure(error instanceof ApiError ? error : new ApiError('failed', 'failed', String(error)));
        }
      }
      setLoading(false);
    },
    [yaml, from, to],
  );

  useEffect(() => {
    if (!valid) {
      return undefined;
    }
    let current = true;
    const timer = setTimeout(() => void ask(null, () => current), PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [ask, valid]);

  if (failure) {
    return <Alert isInline variant="danger" title={<Said>{failure.message}</Said>} />;
  }
  if (!impact) {
    return <Loading lines={4} />;
  }
  return (
    <>
      <p className="muster-quiet muster-gap">{m.policy.impact.ask}</p>
      <ImpactView impact={impact} more={impact.next ? () => void ask(impact.next, () => true) : undefined} loading={loading} />
    </>
  );
}
