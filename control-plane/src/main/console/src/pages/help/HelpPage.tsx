import { Alert, Button, DescriptionList, PageSection, Spinner } from '@patternfly/react-core';
import { DescriptionListDescription, DescriptionListGroup, DescriptionListTerm } from '@patternfly/react-core';
import { lazy, Suspense, useContext, useState, type ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { HelpLink, opened, type HelpSession } from '../../api/help';
import { ApiError, path, post } from '../../api/client';
import { useLive } from '../../api/live';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { who as subject } from '../../parts/format';
import { PageHead } from '../../parts/PageHead';
import { Said } from '../../parts/Said';
import { Section } from '../../parts/Section';
import { Shown } from '../../parts/States';
import type { TerminalHandle } from '../../parts/TerminalView';
import { Time } from '../../parts/Time';
import { MeContext, useMay, useWho } from '../../parts/useRoles';
import { COLUMNS, ROWS } from './OpenTerminal';
import { Transcript } from './Transcript';

const TerminalView = lazy(() => import('../../parts/TerminalView'));
const words = m.help;

/** One session of remote help: it waits, it begins, it is a terminal, it was one. */
export function HelpPage() {
  const { id = '' } = useParams();
  const session = useGet<HelpSession>(path(['help-sessions', id]));
  const known = session.data;
  useLive(
    (kind, changed) => kind === 'device' && changed === known?.device,
    () => known?.state !== 'over' && session.reload(),
  );
  return (
    <>
      <PageHead
        title={known ? words.on(words.names[known.kind] ?? known.kind, known.device) : words.title}
        {...(known ? { parent: { to: `/devices/${encodeURIComponent(known.device)}`, text: known.device } } : {})}
      />
      <PageSection isFilled>
        <Shown remote={session} lines={8}>
          {(shown) => <Session session={shown} reload={session.reload} />}
        </Shown>
      </PageSection>
    </>
  );
}

function Session({ session, reload }: { session: HelpSession; reload: () => void }) {
  const me = useContext(MeContext);
  const who = useWho();
  const may = useMay('operator');
  const [failure, setFailure] = useState<string>();
  const [begun, setBegun] = useState(false);
  const mine = me !== undefined && subject(session.askedBy) === me.subject;
  const live = session.state === 'starting' || session.state === 'open';
  const run = (verb: 'start' | 'end') =>
    post(path(['help-sessions', session.id, verb]))
      .then(() => setFailure(undefined))
      .catch((error: unknown) => setFailure(error instanceof ApiError ? error.message : String(error)))
      .finally(reload);
  const terminal = mine && session.kind === 'terminal' && (live || begun);
  return (
    <>
      {failure && <Alert isInline variant="danger" title={<Said>{failure}</Said>} className="muster-gap" />}
      {session.state === 'asked' && (
        <Alert isInline variant="info" title={words.waits} className="muster-gap">
          {words.waitsText} <Link to="/four-eyes">{m.fourEyes.title}</Link>
        </Alert>
      )}
      <Section
        title={words.session}
        actions={
          <>
            {session.state === 'ready' && mine && session.kind === 'terminal' && (
              <Button onClick={() => void run('start')}>{words.begin}</Button>
            )}{' '}
            {session.state !== 'over' && may && (
              <Button variant="secondary" isDanger onClick={() => void run('end')}>
                {words.end}
              </Button>
            )}
          </>
        }
      >
        <About session={session} by={who(session.askedBy, session.askedByName)} />
      </Section>
      {terminal && (
        <div className="muster-gap-top">
          <Terminal session={session} begun={() => setBegun(true)} ended={reload} />
        </div>
      )}
      {live && !mine && <Alert isInline variant="info" title={words.theirs} className="muster-gap-top" />}
      {session.state === 'over' && session.kind === 'terminal' && !begun && <Transcript session={session.id} />}
    </>
  );
}

function About({ session, by }: { session: HelpSession; by: string }) {
  return (
    <DescriptionList isHorizontal isCompact>
      <Item term={words.state}>{words.states[session.state] ?? session.state}</Item>
      <Item term={words.reason}>
        <Said>{session.reason}</Said>
      </Item>
      {session.subject && <Item term={words.subject}>{session.subject}</Item>}
      <Item term={words.askedBy}>
        {by}, <Time at={session.askedAt} />
      </Item>
      {session.endedAt ? (
        <Item term={words.ended}>
          <Time at={session.endedAt} /> {session.endReason}
        </Item>
      ) : (
        <Item term={words.until}>
          <Time at={session.until} />
        </Item>
      )}
    </DescriptionList>
  );
}

function Item({ term, children }: { term: string; children: ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{term}</DescriptionListTerm>
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}

/** Joins the keys and the screen to the shell on the device until either ends. */
function Terminal({ session, begun, ended }: { session: HelpSession; begun: () => void; ended: () => void }) {
  const [failure, setFailure] = useState<string>();
  const [link] = useState(() => new HelpLink(session.id, (error) => setFailure(told(error))));

  const join = (terminal: TerminalHandle) => {
    const stop = new AbortController();
    begun();
    const go = async () => {
      const open = await opened(session.id, stop.signal);
      if (open.state === 'open') {
        terminal.say(words.connected);
      }
      for (;;) {
        const { data, closed, over } = await link.receive(stop.signal);
        data.forEach((bytes) => terminal.write(bytes));
        if (closed || over) {
          terminal.say(closed ? words.shellEnded : words.over(over ?? ''));
          if (closed) {
            await link.end();
          }
          ended();
          return;
        }
      }
    };
    go().catch((error: unknown) => {
      if (!stop.signal.aborted) {
        setFailure(told(error));
      }
    });
    return () => stop.abort();
  };

  return (
    <Section title={words.terminal} hint={words.onRecord}>
      {failure && <Alert isInline variant="danger" title={<Said>{failure}</Said>} className="muster-gap" />}
      <Suspense fallback={<Spinner aria-label={m.common.loading} />}>
        <TerminalView label={words.terminalOf(session.device)} columns={COLUMNS} rows={ROWS} typed={(bytes) => link.type(bytes)} ready={join} />
      </Suspense>
    </Section>
  );
}

function told(error: unknown): string {
  return error instanceof ApiError ? error.message : String(error);
}
