import { Alert, Button, DescriptionList, ExpandableSection, Flex, Label, LabelGroup, PageSection, Grid, GridItem } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState, type ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { DescriptionListDescription, DescriptionListGroup, DescriptionListTerm } from '@patternfly/react-core';
import { path, post } from '../api/client';
import type { CommandOnDevice, DeviceSettings } from '../api/commands';
import { useLive } from '../api/live';
import type { Matrix as MatrixShape } from '../api/policy';
import type { Desired, Device, Difference, EdgeNode as Node, Manifest, Page, Reported } from '../api/types';
import { useGet, type Remote } from '../api/useGet';
import { m } from '../i18n';
import { Confirm } from '../parts/Confirm';
import { count, plain } from '../parts/format';
import { Connection, StateLabel } from '../parts/Labels';
import { PageHead } from '../parts/PageHead';
import { Reason } from '../parts/Reason';
import { Said } from '../parts/Said';
import { Section } from '../parts/Section';
import { Shown } from '../parts/States';
import { Time } from '../parts/Time';
import { useMay } from '../parts/useRoles';
import { DeviceCommands } from './commands/DeviceCommands';
import { Matrix } from './policy/Matrix';
import { DifferenceSection, Metadata, Timeline } from './DeviceRegistry';
import { ReplaceForm } from './DeviceForms';
import { DeviceSettingsCard } from './settings/DeviceSettingsCard';
import { EdgeNode } from './EdgeNode';
import { DdiCard } from './DdiCard';
import { SubDevices, gatewayOf } from './SubDevices';
import { isDdi } from '../api/ddi';
import type { HelpSession } from '../api/help';
import { HelpBanner } from './help/HelpBanner';
import { OpenTerminal } from './help/OpenTerminal';
import { Telemetry } from './Telemetry';
import { lowerStatus } from '../api/types';

/** Everything about one device on one page. */
export function DevicePage() {
  const { id = '' } = useParams();
  const device = useGet<Device>(path(['devices', id]), lowerStatus);
  const desired = useGet<Desired>(path(['devices', id, 'desired']));
  const reported = useGet<Reported | null>(path(['devices', id, 'reported']));
  const manifest = useGet<Manifest | null>(path(['devices', id, 'manifest']));
  const matrix = useGet<MatrixShape>(path(['devices', id, 'permissions']));
  const difference = useGet<Difference>(path(['devices', id, 'difference']));
  const commands = useGet<Page<CommandOnDevice>>(path(['devices', id, 'commands'], { limit: 10 }));
  const settings = useGet<DeviceSettings>(path(['devices', id, 'settings']));
  const node = useGet<Node>(device.data?.sparkplug ? path(['devices', id, 'sparkplug']) : null);
  const help = useGet<Page<HelpSession>>(path(['help-sessions'], { device: id, live: 'true' }));

  useLive(
    (kind, changed) => kind === 'device' && changed === id,
    () => [device, desired, reported, manifest, matrix, difference, commands, settings, node, help].forEach((remote) => remote.reload()),
  );

  const known = device.data;
  return (
    <>
      <PageHead
        title={known?.name || id}
        parent={{ to: '/devices', text: m.fleet.title }}
        marks={
          known && (
            <>
              <StateLabel state={known.status} words={m.status} />
              <Connection device={known} />
            </>
          )
        }
        actions={known && <Actions device={known} done={device.reload} />}
      />
      <PageSection isFilled>
        <Shown remote={device} lines={8}>
          {(shown) => (
            <>
              {shown.status === 'suspended' && <Alert isInline variant="warning" title={m.device.suspendedBanner} className="muster-gap" />}
              {shown.kind === 'foreign' && (
                <Alert isInline variant="info" title={m.bridges.foreignBanner} className="muster-gap">
                  {typeof shown.facts?.['bridge'] === 'string' && m.bridges.foreignBy(shown.facts['bridge'])}
                </Alert>
              )}
              <HelpBanner sessions={help} />
              {shown.status === 'retired' && <Alert isInline variant="info" title={m.device.retiredBanner} className="muster-gap" />}
              <Grid hasGutter>
                <GridItem xl={4}>
                  <About device={shown} />
                  <Metadata device={shown} done={device.reload} />
                </GridItem>
                <GridItem xl={8}>
                  <DifferenceSection difference={difference} />
                  <Targets desired={desired} reported={reported} manifest={manifest.data ?? undefined} />
                </GridItem>
                {isDdi(shown.facts) && (
                  <GridItem>
                    <DdiCard device={id} />
                  </GridItem>
                )}
                <GridItem>
                  <EdgeNode device={id} node={node} />
                </GridItem>
                <GridItem>
                  <SubDevices device={id} />
                </GridItem>
                <GridItem>
                  <Matrix device={id} matrix={matrix} />
                </GridItem>
                <GridItem>
                  <Telemetry device={id} />
                </GridItem>
                <GridItem xl={7}>
                  <DeviceCommands device={id} commands={commands} done={commands.reload} />
                </GridItem>
                <GridItem xl={5}>
                  <DeviceSettingsCard settings={settings} />
                </GridItem>
                <GridItem>
                  <Apps manifest={manifest} />
                </GridItem>
                <GridItem>
                  <Timeline device={id} />
                </GridItem>
              </Grid>
            </>
          )}
        </Shown>
      </PageSection>
    </>
  );
}

