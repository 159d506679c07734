import {
  Banner,
  Button,
  Dropdown,
  DropdownItem,
  DropdownList,
  Label,
  Masthead,
  MastheadBrand,
  MastheadContent,
  MastheadLogo,
  MastheadMain,
  MastheadToggle,
  MenuToggle,
  Nav,
  NavItem,
  NavList,
  Page,
  PageSidebar,
  PageSidebarBody,
  PageToggleButton,
  SkipToContent,
  Toolbar,
  ToolbarContent,
  ToolbarGroup,
  ToolbarItem,
  Tooltip,
} from '@patternfly/react-core';
import { GlobeIcon } from '@patternfly/react-icons/dist/esm/icons/globe-icon';
import { MoonIcon } from '@patternfly/react-icons/dist/esm/icons/moon-icon';
import { SunIcon } from '@patternfly/react-icons/dist/esm/icons/sun-icon';
import { useContext, useState, type ReactNode } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';
import { useConnected } from '../api/live';
import type { Me } from '../api/types';
import { LANGUAGES, chooseLanguage, language, m, type Language } from '../i18n';
import { AlertCount } from './AlertCount';
import { GlobalSearch } from './GlobalSearch';
import { reach, type Role } from './rights';
import { Time } from './Time';
import { chooseTheme, theme, type Theme } from './theme';
import { MeContext } from './useRoles';

interface Entry {
  to: string;
  text: string;
  /** Who may not do this sees nothing there, so it is not offered. */
  needs?: { role: Role; everywhere: boolean };
}

const ENTRIES: Entry[] = [
  { to: '/', text: m.nav.overview },
  { to: '/devices', text: m.nav.fleet },
  { to: '/alerts', text: m.nav.alerts },
  { to: '/groups', text: m.nav.groups },
  { to: '/sites', text: m.nav.sites },
  { to: '/bridges', text: m.nav.bridges, needs: { role: 'operator', everywhere: true } },
  { to: '/artifacts', text: m.nav.artifacts },
  { to: '/releases', text: m.nav.releases },
  { to: '/channels', text: m.nav.channels },
  { to: '/rollouts', text: m.nav.rollouts },
  { to: '/commands', text: m.nav.commands },
  { to: '/settings', text: m.nav.settings },
  { to: '/permissions', text: m.nav.permissions },
  { to: '/enrolment', text: m.nav.enrolment, needs: { role: 'operator', everywhere: true } },
  { to: '/four-eyes', text: m.nav.fourEyes },
  { to: '/access', text: m.nav.access },
  { to: '/trust', text: m.nav.trust },
  { to: '/audit', text: m.nav.audit, needs: { role: 'admin', everywhere: false } },
];

/** Everything around a page: name, navigation, account, theme, and whether what is shown is live. */
export function Shell({
  name,
  version,
  logout,
  children,
}: {
  name: string;
  version: string;
  logout: () => void;
  children: ReactNode;
}) {
  const { pathname } = useLocation();
  const me = useContext(MeContext);
  const isOffered = ({ needs }: Entry) =>
    needs === undefined || me === undefined || reach(me.roles, needs.role)[needs.everywhere ? 'everywhere' : 'any'];
  const isActive = ({ to }: Entry) => (to === '/' ? pathname === '/' : pathname === to || pathname.startsWith(to + '/'));

  const masthead = (
    <Masthead>
      <MastheadMain>
        <MastheadToggle>
          <PageToggleButton isHamburgerButton aria-label={m.nav.label} />
        </MastheadToggle>
        <MastheadBrand>
          <MastheadLogo component={(props) => <Link {...props} to="/" />}>
            <img src={import.meta.env.BASE_URL + 'favicon.svg'} alt="" width={28} height={28} />
            <span className="muster-name">{m.product}</span>
          </MastheadLogo>
        </MastheadBrand>
      </MastheadMain>
      <MastheadContent>
        <Toolbar isStatic>
          <ToolbarContent>
            <ToolbarItem className="muster-global-item">
              <GlobalSearch />
            </ToolbarItem>
            <ToolbarGroup align={{ default: 'alignEnd' }} gap={{ default: 'gapMd' }}>
              <ToolbarItem>
                <LiveMark />
              </ToolbarItem>
              <ToolbarItem>
                <LanguageChoice />
              </ToolbarItem>
              <ToolbarItem>
                <ThemeButton />
              </ToolbarItem>
              <ToolbarItem>
                <Account name={name} version={version} logout={logout} />
              </ToolbarItem>
            </ToolbarGroup>
          </ToolbarContent>
        </Toolbar>
      </MastheadContent>
    </Masthead>
  );

  return (
    <Page
      masthead={masthead}
      isManagedSidebar
      isContentFilled
      mainContainerId="content"
      // It scrolls, and on a page of text alone nothing in it takes the focus: the arrow keys must reach it.
      mainTabIndex={0}
      skipToContent={<SkipToContent href="#content">{m.nav.skip}</SkipToContent>}
      sidebar={
        <PageSidebar>
          <PageSidebarBody>
            <Nav aria-label={m.nav.label}>
              <NavList>
                {ENTRIES.filter(isOffered).map((entry) => (
                  <NavItem key={entry.to} isActive={isActive(entry)}>
                    <Link to={entry.to}>
                      {entry.text} {entry.to === '/alerts' && <AlertCount />}
                    </Link>
                  </NavItem>
                ))}
              </NavList>
            </Nav>
          </PageSidebarBody>
        </PageSidebar>
      }
    >
      {me?.breakGlass && <BreakGlass glass={me.breakGlass} />}
      {children}
    </Page>
  );
}

