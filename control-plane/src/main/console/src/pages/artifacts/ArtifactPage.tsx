import { Alert, Button, DescriptionList, Grid, GridItem, Label, LabelGroup, PageSection } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { useParams } from 'react-router';
import { signatureOf, type AppDetails, type Artifact, type OtaDetails, type Profile } from '../../api/artifacts';
import { path, request } from '../../api/client';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Confirm } from '../../parts/Confirm';
import { bytes } from '../../parts/format';
import { PageHead } from '../../parts/PageHead';
import { Section } from '../../parts/Section';
import { Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { useMay, useWho } from '../../parts/useRoles';
import { fits, Item, SignerLabel, UseText, WaitsLabel } from './parts';

const words = m.artifacts.detail;

/** What the bytes are, what they say of themselves, who signed them, and why they are kept. */
export function ArtifactPage() {
  const { sha256 = '' } = useParams();
  const artifact = useGet<Artifact>(path(['artifacts', sha256]));
  const known = artifact.data;
  return (
    <>
      <PageHead
        title={known ? `${known.name} ${known.app ? known.app.versionName : known.version}` : sha256.slice(0, 12)}
        parent={{ to: '/artifacts', text: m.artifacts.title }}
        marks={
          known && (
            <>
              <SignerLabel artifact={known} />
              <WaitsLabel artifact={known} />
            </>
          )
        }
        actions={known && <Removal artifact={known} done={artifact.reload} />}
      />
      <PageSection isFilled>
        {artifact.error?.kind === 'not-found' && <Alert isInline variant="info" title={m.artifacts.gone} className="muster-gap" />}
        <Shown remote={artifact} lines={8}>
          {(shown) => <Details artifact={shown} />}
        </Shown>
      </PageSection>
    </>
  );
}

// Only what nothing but its publisher's word holds can go; all else is refused by the server, and said so there.
function Removal({ artifact, done }: { artifact: Artifact; done: () => void }) {
  const may = useMay('release-manager');
  const [asking, setAsking] = useState(false);
  if (!may || (artifact.usedBy ?? []).some((use) => use.kind !== 'publisher')) {
    return null;
  }
  return (
    <>
      <Button variant="secondary" isDanger onClick={() => setAsking(true)}>
        {words.remove}
      </Button>
      {asking && (
        <Confirm
          title={words.removeTitle(artifact.name)}
          text={words.removeText}
          action={words.remove}
          danger
          run={() => request(path(['artifacts', artifact.sha256, 'removal']), { method: 'POST' }).then(done)}
          close={() => setAsking(false)}
        />
      )}
    </>
  );
}

function Details({ artifact }: { artifact: Artifact }) {
  return (
    <Grid hasGutter>
      <GridItem lg={6}>
        <What artifact={artifact} />
        {artifact.app && <App app={artifact.app} versionCode={artifact.versionCode} />}
        {artifact.ota && <Ota ota={artifact.ota} />}
      </GridItem>
      <GridItem lg={6}>
        <Uses artifact={artifact} />
        <Signed artifact={artifact} />
        {artifact.app && <Permissions names={artifact.app.permissions} />}
      </GridItem>
    </Grid>
  );
}

function What({ artifact }: { artifact: Artifact }) {
  const who = useWho();
  return (
    <Section title={words.what}>
      <DescriptionList isCompact isHorizontal>
        <Item term={m.artifacts.columns.kind}>{m.artifacts.kinds[artifact.kind] ?? artifact.kind}</Item>
        <Item term={words.sha256}>
          <span className="muster-id">{artifact.sha256}</span>
        </Item>
        <Item term={words.path}>
          <span className="muster-id">{artifact.path}</span>
        </Item>
        <Item term={words.size}>{bytes(artifact.length)}</Item>
        <Item term={words.fits}>{fits(artifact.hardware)}</Item>
        {artifact.kind === 'image' && <Item term={words.counter}>{artifact.releaseCounter}</Item>}
        <Item term={words.uploaded}>
          <Time at={artifact.uploadedAt} /> {m.common.by(who(artifact.uploadedBy, artifact.uploadedByName))}
        </Item>
      </DescriptionList>
    </Section>
  );
}

function Uses({ artifact }: { artifact: Artifact }) {
  const uses = artifact.usedBy ?? [];
  return (
    <Section title={words.usedBy}>
      {uses.length === 0 ? (
        <p className="muster-quiet">{words.unused}</p>
      ) : (
        <DescriptionList isCompact isHorizontal>
          {uses.map((use) => (
            <Item key={use.kind + use.id} term={words.useKinds[use.kind] ?? use.kind}>
              <UseText use={use} />
            </Item>
          ))}
        </DescriptionList>
      )}
    </Section>
  );
}

function Signed({ artifact }: { artifact: Artifact }) {
  const signature = signatureOf(artifact);
  if (!signature.verdict) {
    return null;
  }
  return (
    <Section title={words.signature} hint={m.artifacts.verdictHints[signature.verdict]}>
      <DescriptionList isCompact isHorizontal>
        <Item term={words.signature}>
          <SignerLabel artifact={artifact} />
        </Item>
        {signature.signer && <Item term={words.signer}>{signature.signer}</Item>}
        {signature.root && <Item term={words.root}>{signature.root}</Item>}
        {signature.certificateSha256 && (
          <Item term={words.certificate}>
            <span className="muster-id">{signature.certificateSha256}</span>
          </Item>
        )}
      </DescriptionList>
      {artifact.app && (artifact.app.profile ? <SignedProfile profile={artifact.app.profile} /> : <p className="muster-quiet muster-gap-top">{words.profileNone}</p>)}
    </Section>
  );
}

function SignedProfile({ profile }: { profile: Profile }) {
  return (
    <DescriptionList isCompact isHorizontal className="muster-gap-top" aria-label={words.profile}>
      <Item term={words.profile}>{profile.debug ? words.debug : words.release}</Item>
      <Item term={words.distribution}>{profile.distribution}</Item>
      <Item term={words.apl}>{profile.apl}</Item>
      {(profile.acls ?? []).length > 0 && (
        <Item term={words.acls}>
          <Names names={profile.acls ?? []} />
        </Item>
      )}
      {profile.notAfter && (
        <Item term={words.until}>
          <Time at={profile.notAfter} />
        </Item>
      )}
    </DescriptionList>
  );
}

function App({ app, versionCode }: { app: AppDetails; versionCode: number }) {
  return (
    <Section title={words.app}>
      <DescriptionList isCompact isHorizontal>
        <Item term={words.bundle}>
          <span className="muster-id">{app.bundle}</span>
        </Item>
        <Item term={words.versionName}>{app.versionName}</Item>
        <Item term={words.versionCode}>{versionCode}</Item>
        <Item term={words.apl}>{app.apl}</Item>
        {app.format && <Item term={words.format}>{app.format + (app.debug ? `, ${words.debug}` : '')}</Item>}
        {app.targetApi > 0 && <Item term={words.api}>{words.apiOf(app.minApi, app.targetApi)}</Item>}
        {app.deviceTypes.length > 0 && <Item term={words.deviceTypes}>{app.deviceTypes.join(', ')}</Item>}
        {Object.keys(app.modules).length > 0 && (
          <Item term={words.modules}>
            {Object.entries(app.modules)
              .map(([name, type]) => (name === type ? name : `${name} (${type})`))
              .join(', ')}
          </Item>
        )}
      </DescriptionList>
    </Section>
  );
}

function Permissions({ names }: { names: string[] }) {
  return (
    <Section title={words.permissions}>
      {names.length === 0 ? <p className="muster-quiet">{words.noPermissions}</p> : <Names names={names} />}
    </Section>
  );
}

function Names({ names }: { names: string[] }) {
  return (
    <LabelGroup numLabels={20}>
      {names.map((name) => (
        <Label key={name} isCompact variant="outline">
          {name.replace(/^ohos\.permission\./, '')}
        </Label>
      ))}
    </LabelGroup>
  );
}

function Ota({ ota }: { ota: OtaDetails }) {
  return (
    <Section title={words.ota}>
      <DescriptionList isCompact isHorizontal>
        <Item term={words.software}>{ota.softwareVersion}</Item>
        <Item term={words.product}>{ota.productId}</Item>
        <Item term={words.made}>{ota.made}</Item>
        <Item term={words.boards}>{ota.boards.join(', ') || m.common.none}</Item>
        <Item term={words.over}>{ota.versions.join(', ') || m.common.none}</Item>
        <Item term={words.format}>{ota.diff ? words.diff : words.full}</Item>
      </DescriptionList>
      <Table aria-label={words.components} variant="compact" className="muster-gap-top">
        <Thead>
          <Tr>
            <Th>{words.componentColumns.address}</Th>
            <Th>{words.componentColumns.version}</Th>
            <Th>{words.componentColumns.kind}</Th>
            <Th className="muster-right">{words.componentColumns.size}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {ota.components.map((component) => (
            <Tr key={component.address}>
              <Td dataLabel={words.componentColumns.address} className="muster-id">
                {component.address}
              </Td>
              <Td dataLabel={words.componentColumns.version}>{component.version}</Td>
              <Td dataLabel={words.componentColumns.kind}>{component.diff ? words.diff : words.full}</Td>
              <Td dataLabel={words.componentColumns.size} className="muster-right">
                {bytes(component.size)}
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </Section>
  );
}
