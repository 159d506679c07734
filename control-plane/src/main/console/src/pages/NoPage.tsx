import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, PageSection } from '@patternfly/react-core';
import { Link } from 'react-router';
import { m } from '../i18n';

export function NoPage() {
  return (
    <PageSection isFilled>
      <EmptyState titleText={m.errors.noPage} headingLevel="h1">
        <EmptyStateBody>{m.errors.noPageHint}</EmptyStateBody>
        <EmptyStateFooter>
          <EmptyStateActions>
            <Link to="/">{m.errors.home}</Link>
          </EmptyStateActions>
        </EmptyStateFooter>
      </EmptyState>
    </PageSection>
  );
}
