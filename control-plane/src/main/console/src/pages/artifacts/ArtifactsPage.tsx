import { Button, Card, CardBody, PageSection } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import type { Artifact } from '../../api/artifacts';
import { path } from '../../api/client';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { bytes } from '../../parts/format';
import { PageHead } from '../../parts/PageHead';
import { Pager } from '../../parts/Pager';
import { Nothing, Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { useMay, useWho } from '../../parts/useRoles';
import { Command } from '../policy/Command';
import { Deltas } from './Deltas';
import { fits, SignerLabel, UseText, WaitsLabel } from './parts';
import { Unfinished } from './Unfinished';
import { UploadForm } from './UploadForm';

const words = m.artifacts;
const SHOWN_USES = 2;

export function ArtifactsPage() {
  const [query] = useSearchParams();
  const may = useMay('release-manager');
  const [uploading, setUploading] = useState(false);
  const [turn, setTurn] = useState(0);
  const artifacts = useGet<Page<Artifact>>(path(['artifacts'], { limit: 25, cursor: query.get('cursor') }));
  const reload = () => {
    artifacts.reload();
    setTurn((n) => n + 1);
  };

  return (
    <>
      <PageHead title={words.title} text={words.text} actions={may && <Button onClick={() => setUploading(true)}>{words.upload}</Button>} />
      <PageSection isFilled>
        <Card className="muster-flush">
          <CardBody>
            <Shown remote={artifacts} lines={6}>
              {(page) => (page.items.length === 0 ? <NoArtifacts /> : <Artifacts page={page} />)}
            </Shown>
          </CardBody>
        </Card>
        {may && <Unfinished key={turn} />}
        <Deltas />
      </PageSection>
      {uploading && (
        <UploadForm
          changed={reload}
          close={() => {
            setUploading(false);
            reload();
          }}
        />
      )}
    </>
  );
}

function Artifacts({ page }: { page: Page<Artifact> }) {
  const who = useWho();
  return (
    <>
      <Table aria-label={words.title} variant="compact">
        <Thead>
          <Tr>
            <Th width={25}>{words.columns.name}</Th>
            <Th>{words.columns.kind}</Th>
            <Th>{words.columns.version}</Th>
            <Th>{words.columns.hardware}</Th>
            <Th className="muster-right">{words.columns.size}</Th>
            <Th>{words.columns.signer}</Th>
            <Th width={20}>{words.columns.usedBy}</Th>
            <Th>{words.columns.uploaded}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {page.items.map((artifact) => (
            <Tr key={artifact.sha256}>
              <Td dataLabel={words.columns.name}>
                <Link to={`/artifacts/${artifact.sha256}`} className="muster-break">
                  {artifact.name}
                </Link>
                <div className="muster-quiet muster-id">{artifact.sha256.slice(0, 12)}</div>
              </Td>
              <Td dataLabel={words.columns.kind}>{words.kinds[artifact.kind] ?? artifact.kind}</Td>
              <Td dataLabel={words.columns.version} className="muster-break">
                {artifact.app ? `${artifact.app.versionName} (${artifact.versionCode})` : artifact.version}
              </Td>
              <Td dataLabel={words.columns.hardware}>{fits(artifact.hardware)}</Td>
              <Td dataLabel={words.columns.size} className="muster-right" modifier="nowrap">
                {bytes(artifact.length)}
              </Td>
              <Td dataLabel={words.columns.signer}>
                <SignerLabel artifact={artifact} /> <WaitsLabel artifact={artifact} />
              </Td>
              <Td dataLabel={words.columns.usedBy}>
                <UsedBy artifact={artifact} />
              </Td>
              <Td dataLabel={words.columns.uploaded}>
                <Time at={artifact.uploadedAt} />
                <div className="muster-quiet">{m.common.by(who(artifact.uploadedBy, artifact.uploadedByName))}</div>
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
      <Pager next={page.next} />
    </>
  );
}

function UsedBy({ artifact }: { artifact: Artifact }) {
  const uses = artifact.usedBy ?? [];
  if (uses.length === 0) {
    return <span className="muster-quiet">{words.unused}</span>;
  }
  return (
    <>
      {uses.slice(0, SHOWN_USES).map((use) => (
        <div key={use.kind + use.id}>
          <UseText use={use} />
        </div>
      ))}
      {uses.length > SHOWN_USES && <div className="muster-quiet">{words.more(uses.length - SHOWN_USES)}</div>}
    </>
  );
}

function NoArtifacts() {
  return (
    <Nothing title={words.emptyTitle}>
      <p>{words.emptyText}</p>
      <Command>muster artifact upload app FILE</Command>
    </Nothing>
  );
}