/** Somebody can get in, or is in, without the provider: nobody who is responsible should learn of it later. */
function BreakGlass({ glass }: { glass: NonNullable<Me['breakGlass']> }) {
  const words = m.shell;
  return (
    <Banner status="danger" screenReaderText={words.breakGlassTrail}>
      {(glass.firstUsedAt ? words.breakGlassUsed : words.breakGlass)(glass.madeBy)} {words.breakGlassEnds} <Time at={glass.until} />.{' '}
      <Link to={`/audit?actor=${encodeURIComponent(`muster#break-glass/${glass.id}`)}`}>{words.breakGlassTrail}</Link>
    </Banner>
  );
}

function LiveMark() {
  const connected = useConnected();
  return (
    <Tooltip content={connected ? m.shell.liveHint : m.shell.notLiveHint}>
      <Label isCompact color={connected ? 'green' : 'orange'} className="muster-live" aria-live="polite">
        {connected ? m.shell.live : m.shell.notLive}
      </Label>
    </Tooltip>
  );
}

function ThemeButton() {
  const [shown, setShown] = useState<Theme>(theme());
  const other: Theme = shown === 'dark' ? 'light' : 'dark';
  const text = other === 'dark' ? m.shell.dark : m.shell.light;
  return (
    <Tooltip content={text}>
      <Button
        variant="plain"
        aria-label={text}
        icon={other === 'dark' ? <MoonIcon /> : <SunIcon />}
        onClick={() => {
          chooseTheme(other);
          setShown(other);
        }}
      />
    </Tooltip>
  );
}

function LanguageChoice() {
  const [open, setOpen] = useState(false);
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      popperProps={{ position: 'right' }}
      onSelect={(_event, chosen) => {
        setOpen(false);
        if (chosen !== language) {
          chooseLanguage(chosen as Language);
        }
      }}
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          variant="plainText"
          icon={<GlobeIcon />}
          isExpanded={open}
          onClick={() => setOpen(!open)}
          aria-label={m.shell.language + ': ' + LANGUAGES[language]}
        >
          {LANGUAGES[language]}
        </MenuToggle>
      )}
    >
      <DropdownList>
        {Object.entries(LANGUAGES).map(([key, name]) => (
          <DropdownItem key={key} value={key} lang={key} isSelected={key === language}>
            {name}
          </DropdownItem>
        ))}
      </DropdownList>
    </Dropdown>
  );
}

function Account({ name, version, logout }: { name: string; version: string; logout: () => void }) {
  const [open, setOpen] = useState(false);
  const navigate = useNavigate();
  // Whoever acts elsewhere than most must see it at any time.
  const tenant = useContext(MeContext)?.tenant ?? 'default';
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: 'right' }}
      toggle={(ref) => (
        <MenuToggle ref={ref} variant="plainText" isExpanded={open} onClick={() => setOpen(!open)} aria-label={m.shell.person + ': ' + name}>
          {name}
          {tenant !== 'default' && <span className="muster-quiet"> · {tenant}</span>}
        </MenuToggle>
      )}
    >
      <DropdownList>
        <DropdownItem key="version" isDisabled>
          {m.product} {version}
        </DropdownItem>
        <DropdownItem key="tour" onClick={() => void navigate('/?tour=open')}>
          {m.overview.tour.title}
        </DropdownItem>
        <DropdownItem key="logout" onClick={logout}>
          {m.shell.logout}
        </DropdownItem>
      </DropdownList>
    </Dropdown>
  );
}
