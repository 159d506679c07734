import { Button, Card, CardBody, CardHeader, CardTitle, Gallery, Label, PageSection } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { Channel, ChannelMove, ChannelRelease } from '../../api/channels';
import { path } from '../../api/client';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { PageHead } from '../../parts/PageHead';
import { Pager } from '../../parts/Pager';
import { Section } from '../../parts/Section';
import { Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { useMay, useWho } from '../../parts/useRoles';
import { MoveForm, PutForm, type Move } from './ChannelForms';

const words = m.channels;

/** A column for each channel, and how releases came there. */
export function ChannelsPage() {
  const [query] = useSearchParams();
  const channels = useGet<Page<Channel>>(path(['channels']));
  const history = useGet<Page<ChannelMove>>(path(['channels', 'history'], { limit: 25, cursor: query.get('cursor') }));
  const may = useMay('release-manager');
  const [moving, setMoving] = useState<Move>();
  const [putting, setPutting] = useState(false);
  const names = channels.data?.items.map((channel) => channel.name) ?? [];
  const reload = () => {
    channels.reload();
    history.reload();
  };
  return (
    <>
      <PageHead
        title={words.title}
        text={words.text}
        {...(may && names[0] ? { actions: <Button onClick={() => setPutting(true)}>{words.add(names[0])}</Button> } : {})}
      />
      <PageSection isFilled>
        <Shown remote={channels} lines={6}>
          {(page) => (
            <Gallery hasGutter minWidths={{ default: '16rem' }} className="muster-gap">
              {page.items.map((channel) => (
                <Column key={channel.name} channel={channel} names={names} may={may} ask={setMoving} />
              ))}
            </Gallery>
          )}
        </Shown>
        <Section title={words.history} flush>
          <Shown remote={history} lines={3}>
            {(page) => (
              <>
                <History moves={page.items} />
                <Pager next={page.next} />
              </>
            )}
          </Shown>
        </Section>
      </PageSection>
      {moving && <MoveForm move={moving} done={reload} close={() => setMoving(undefined)} />}
      {putting && names[0] && (
        <PutForm
          first={names[0]}
          taken={channels.data?.items.flatMap((channel) => channel.releases.map((release) => release.id)) ?? []}
          done={reload}
          close={() => setPutting(false)}
        />
      )}
    </>
  );
}

function Column({
  channel,
  names,
  may,
  ask,
}: {
  channel: Channel;
  names: string[];
  may: boolean;
  ask: (move: Move) => void;
}) {
  const next = names[names.indexOf(channel.name) + 1];
  const before = names[names.indexOf(channel.name) - 1];
  return (
    <Card component="section" aria-label={channel.name}>
      <CardHeader>
        <CardTitle component="h2">
          {channel.name} <Label isCompact>{channel.releases.length}</Label>
        </CardTitle>
      </CardHeader>
      <CardBody>
        {channel.releases.length === 0 &&
          (before === undefined ? (
            // Small: a column has no room for a page's empty state.
            <p className="muster-quiet">
              {words.none}. {words.noneText(channel.name)} <code>{words.noneCommand}</code>
            </p>
          ) : (
            <p className="muster-quiet">{words.empty}</p>
          ))}
        <ul className="muster-channel">
          {channel.releases.map((release) => (
            <li key={release.id}>
              <Release release={release} />
              {may && (
                <div className="muster-channel-moves">
                  {next && (
                    <Button variant="secondary" size="sm" onClick={() => ask({ action: 'promote', release, to: next })}>
                      {words.promote(next)}
                    </Button>
                  )}
                  {before && (
                    <Button variant="link" size="sm" onClick={() => ask({ action: 'demote', release, to: before })}>
                      {words.demote(before)}
                    </Button>
                  )}
                  <Button variant="link" size="sm" isDanger onClick={() => ask({ action: 'withdraw', release, to: '' })}>
                    {words.withdraw}
                  </Button>
                </div>
              )}
            </li>
          ))}
        </ul>
      </CardBody>
    </Card>
  );
}

function Release({ release }: { release: ChannelRelease }) {
  const who = useWho();
  const hardware = release.hardware.map((board) => (board === '*' ? words.anyHardware : board)).join(', ');
  return (
    <>
      <strong>
        {release.name} {release.version}
      </strong>
      <div className="muster-quiet">
        {hardware && <>{words.fits(hardware)}, </>}
        {words.since} <Time at={release.since} /> {m.common.by(who(release.by, release.byName))}
      </div>
      {release.note && <div>{release.note}</div>}
    </>
  );
}

function History({ moves }: { moves: ChannelMove[] }) {
  const who = useWho();
  if (moves.length === 0) {
    return <p className="muster-quiet muster-inset">{words.noHistory}</p>;
  }
  return (
    <Table aria-label={words.history} variant="compact">
      <Thead>
        <Tr>
          <Th>{words.columns.when}</Th>
          <Th>{words.columns.release}</Th>
          <Th>{words.columns.move}</Th>
          <Th>{words.columns.who}</Th>
          <Th>{words.columns.note}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {moves.map((move, i) => (
          <Tr key={moves.length - i}>
            <Td dataLabel={words.columns.when} modifier="nowrap">
              <Time at={move.at} />
            </Td>
            <Td dataLabel={words.columns.release}>
              {move.name} {move.version}
            </Td>
            <Td dataLabel={words.columns.move}>
              {words.moves[move.action] ?? move.action}: {move.from || words.nowhere} → {move.to || words.nowhere}
            </Td>
            <Td dataLabel={words.columns.who}>{who(move.by, move.byName)}</Td>
            <Td dataLabel={words.columns.note}>{move.note}</Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
