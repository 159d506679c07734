import { Alert, Button, DescriptionList, Flex, Grid, GridItem, Label, PageSection } from '@patternfly/react-core';
import { CheckCircleIcon } from '@patternfly/react-icons/dist/esm/icons/check-circle-icon';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { required, type FullRelease } from '../../api/artifacts';
import { reached, type Channel } from '../../api/channels';
import { path, request } from '../../api/client';
import { useLive } from '../../api/live';
import type { Page, Rollout } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { Confirm } from '../../parts/Confirm';
import { StateLabel } from '../../parts/Labels';
import { PageHead } from '../../parts/PageHead';
import { RolloutBar, sum } from '../../parts/RolloutBar';
import { Section } from '../../parts/Section';
import { Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { useMay, useWho } from '../../parts/useRoles';
import { Item } from '../artifacts/parts';
import { Boards } from './Boards';
import { ReleaseState } from './ReleasesPage';

const words = m.releases.detail;

/** What each board gets of a release, who signed it, and which rollouts hand it out. */
export function ReleasePage() {
  const { id = '' } = useParams();
  const release = useGet<FullRelease>(path(['releases', id]));
  const known = release.data;
  return (
    <>
      <PageHead
        title={known ? `${known.name} ${known.version}` : id}
        parent={{ to: '/releases', text: m.releases.title }}
        marks={known && <ReleaseState release={known} />}
        actions={known && !known.withdrawnAt && <Actions release={known} done={release.reload} />}
      />
      <PageSection isFilled>
        <Shown remote={release} lines={8}>
          {(shown) => (
            <>
              {shown.withdrawnAt && <Alert isInline variant="info" title={words.withdrawn} className="muster-gap" />}
              <Grid hasGutter>
                <GridItem lg={7}>
                  <Section title={m.releases.columns.targets} flush>
                    <Boards targets={shown.targets} absent={shown.absent} />
                  </Section>
                </GridItem>
                <GridItem lg={5}>
                  <About release={shown} />
                  <Requires release={shown} />
                  <Channels release={shown} />
                  <Rollouts release={shown} />
                </GridItem>
              </Grid>
            </>
          )}
        </Shown>
      </PageSection>
    </>
  );
}

function Actions({ release, done }: { release: FullRelease; done: () => void }) {
  const may = useMay('release-manager');
  const [withdrawing, setWithdrawing] = useState(false);
  if (!may) {
    return null;
  }
  return (
    <Flex gap={{ default: 'gapSm' }}>
      <Button component={(props) => <Link {...props} to={`/rollouts/new?release=${release.id}`} />}>{words.rollOut}</Button>
      <Button variant="secondary" isDanger onClick={() => setWithdrawing(true)}>
        {words.withdraw}
      </Button>
      {withdrawing && (
        <Confirm
          title={words.withdrawTitle(`${release.name} ${release.version}`)}
          text={words.withdrawText}
          action={words.withdraw}
          danger
          run={() => request(path(['releases', release.id, 'withdraw']), { method: 'POST' }).then(done)}
          close={() => setWithdrawing(false)}
        />
      )}
    </Flex>
  );
}

function About({ release }: { release: FullRelease }) {
  const who = useWho();
  return (
    <Section title={words.about}>
      <DescriptionList isCompact isHorizontal>
        <Item term={words.made}>
          <Time at={release.createdAt} /> {m.common.by(who(release.createdBy, release.createdByName))}
        </Item>
        {release.targets.length > 0 && !release.withdrawnAt && (
          <Item term={words.signing}>
            <Label isCompact color="green" icon={<CheckCircleIcon />}>
              {m.artifacts.verdicts['verified']}
            </Label>
            <div className="muster-quiet">{words.signed}</div>
          </Item>
        )}
      </DescriptionList>
    </Section>
  );
}

function Requires({ release }: { release: FullRelease }) {
  const lines = required(release.requires, words.required);
  return (
    <Section title={words.requires} hint={lines.length > 0 ? words.requiresText : undefined}>
      {lines.length === 0 ? (
        <p className="muster-quiet">{words.requiresNothing}</p>
      ) : (
        <DescriptionList isCompact isHorizontal>
          {lines.map(([term, value]) => (
            <Item key={term + value} term={term}>
              <span className="muster-break">{value}</span>
            </Item>
          ))}
        </DescriptionList>
      )}
    </Section>
  );
}

function Channels({ release }: { release: FullRelease }) {
  const channels = useGet<Page<Channel>>(path(['channels']));
  return (
    <Section title={words.channels}>
      <Shown remote={channels} lines={1}>
        {({ items }) => {
          const names = reached(items, release.id);
          return names.length === 0 ? (
            <p className="muster-quiet">{words.noChannels}</p>
          ) : (
            <Flex gap={{ default: 'gapSm' }}>
              {names.map((name, at) => (
                <Link key={name} to="/channels">
                  <Label isCompact color={at === names.length - 1 ? 'blue' : 'grey'}>
                    {name}
                  </Label>
                </Link>
              ))}
            </Flex>
          );
        }}
      </Shown>
    </Section>
  );
}

function Rollouts({ release }: { release: FullRelease }) {
  const rollouts = useGet<Page<Rollout>>(path(['rollouts'], { release: release.id, limit: 25 }));
  useLive((kind) => kind === 'rollout', rollouts.reload);
  return (
    <Section title={words.rollouts}>
      <Shown remote={rollouts} lines={3}>
        {({ items }) => {
          return items.length === 0 ? (
            <p className="muster-quiet">{words.noRollouts}</p>
          ) : (
            items.map((rollout) => (
              <div key={rollout.id} className="muster-gap">
                <div className="muster-row-head">
                  <Link to={`/rollouts/${encodeURIComponent(rollout.id)}`}>{rollout.name}</Link>
                  <StateLabel state={rollout.state} words={m.rollouts.states} />
                </div>
                <RolloutBar tally={sum(rollout.waves)} label={rollout.name} />
              </div>
            ))
          );
        }}
      </Shown>
    </Section>
  );
}
