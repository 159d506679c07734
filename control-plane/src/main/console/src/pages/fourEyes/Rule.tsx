import { Alert, Stack, StackItem, Switch } from '@patternfly/react-core';
import { useState } from 'react';
import { path, request } from '../../api/client';
import { SWITCHES, type FourEyesRule, type Switch as Kind } from '../../api/fourEyes';
import type { Remote } from '../../api/useGet';
import { m } from '../../i18n';
import { Confirm } from '../../parts/Confirm';
import { Said } from '../../parts/Said';
import { Section } from '../../parts/Section';
import { Shown } from '../../parts/States';
import { useMay, useWho } from '../../parts/useRoles';

const words = m.fourEyes;

/** The four switches. */
export function Rule({ rule, reload }: { rule: Remote<FourEyesRule>; reload: () => void }) {
  const may = useMay('admin');
  const who = useWho();
  const [turning, setTurning] = useState<Kind>();
  return (
    <Section title={words.rule} hint={words.ruleText}>
      <Shown remote={rule} lines={4}>
        {(found) => (
          <>
            <Stack hasGutter>
              {SWITCHES.map((kind) => (
                <StackItem key={kind}>
                  <Switch
                    id={`four-eyes-${kind}`}
                    label={words.switches[kind]}
                    isChecked={found[kind]}
                    isDisabled={!may || (found[kind] && found.pending !== null)}
                    onChange={() => setTurning(kind)}
                  />
                </StackItem>
              ))}
            </Stack>
            {found.pending && (
              <Alert isInline isPlain variant="info" title={<Said>{`${words.waits} ${found.pending.summary}`}</Said>} className="muster-gap" />
            )}
            <p className="muster-quiet muster-gap-top">{found.changedAt ? words.setBy(who(found.changedBy, found.changedByName)) : words.neverSet}</p>
            {turning && (
              <Confirm
                title={(found[turning] ? words.offTitle : words.onTitle)(words.switches[turning])}
                text={found[turning] ? words.offText : words.onText}
                action={found[turning] ? words.off : words.on}
                run={() => turn(found, turning).then(reload)}
                close={() => setTurning(undefined)}
              />
            )}
          </>
        )}
      </Shown>
    </Section>
  );
}

/** Only while the rule is the one that was read. */
function turn(rule: FourEyesRule, kind: Kind): Promise<Response> {
  const wanted = Object.fromEntries(SWITCHES.map((one) => [one, one === kind ? !rule[one] : rule[one]]));
  return request(path(['four-eyes']), {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json', 'If-Match': `"${rule.revision}"` },
    body: JSON.stringify(wanted),
  });
}
