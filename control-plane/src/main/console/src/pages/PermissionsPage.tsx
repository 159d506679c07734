import { PageSection, Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { useSearchParams } from 'react-router';
import { m } from '../i18n';
import { PageHead } from '../parts/PageHead';
import { Asked } from './policy/Asked';
import { Capabilities } from './policy/Capabilities';
import { Compliance } from './policy/Compliance';
import { Documents } from './policy/Documents';
import { Explain } from './policy/Explain';
import { History } from './policy/History';
import { Shadow } from './policy/Shadow';
import { Usage } from './policy/Usage';

const TABS = {
  compliance: Compliance,
  explain: Explain,
  documents: Documents,
  versions: History,
  capabilities: Capabilities,
  requests: Asked,
  usage: Usage,
  shadow: Shadow,
};

type TabKey = keyof typeof TABS;

/** Which app may use which permission, why, and whether the fleet does what the policy says. */
export function PermissionsPage() {
  const [query, setQuery] = useSearchParams();
  // A question in the address is a link to its answer, whatever tab it names.
  const asked = query.get('tab') ?? (query.has('permission') ? 'explain' : 'compliance');
  const shown = (asked in TABS ? asked : 'compliance') as TabKey;
  const Content = TABS[shown];
  return (
    <>
      <PageHead title={m.permissions.title} />
      <PageSection type="tabs">
        <Tabs activeKey={shown} onSelect={(_, key) => setQuery({ tab: String(key) })} id="permissions" aria-label={m.permissions.title} usePageInsets>
          {Object.keys(TABS).map((key) => (
            <Tab key={key} eventKey={key} tabContentId="permissions-content" title={<TabTitleText>{m.policy.tabs[key]}</TabTitleText>} />
          ))}
        </Tabs>
      </PageSection>
      <PageSection isFilled id="permissions-content" role="tabpanel" aria-labelledby={`pf-tab-${shown}-permissions`}>
        <Content />
      </PageSection>
    </>
  );
}
