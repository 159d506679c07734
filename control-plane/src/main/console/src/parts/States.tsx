import {
  Alert,
  Button,
  EmptyState,
  EmptyStateActions,
  EmptyStateBody,
  EmptyStateFooter,
  Skeleton,
} from '@patternfly/react-core';
import { CubesIcon } from '@patternfly/react-icons/dist/esm/icons/cubes-icon';
import { DisconnectedIcon } from '@patternfly/react-icons/dist/esm/icons/disconnected-icon';
import { ExclamationCircleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon';
import { LockIcon } from '@patternfly/react-icons/dist/esm/icons/lock-icon';
import { SearchIcon } from '@patternfly/react-icons/dist/esm/icons/search-icon';
import { useEffect, type ReactNode } from 'react';
import { Link } from 'react-router';
import type { ApiError } from '../api/client';
import type { Remote } from '../api/useGet';
import { m } from '../i18n';
import { Said } from './Said';

const ICONS = {
  unreachable: DisconnectedIcon,
  'signed-out': LockIcon,
  'not-allowed': LockIcon,
  'not-found': SearchIcon,
  conflict: ExclamationCircleIcon,
  invalid: ExclamationCircleIcon,
  failed: ExclamationCircleIcon,
};

/** Instead of content that cannot be shown: what happened and what to do. */
export function ErrorState({ error, retry }: { error: ApiError; retry: () => void }) {
  useEffect(() => {
    if (error.kind !== 'unreachable') {
      return undefined;
    }
    const timer = setTimeout(retry, 5000);
    return () => clearTimeout(timer);
  }, [error, retry]);

  return (
    <EmptyState titleText={m.errors.titles[error.kind]} headingLevel="h2" icon={ICONS[error.kind]} status={statusOf(error)}>
      <EmptyStateBody>
        <p>
          <Said>{error.message}</Said>
        </p>
        {error.kind === 'not-allowed' && (
          <p>
            {m.errors.notAllowedHint} <Link to="/access?tab=mine">{m.errors.mayI}</Link>
          </p>
        )}
      </EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions>
          {error.kind === 'not-found' ? (
            <Link to="/">{m.errors.home}</Link>
          ) : (
            <Button variant="secondary" onClick={retry}>
              {m.errors.retry}
            </Button>
          )}
        </EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}

function statusOf(error: ApiError): 'danger' | 'warning' | 'info' {
  if (error.kind === 'failed' || error.kind === 'unreachable') {
    return 'danger';
  }
  return error.kind === 'not-found' ? 'info' : 'warning';
}

/** Grey lines where text will be. */
export function Loading({ lines = 4 }: { lines?: number }) {
  return (
    <div aria-busy="true" className="muster-loading">
      {Array.from({ length: lines }, (_, i) => (
        <Skeleton key={i} width={`${92 - ((i * 17) % 40)}%`} screenreaderText={i === 0 ? m.common.loading : ''} />
      ))}
    </div>
  );
}

/** Shows something remote: content, grey lines, or what went wrong; old content stays, and says that it is old. */
export function Shown<T>({
  remote,
  lines,
  children,
}: {
  remote: Remote<T>;
  lines?: number;
  children: (data: T) => ReactNode;
}) {
  if (remote.data !== undefined) {
    return (
      <>
        {remote.error && (
          <Alert isInline variant="warning" title={<Said>{m.errors.old + ' ' + remote.error.message}</Said>} className="muster-gap" />
        )}
        {children(remote.data)}
      </>
    );
  }
  if (remote.error) {
    return <ErrorState error={remote.error} retry={remote.reload} />;
  }
  return <Loading lines={lines ?? 4} />;
}

/** There is nothing here yet, and that is fine. */
export function Nothing({
  title,
  children,
  action,
  searched = false,
}: {
  title: string;
  children: ReactNode;
  action?: ReactNode;
  /** Whether a question had no answer, instead of there being nothing at all. */
  searched?: boolean;
}) {
  return (
    <EmptyState titleText={title} headingLevel="h2" icon={searched ? SearchIcon : CubesIcon} variant="sm">
      <EmptyStateBody>{typeof children === 'string' ? <Said>{children}</Said> : children}</EmptyStateBody>
      {action && (
        <EmptyStateFooter>
          <EmptyStateActions>{action}</EmptyStateActions>
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}
