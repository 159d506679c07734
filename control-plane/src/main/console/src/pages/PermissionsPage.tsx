import { PageSection, Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { useSearchParams } from 'react-router';
import { m } from '../i18n';
import { PageHead } from '../parts/PageHead';
import { Explain } from './Explain';
import { PolicyDocuments, PolicyVersions } from './PolicyLists';

const TABS = {
  explain: { text: m.permissions.explainTab, content: Explain },
  documents: { text: m.permissions.documentsTab, content: PolicyDocuments },
  versions: { text: m.permissions.versionsTab, content: PolicyVersions },
};

type TabKey = keyof typeof TABS;

/** Which app may use which permission, and why; the documents behind it; what was published. */
export function PermissionsPage() {
  const [query, setQuery] = useSearchParams();
  const asked = query.get('tab') ?? 'explain';
  const shown = (asked in TABS ? asked : 'explain') as TabKey;
  const Content = TABS[shown].content;
  return (
    <>
      <PageHead title={m.permissions.title} />
      <PageSection type="tabs">
        <Tabs
          activeKey={shown}
          onSelect={(_, key) => setQuery(key === 'explain' ? {} : { tab: String(key) })}
          aria-label={m.permissions.title}
          usePageInsets
        >
          {Object.entries(TABS).map(([key, tab]) => (
            <Tab key={key} eventKey={key} title={<TabTitleText>{tab.text}</TabTitleText>} />
          ))}
        </Tabs>
      </PageSection>
      <PageSection isFilled>
        <Content />
      </PageSection>
    </>
  );
}
