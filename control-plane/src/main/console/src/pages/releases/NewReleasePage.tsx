import { Alert, Button, Flex, Form, Grid, GridItem, PageSection, TextInput } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { targetOf, waits, type Artifact, type FullRelease } from '../../api/artifacts';
import { ApiError, path, post } from '../../api/client';
import { usePages } from '../../api/usePages';
import { m } from '../../i18n';
import { Field } from '../../parts/FormModal';
import { More } from '../../parts/More';
import { PageHead } from '../../parts/PageHead';
import { Said } from '../../parts/Said';
import { Section } from '../../parts/Section';
import { Nothing, Shown } from '../../parts/States';
import { fits, SignerLabel } from '../artifacts/parts';
import { Boards } from './Boards';
import { targetsOf, twice } from './targets';

const words = m.releases.form;

/** A release is put together here, and seen board by board before it is made. */
export function NewReleasePage() {
  const artifacts = usePages<Artifact>('artifacts');
  return (
    <>
      <PageHead title={words.title} parent={{ to: '/releases', text: m.releases.title }} text={words.text} />
      <PageSection isFilled>
        <Shown remote={artifacts} lines={6}>
          {(items) => <NewRelease artifacts={items} more={artifacts.more} />}
        </Shown>
      </PageSection>
    </>
  );
}

function NewRelease({ artifacts, more }: { artifacts: Artifact[]; more: (() => void) | undefined }) {
  const go = useNavigate();
  const [name, setName] = useState('');
  const [version, setVersion] = useState('');
  const [chosen, setChosen] = useState<string[]>([]);
  const [gone, setGone] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();

  const targets = targetsOf(artifacts.filter((artifact) => chosen.includes(artifact.sha256)));
  const absent = gone
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((bundle) => (bundle.startsWith('app/') ? bundle : `app/${bundle}`));
  const clash = twice(targets);
  const ready = name.trim() !== '' && version.trim() !== '' && targets.length + absent.length > 0 && !clash;

  const create = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      const made = await post<FullRelease>(path(['releases']), {
        name: name.trim(),
        version: version.trim(),
        targets: targets.map((target) => ({ sha256: target.sha256 })),
        absent,
      });
      go(`/releases/${made.id}`);
    } catch (error) {
      setFailure(error instanceof ApiError ? error.message : String(error));
      setBusy(false);
    }
  };

  return (
    <Grid hasGutter>
      <GridItem lg={7}>
        {failure && <Alert isInline variant="danger" title={<Said>{failure}</Said>} className="muster-gap" />}
        <Form onSubmit={(event) => event.preventDefault()}>
          <Section title={words.nameStep}>
            <Grid hasGutter>
              <GridItem sm={6}>
                <Field id="release-name" label={words.name} required>
                  <TextInput id="release-name" value={name} onChange={(_, text) => setName(text)} />
                </Field>
              </GridItem>
              <GridItem sm={6}>
                <Field id="release-version" label={words.version} required>
                  <TextInput id="release-version" value={version} onChange={(_, text) => setVersion(text)} />
                </Field>
              </GridItem>
            </Grid>
          </Section>
          <Section title={words.chooseStep} hint={words.chooseHint} flush>
            {artifacts.length === 0 ? (
              <Nothing title={words.noArtifacts}>
                <Link to="/artifacts">{m.artifacts.title}</Link>
              </Nothing>
            ) : (
              <>
                <Choice artifacts={artifacts} chosen={chosen} choose={setChosen} />
                <More more={more} />
              </>
            )}
          </Section>
          <Section title={words.absentStep}>
            <Field id="absent" label={words.absentStep.replace(/^\d+\. /, '')} hint={words.absentHint}>
              <TextInput id="absent" className="muster-mono" value={gone} onChange={(_, text) => setGone(text)} />
            </Field>
          </Section>
        </Form>
      </GridItem>
      <GridItem lg={5}>
        <Section title={words.lookStep}>
          {targets.length + absent.length === 0 ? (
            <p className="muster-quiet">{words.nothing}</p>
          ) : (
            <Boards targets={targets} absent={absent} />
          )}
          {clash && <Alert isInline variant="warning" title={words.twice(clash.name, fits(clash.hardware))} className="muster-gap" />}
          <Flex gap={{ default: 'gapSm' }} className="muster-gap-top">
            <Button isDisabled={busy || !ready} isLoading={busy} onClick={() => void create()}>
              {words.submit}
            </Button>
            <Button variant="link" onClick={() => go('/releases')}>
              {m.common.cancel}
            </Button>
          </Flex>
        </Section>
      </GridItem>
    </Grid>
  );
}

function Choice({ artifacts, chosen, choose }: { artifacts: Artifact[]; chosen: string[]; choose: (hashes: string[]) => void }) {
  return (
    <Table aria-label={words.chooseStep} variant="compact">
      <Thead>
        <Tr>
          <Th screenReaderText={m.artifacts.columns.name} />
          <Th>{m.artifacts.columns.name}</Th>
          <Th modifier="nowrap">{m.artifacts.columns.version}</Th>
          <Th modifier="nowrap">{m.artifacts.columns.hardware}</Th>
          <Th modifier="nowrap">{m.artifacts.columns.signer}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {artifacts.map((artifact, row) => (
          <Tr key={artifact.sha256}>
            <Td
              select={{
                rowIndex: row,
                isSelected: chosen.includes(artifact.sha256),
                isDisabled: waits(artifact),
                onSelect: (_, selected) =>
                  choose(selected ? [...chosen, artifact.sha256] : chosen.filter((hash) => hash !== artifact.sha256)),
              }}
            />
            <Td dataLabel={m.artifacts.columns.name} className="muster-break">
              {targetOf(artifact)}
              {waits(artifact) && <div className="muster-quiet">{words.waits}</div>}
            </Td>
            <Td dataLabel={m.artifacts.columns.version}>{artifact.version}</Td>
            <Td dataLabel={m.artifacts.columns.hardware} modifier="nowrap">{fits(artifact.hardware)}</Td>
            <Td dataLabel={m.artifacts.columns.signer}>
              <SignerLabel artifact={artifact} />
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
