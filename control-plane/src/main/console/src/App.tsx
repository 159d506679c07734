import { Bullseye, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, Button, Spinner } from '@patternfly/react-core';
import { DisconnectedIcon } from '@patternfly/react-icons/dist/esm/icons/disconnected-icon';
import { useEffect, useState } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router';
import { LiveProvider } from './api/live';
import { get } from './api/client';
import type { Config, Me } from './api/types';
import { useGet } from './api/useGet';
import { login, type Login } from './auth/auth';
import { m } from './i18n';
import { AccessPage } from './pages/access/AccessPage';
import { AlertPage } from './pages/alerts/AlertPage';
import { AlertsPage } from './pages/alerts/AlertsPage';
import { RulePage } from './pages/alerts/RulePage';
import { BridgePage } from './pages/bridges/BridgePage';
import { BridgesPage } from './pages/bridges/BridgesPage';
import { ArtifactPage } from './pages/artifacts/ArtifactPage';
import { ArtifactsPage } from './pages/artifacts/ArtifactsPage';
import { AuditPage } from './pages/audit/AuditPage';
import { ChannelsPage } from './pages/channels/ChannelsPage';
import { CommandPage } from './pages/commands/CommandPage';
import { CommandsPage } from './pages/commands/CommandsPage';
import { DevicePage } from './pages/DevicePage';
import { EnrolmentPage } from './pages/enrolment/EnrolmentPage';
import { FleetPage } from './pages/FleetPage';
import { FourEyesPage } from './pages/fourEyes/FourEyesPage';
import { HelpPage } from './pages/help/HelpPage';
import { GroupPage } from './pages/GroupPage';
import { GroupsPage } from './pages/GroupsPage';
import { NoPage } from './pages/NoPage';
import { OverviewPage } from './pages/overview/OverviewPage';
import { PermissionsPage } from './pages/PermissionsPage';
import { EditorPage } from './pages/policy/EditorPage';
import { NewReleasePage } from './pages/releases/NewReleasePage';
import { ReleasePage } from './pages/releases/ReleasePage';
import { ReleasesPage } from './pages/releases/ReleasesPage';
import { CreatePage } from './pages/rollouts/CreatePage';
import { RolloutPage } from './pages/rollouts/RolloutPage';
import { RolloutsPage } from './pages/rollouts/RolloutsPage';
import { SitesPage } from './pages/SitesPage';
import { SettingsPage } from './pages/settings/SettingsPage';
import { TrustPage } from './pages/trust/TrustPage';
import { MeContext } from './parts/useRoles';
import { Shell } from './parts/Shell';

interface SignedIn {
  config: Config;
  login: Login;
}

// Outside of React, which may run effects twice: a code may be redeemed once only.
let signingIn: Promise<SignedIn> | undefined;

function signIn(): Promise<SignedIn> {
  signingIn ??= get<Config>('/config').then(async (config) => ({ config, login: await login(config) }));
  return signingIn;
}

export function App() {
  const [signedIn, setSignedIn] = useState<SignedIn>();
  const [failure, setFailure] = useState<string>();
  const [turn, setTurn] = useState(0);

  useEffect(() => {
    signIn()
      .then(setSignedIn)
      .catch((error: unknown) => {
        signingIn = undefined;
        setFailure(error instanceof Error ? error.message : String(error));
      });
  }, [turn]);

  if (signedIn) {
    return (
      <BrowserRouter basename="/console">
        <LiveProvider>
          <Pages {...signedIn} />
        </LiveProvider>
      </BrowserRouter>
    );
  }
  return (
    <Bullseye className="muster-fill">
      {failure ? (
        <EmptyState titleText={m.errors.signInFailed} headingLevel="h1" icon={DisconnectedIcon} status="danger">
          <EmptyStateBody>
            <p>{failure}</p>
            <p>{m.errors.signInHint}</p>
          </EmptyStateBody>
          <EmptyStateFooter>
            <EmptyStateActions>
              <Button
                onClick={() => {
                  setFailure(undefined);
                  setTurn((n) => n + 1);
                }}
              >
                {m.errors.retry}
              </Button>
            </EmptyStateActions>
          </EmptyStateFooter>
        </EmptyState>
      ) : (
        <Spinner aria-label={m.shell.signingIn} />
      )}
    </Bullseye>
  );
}

function Pages({ config, login: session }: SignedIn) {
  const me = useGet<Me>('/me');
  return (
    <MeContext.Provider value={me.data}>
      <Shell name={me.data?.name ?? session.name} version={config.version} logout={session.logout}>
        <Routes>
          <Route index element={<OverviewPage />} />
          <Route path="devices" element={<FleetPage />} />
          <Route path="devices/:id" element={<DevicePage />} />
          <Route path="help/:id" element={<HelpPage />} />
          <Route path="groups" element={<GroupsPage />} />
          <Route path="groups/:name" element={<GroupPage />} />
          <Route path="sites" element={<SitesPage />} />
          <Route path="alerts" element={<AlertsPage />} />
          <Route path="alerts/rules/new" element={<RulePage />} />
          <Route path="alerts/rules/:name" element={<RulePage />} />
          <Route path="alerts/:id" element={<AlertPage />} />
          <Route path="bridges" element={<BridgesPage />} />
          <Route path="bridges/new" element={<BridgePage />} />
          <Route path="bridges/:name" element={<BridgePage />} />
          <Route path="artifacts" element={<ArtifactsPage />} />
          <Route path="artifacts/:sha256" element={<ArtifactPage />} />
          <Route path="releases" element={<ReleasesPage />} />
          <Route path="releases/new" element={<NewReleasePage />} />
          <Route path="releases/:id" element={<ReleasePage />} />
          <Route path="rollouts" element={<RolloutsPage />} />
          <Route path="rollouts/new" element={<CreatePage />} />
          <Route path="rollouts/:id" element={<RolloutPage />} />
          <Route path="commands" element={<CommandsPage />} />
          <Route path="commands/:id" element={<CommandPage />} />
          <Route path="settings" element={<SettingsPage />} />
          <Route path="permissions" element={<PermissionsPage />} />
          <Route path="permissions/edit" element={<EditorPage />} />
          <Route path="permissions/edit/:kind/:name" element={<EditorPage />} />
          <Route path="enrolment" element={<EnrolmentPage />} />
          <Route path="channels" element={<ChannelsPage />} />
          <Route path="four-eyes" element={<FourEyesPage />} />
          <Route path="access" element={<AccessPage />} />
          <Route path="trust" element={<TrustPage />} />
          <Route path="audit" element={<AuditPage />} />
          <Route path="*" element={<NoPage />} />
        </Routes>
      </Shell>
    </MeContext.Provider>
  );
}