function Actions({ device, done }: { device: Device; done: () => void }) {
  const [asking, setAsking] = useState<'suspend' | 'resume' | 'replace' | 'terminal'>();
  const may = useMay('operator');
  const name = device.name || device.id;
  if (!may) {
    return null;
  }
  return (
    <Flex gap={{ default: 'gapSm' }}>
      {device.status === 'active' && (
        <Button variant="secondary" onClick={() => setAsking('terminal')}>
          {m.help.openTerminal}
        </Button>
      )}
      {device.status !== 'retired' && device.status !== 'pending' && (
        <Button variant="secondary" onClick={() => setAsking('replace')}>
          {m.registry.device.replace}
        </Button>
      )}
      {device.status === 'active' && (
        <Button variant="secondary" isDanger onClick={() => setAsking('suspend')}>
          {m.device.suspend}
        </Button>
      )}
      {device.status === 'suspended' && (
        <Button variant="secondary" onClick={() => setAsking('resume')}>
          {m.device.resume}
        </Button>
      )}
      {asking === 'terminal' && <OpenTerminal device={device.id} close={() => setAsking(undefined)} />}
      {asking === 'replace' && <ReplaceForm device={device} close={() => setAsking(undefined)} />}
      {(asking === 'suspend' || asking === 'resume') && (
        <Confirm
          title={asking === 'suspend' ? m.device.suspendTitle(name) : m.device.resumeTitle(name)}
          text={asking === 'suspend' ? m.device.suspendText : m.device.resumeText}
          action={asking === 'suspend' ? m.device.suspend : m.device.resume}
          danger={asking === 'suspend'}
          run={() => post(path(['devices', device.id, asking])).then(done)}
          close={() => setAsking(undefined)}
        />
      )}
    </Flex>
  );
}

