import { Card, CardBody, CardHeader, CardTitle } from '@patternfly/react-core';
import type { ReactNode } from 'react';

/** One card with a heading of the second level. */
export function Section({
  title,
  hint,
  actions,
  flush = false,
  children,
}: {
  title: string;
  hint?: ReactNode;
  actions?: ReactNode;
  /** For tables, which bring their own padding. */
  flush?: boolean;
  children: ReactNode;
}) {
  return (
    <Card component="section" className={flush ? 'muster-flush' : ''}>
      <CardHeader {...(actions ? { actions: { actions, hasNoOffset: true } } : {})}>
        <CardTitle component="h2">{title}</CardTitle>
        {hint && <div className="muster-hint">{hint}</div>}
      </CardHeader>
      <CardBody>{children}</CardBody>
    </Card>
  );
}
