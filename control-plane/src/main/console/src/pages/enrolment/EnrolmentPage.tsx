import { Badge, PageSection, Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { useSearchParams } from 'react-router';
import { path } from '../../api/client';
import type { EnrolmentRequest } from '../../api/enrolment';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { PageHead } from '../../parts/PageHead';
import { TokensTab } from './TokensTab';
import { WaitingTab } from './WaitingTab';

/** How devices come in: by tokens, and those that wait for somebody to let them in. */
export function EnrolmentPage() {
  const [query, setQuery] = useSearchParams();
  const waiting = useGet<Page<EnrolmentRequest>>(path(['enrolment-requests'], { state: 'waiting', limit: 25 }));
  const shown = query.get('tab') === 'waiting' ? 'waiting' : 'tokens';
  const items = waiting.data?.items.length ?? 0;
  return (
    <>
      <PageHead title={m.enrolment.title} text={m.enrolment.text} />
      <PageSection type="tabs">
        <Tabs
          activeKey={shown}
          onSelect={(_, key) => setQuery(key === 'tokens' ? {} : { tab: String(key) })}
          id="enrolment"
          aria-label={m.enrolment.title}
          usePageInsets
        >
          <Tab eventKey="tokens" tabContentId="enrolment-content" title={<TabTitleText>{m.enrolment.tokens}</TabTitleText>} />
          <Tab
            eventKey="waiting"
            tabContentId="enrolment-content"
            title={
              <TabTitleText>
                {m.waiting.title} {items > 0 && <Badge>{waiting.data?.next ? `${items}+` : items}</Badge>}
              </TabTitleText>
            }
          />
        </Tabs>
      </PageSection>
      <PageSection isFilled id="enrolment-content" role="tabpanel" aria-labelledby={`pf-tab-${shown}-enrolment`}>
        {shown === 'waiting' ? <WaitingTab changed={waiting.reload} /> : <TokensTab />}
      </PageSection>
    </>
  );
}