function About({ device }: { device: Device }) {
  const [all, setAll] = useState(false);
  const facts = Object.entries(device.facts ?? {});
  return (
    <Section title={m.device.facts}>
      <DescriptionList isHorizontal isCompact termWidth="6.5rem">
        <Fact name={m.device.id}>
          <span className="muster-id">{device.id}</span>
        </Fact>
        {gatewayOf(device.id) && (
          <Fact name={m.registry.device.gateway}>
            <Link to={`/devices/${encodeURIComponent(gatewayOf(device.id) ?? '')}`}>{gatewayOf(device.id)}</Link>
          </Fact>
        )}
        <Fact name={m.device.image}>
          {device.image ? device.image.version : m.common.none}
          {device.image?.slot && <span className="muster-quiet"> {m.device.slot(device.image.slot)}</span>}
        </Fact>
        <Fact name={m.device.policy}>{device.policyVersion ? m.common.version(device.policyVersion) : m.common.none}</Fact>
        <Fact name={m.device.site}>{device.site || m.common.none}</Fact>
        <Fact name={m.device.tags}>
          {device.tags.length === 0 ? (
            m.common.none
          ) : (
            <LabelGroup numLabels={5}>
              {device.tags.map((tag) => (
                <Label key={tag} isCompact>
                  {tag}
                </Label>
              ))}
            </LabelGroup>
          )}
        </Fact>
        <Fact name={m.registry.device.groups}>
          {!device.groups || device.groups.length === 0
            ? m.common.none
            : device.groups.map((group) => (
                <Link key={group} to={`/groups/${encodeURIComponent(group)}`} className="muster-item">
                  {group}
                </Link>
              ))}
        </Fact>
        <Fact name={m.registry.device.type}>{device.type || m.common.none}</Fact>
        <Fact name={m.device.hardware}>{device.hardware || m.common.none}</Fact>
        <Fact name={m.device.serial}>{device.serial || m.common.none}</Fact>
        <Fact name={m.device.lastSeen}>
          <Time at={device.lastSeen} />
        </Fact>
        <Fact name={m.device.enrolled}>
          <Time at={device.enrolledAt} />
        </Fact>
      </DescriptionList>
      {facts.length > 0 && (
        <ExpandableSection
          toggleText={all ? m.device.hideFacts : m.device.showFacts}
          isExpanded={all}
          onToggle={(_, open) => setAll(open)}
        >
          <DescriptionList isHorizontal isCompact termWidth="8rem">
            {facts.map(([name, value]) => (
              <Fact key={name} name={name}>
                {plain(value)}
              </Fact>
            ))}
          </DescriptionList>
        </ExpandableSection>
      )}
    </Section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{name}</DescriptionListTerm>
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}

function Targets({
  desired,
  reported,
  manifest,
}: {
  desired: Remote<Desired>;
  reported: Remote<Reported | null>;
  manifest: Manifest | undefined;
}) {
  // Of a device that has never reported it is known all the same what it must be.
  const silent = reported.data === null || (reported.data === undefined && reported.loading);
  const held = reported.data ?? (silent ? { generation: 0, at: null, targets: [] } : undefined);
  const both: Remote<{ desired: Desired; reported: Reported }> = {
    data: desired.data && held && { desired: desired.data, reported: held },
    error: desired.error ?? reported.error,
    loading: desired.loading || reported.loading,
    reload: () => {
      desired.reload();
      reported.reload();
    },
  };
  return (
    <Section
      title={m.device.state}
      flush
      hint={both.data && m.device.stateHint(both.data.desired.generation, both.data.reported.generation)}
    >
      <Shown remote={both}>
        {(shown) => {
          const names = [...new Set([...shown.desired.targets, ...shown.reported.targets].map((target) => target.name))].sort();
          return names.length === 0 ? (
            <p className="muster-inset muster-quiet">{m.device.noTargets}</p>
          ) : (
            <Table aria-label={m.device.state} variant="compact">
              <Thead>
                <Tr>
                  <Th>{m.device.target}</Th>
                  <Th modifier="nowrap">{m.device.wanted}</Th>
                  <Th modifier="nowrap">{m.device.held}</Th>
                  <Th>{m.device.condition}</Th>
                  <Th>{m.device.why}</Th>
                </Tr>
              </Thead>
              <Tbody>
                {names.map((name) => (
                  <Target key={name} name={name} {...shown} manifest={manifest} />
                ))}
              </Tbody>
            </Table>
          );
        }}
      </Shown>
    </Section>
  );
}

/** What is really there: a report names the version it is about, and one that failed is not what the device holds. */
function held(condition: Reported['targets'][number] | undefined, manifest: Manifest | undefined): string | undefined {
  if (!condition || !['failed', 'rolled-back'].includes(condition.state)) {
    return condition?.version || undefined;
  }
  if (condition.name === 'image') {
    return manifest?.image?.version;
  }
  const app = manifest?.apps.find((installed) => 'app/' + installed.bundle === condition.name);
  return app && String(app.versionCode);
}

function Target({
  name,
  desired,
  reported,
  manifest,
}: {
  name: string;
  desired: Desired;
  reported: Reported;
  manifest: Manifest | undefined;
}) {
  const wanted = desired.targets.find((target) => target.name === name);
  const condition = reported.targets.find((target) => target.name === name);
  const moving = condition?.state === 'fetching' && Boolean(condition.progress);
  return (
    <Tr>
      <Td dataLabel={m.device.target}>{name}</Td>
      <Td dataLabel={m.device.wanted}>
        {!wanted ? <span className="muster-quiet">{m.device.unnamed}</span> : wanted.state === 'absent' ? m.device.absent : (wanted.version || m.common.none)}
      </Td>
      <Td dataLabel={m.device.held}>{held(condition, manifest) || m.common.none}</Td>
      <Td dataLabel={m.device.condition}>
        {condition ? (
          <>
            <StateLabel state={condition.state} words={m.conditions} />
            {moving && <span className="muster-quiet"> {condition.progress} %</span>}
            <div className="muster-quiet">
              <Time at={condition.since} />
            </div>
          </>
        ) : (
          <span className="muster-quiet">{m.device.noReport}</span>
        )}
      </Td>
      <Td dataLabel={m.device.why}>
        {condition?.reason ? <Reason code={condition.reason} /> : m.common.none}
        {condition?.message && (
          <div className="muster-quiet muster-break">
            <Said>{condition.message}</Said>
          </div>
        )}
      </Td>
    </Tr>
  );
}

function Apps({ manifest }: { manifest: Remote<Manifest | null> }) {
  return (
    <Section title={m.device.apps} flush>
      <Shown remote={manifest}>
        {(known) =>
          known === null ? (
            <p className="muster-inset muster-quiet">{m.device.noManifest}</p>
          ) : known.apps.length === 0 ? (
            <p className="muster-inset muster-quiet">{m.device.noApps}</p>
          ) : (
            <Table aria-label={m.device.apps} variant="compact">
              <Thead>
                <Tr>
                  <Th>{m.device.app}</Th>
                  <Th>{m.device.appVersion}</Th>
                  <Th>{m.device.permissions}</Th>
                </Tr>
              </Thead>
              <Tbody>
                {known.apps.map((app) => (
                  <Tr key={app.bundle}>
                    <Td dataLabel={m.device.app}>
                      {app.bundle}
                      {app.apl && <div className="muster-quiet">{app.apl}</div>}
                    </Td>
                    <Td dataLabel={m.device.appVersion}>{app.versionName || app.versionCode || m.common.none}</Td>
                    <Td dataLabel={m.device.permissions}>
                      {count(app.permissions.length)}
                    </Td>
                  </Tr>
                ))}
              </Tbody>
            </Table>
          )
        }
      </Shown>
    </Section>
  );
}
