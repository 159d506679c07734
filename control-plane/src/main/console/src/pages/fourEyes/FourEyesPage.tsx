import { PageSection } from '@patternfly/react-core';
import { useSearchParams } from 'react-router';
import { path } from '../../api/client';
import type { FourEyesRequest, FourEyesRule } from '../../api/fourEyes';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { PageHead } from '../../parts/PageHead';
import { Requests } from './Requests';
import { Rule } from './Rule';

/** The tenant's rule, and what waits for a second person. */
export function FourEyesPage() {
  const [query] = useSearchParams();
  const rule = useGet<FourEyesRule>(path(['four-eyes']));
  const requests = useGet<Page<FourEyesRequest>>(path(['four-eyes', 'requests'], { limit: 25, cursor: query.get('cursor') }));
  const reload = () => {
    rule.reload();
    requests.reload();
  };
  return (
    <>
      <PageHead title={m.fourEyes.title} text={m.fourEyes.text} />
      <PageSection>
        <Requests requests={requests} reload={reload} />
      </PageSection>
      <PageSection isFilled>
        <Rule rule={rule} reload={reload} />
      </PageSection>
    </>
  );
}
