import {
  Alert,
  Button,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  Label,
  Progress,
} from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { CheckCircleIcon } from '@patternfly/react-icons/dist/esm/icons/check-circle-icon';
import { ExclamationCircleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { verify, type Chain, type Finding, type Told } from '../../api/audit';
import { ApiError, path } from '../../api/client';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { count } from '../../parts/format';
import { Said } from '../../parts/Said';
import { Section } from '../../parts/Section';
import { Shown } from '../../parts/States';
import { Time } from '../../parts/Time';
import { useWho } from '../../parts/useRoles';

const words = m.audit.chain;
const OFTEN_MILLIS = 10_000;
const MOST_SHOWN = 100;

interface Running {
  checked: number;
  of: number;
}

/** How far the chain is sealed, whether it held when it was verified last, and a button to look again, which is a row itself. */
export function ChainCard({ looked }: { looked: () => void }) {
  const chain = useGet<Chain>(path(['audit', 'chain']));
  const [running, setRunning] = useState<Running>();
  const [findings, setFindings] = useState<Finding[]>([]);
  const [failure, setFailure] = useState<string>();
  const stop = useRef<AbortController>(undefined);
  const { reload } = chain;

  useEffect(() => {
    const timer = setInterval(reload, OFTEN_MILLIS);
    return () => clearInterval(timer);
  }, [reload]);
  useEffect(() => () => stop.current?.abort(), []);

  const look = async () => {
    const abort = new AbortController();
    stop.current = abort;
    setFindings([]);
    setFailure(undefined);
    setRunning({ checked: 0, of: 0 });
    let ended = false;
    const told = (line: Told) => {
      const { progress, finding } = line;
      if (progress) {
        setRunning(progress);
      }
      if (finding) {
        setFindings((known) => (known.length < MOST_SHOWN ? [...known, finding] : known));
      }
      ended ||= line.result !== undefined;
    };
    try {
      await verify(told, abort.signal);
      setFailure(ended ? undefined : words.cut);
    } catch (error) {
      if (abort.signal.aborted) {
        return;
      }
      setFailure(error instanceof ApiError ? error.message : String(error));
    }
    setRunning(undefined);
    reload();
    looked();
  };

  return (
    <Section
      title={words.title}
      hint={words.hint}
      actions={
        <Button variant="secondary" onClick={() => void look()} isDisabled={running !== undefined} isLoading={running !== undefined}>
          {words.verify}
        </Button>
      }
    >
      <Shown remote={chain} lines={3}>
        {(known) => <State chain={known} />}
      </Shown>
      {running && (
        <Progress
          className="muster-gap-top"
          aria-label={words.verify}
          value={running.of === 0 ? 0 : Math.floor((running.checked * 100) / running.of)}
          title={running.of === 0 ? words.begun : words.verifying(count(running.checked), count(running.of))}
        />
      )}
      {failure && (
        <Alert isInline variant="danger" title={words.failed} component="h3" className="muster-gap-top">
          <Said>{failure}</Said>
        </Alert>
      )}
      {findings.length > 0 && <Findings findings={findings} />}
    </Section>
  );
}

function State({ chain }: { chain: Chain }) {
  const who = useWho();
  const { verified, checkpoint } = chain;
  return (
    <>
      {verified && !verified.sound && (
        <Alert
          isInline
          isLiveRegion
          component="h3"
          variant="danger"
          className="muster-gap"
          title={words.brokenTitle(count(verified.detail.found ?? 0))}
        >
          <ul>
            {(verified.detail.first ?? []).map((text) => (
              <li key={text}>
                <Said>{text}</Said>
              </li>
            ))}
          </ul>
          <p>
            <Said>{words.brokenText}</Said>
          </p>
        </Alert>
      )}
      <DescriptionList isCompact columnModifier={{ default: '1Col', md: '2Col' }}>
        <Member name={words.sealed}>
          {chain.position === 0 ? words.nothing : words.position(count(chain.position))}
          {chain.sealedAt && (
            <span className="muster-quiet">
              {' '}
              <Time at={chain.sealedAt} />
            </span>
          )}
        </Member>
        <Member name={words.pending}>
          {words.rows(count(chain.pending))}
          {chain.oldestPendingAt && (
            <span className="muster-quiet">
              {' '}
              {words.since} <Time at={chain.oldestPendingAt} />
            </span>
          )}
        </Member>
        <Member name={words.checkpoint}>
          {checkpoint ? (
            <>
              {words.position(count(checkpoint.position))}{' '}
              <span className="muster-quiet">
                <Time at={checkpoint.at} />
              </span>
            </>
          ) : (
            words.noCheckpoint
          )}
        </Member>
        <Member name={words.verified}>
          {verified ? (
            <>
              <Label isCompact color={verified.sound ? 'green' : 'red'} icon={verified.sound ? <CheckCircleIcon /> : <ExclamationCircleIcon />}>
                {verified.sound ? words.sound : words.broken}
              </Label>{' '}
              <span className="muster-quiet">
                <Time at={verified.at} /> {m.common.by(who(verified.by, verified.byName))}
              </span>
            </>
          ) : (
            words.never
          )}
        </Member>
      </DescriptionList>
    </>
  );
}

function Member({ name, children }: { name: string; children: ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{name}</DescriptionListTerm>
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}

function Findings({ findings }: { findings: Finding[] }) {
  return (
    <Table aria-label={words.findings} variant="compact" className="muster-gap-top">
      <Thead>
        <Tr>
          <Th>{words.kind}</Th>
          <Th>{words.place}</Th>
          <Th>{m.audit.row}</Th>
          <Th>{words.what}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {findings.map((finding, index) => (
          <Tr key={index}>
            <Td dataLabel={words.kind}>
              <Label isCompact color="red" icon={<ExclamationCircleIcon />}>
                {words.kinds[finding.kind] ?? finding.kind}
              </Label>
            </Td>
            <Td dataLabel={words.place}>{finding.position || m.common.none}</Td>
            <Td dataLabel={m.audit.row}>{finding.row || m.common.none}</Td>
            <Td dataLabel={words.what} className="muster-break">
              <Said>{finding.text}</Said>
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
