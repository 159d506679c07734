import { PageSection, Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { useSearchParams } from 'react-router';
import { m } from '../../i18n';
import { PageHead } from '../../parts/PageHead';
import { useMayEverywhere } from '../../parts/useRoles';
import { BookTab } from './BookTab';
import { NoticesTab } from './NoticesTab';
import { RulesTab } from './RulesTab';
import { SilencesTab } from './SilencesTab';

const TABS = { open: BookTab, rules: RulesTab, silences: SilencesTab, notices: NoticesTab };

type TabKey = keyof typeof TABS;

/** What fires, the rules behind it, silences, and whom to tell. */
export function AlertsPage() {
  const [query, setQuery] = useSearchParams();
  const operator = useMayEverywhere('operator');
  const asked = query.get('tab') ?? '';
  const shown = asked in TABS ? (asked as TabKey) : 'open';
  const offered = (Object.keys(TABS) as TabKey[]).filter((key) => operator || key !== 'notices' || key === shown);
  const Content = TABS[shown];
  return (
    <>
      <PageHead title={m.alerts.title} text={m.alerts.text} />
      <PageSection type="tabs">
        <Tabs activeKey={shown} onSelect={(_, key) => setQuery({ tab: String(key) })} id="alerts" aria-label={m.alerts.title} usePageInsets>
          {offered.map((key) => (
            <Tab key={key} eventKey={key} tabContentId="alerts-content" title={<TabTitleText>{m.alerts.tabs[key]}</TabTitleText>} />
          ))}
        </Tabs>
      </PageSection>
      <PageSection isFilled id="alerts-content" role="tabpanel" aria-labelledby={`pf-tab-${shown}-alerts`}>
        <Content />
      </PageSection>
    </>
  );
}
