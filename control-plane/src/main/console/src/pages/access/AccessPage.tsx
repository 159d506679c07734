import { PageSection, Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { useContext } from 'react';
import { useSearchParams } from 'react-router';
import { m } from '../../i18n';
import { PageHead } from '../../parts/PageHead';
import { reach } from '../../parts/rights';
import { MeContext } from '../../parts/useRoles';
import { AccountsTab } from './AccountsTab';
import { DdiTab } from './DdiTab';
import { MineTab } from './MineTab';
import { RolesTab } from './RolesTab';
import { TenantsTab } from './TenantsTab';

const TABS = { roles: RolesTab, accounts: AccountsTab, tenants: TenantsTab, ddi: DdiTab, mine: MineTab };

type TabKey = keyof typeof TABS;

/** Who may do what: for administrators all of it, for everybody what they may do themselves. */
export function AccessPage() {
  const [query, setQuery] = useSearchParams();
  const me = useContext(MeContext);
  const admin = me !== undefined && reach(me.roles, 'admin').everywhere;
  const asked = query.get('tab') ?? '';
  // A link leads where it says, also those who may not look: the server tells them so.
  const shown = asked in TABS ? (asked as TabKey) : admin ? 'roles' : 'mine';
  const offered = (Object.keys(TABS) as TabKey[]).filter(
    // Tenants are made by administrators of the first one.
    (key) => (admin && (key !== 'tenants' || me.tenant === 'default')) || key === 'mine' || key === shown,
  );
  const Content = TABS[shown];
  return (
    <>
      <PageHead title={m.access.title} text={m.access.text} />
      <PageSection type="tabs">
        <Tabs activeKey={shown} onSelect={(_, key) => setQuery({ tab: String(key) })} id="access" aria-label={m.access.title} usePageInsets>
          {offered.map((key) => (
            <Tab key={key} eventKey={key} tabContentId="access-content" title={<TabTitleText>{m.access.tabs[key]}</TabTitleText>} />
          ))}
        </Tabs>
      </PageSection>
      <PageSection isFilled id="access-content" role="tabpanel" aria-labelledby={`pf-tab-${shown}-access`}>
        <Content />
      </PageSection>
    </>
  );
}
