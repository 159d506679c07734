import { Button, Card, CardBody, CardFooter, CardHeader, CardTitle, Label } from '@patternfly/react-core';
import { CheckCircleIcon } from '@patternfly/react-icons/dist/esm/icons/check-circle-icon';
import { useContext, useEffect, useRef } from 'react';
import { Link } from 'react-router';
import { path } from '../../api/client';
import { useLive } from '../../api/live';
import type { Page } from '../../api/types';
import { useGet } from '../../api/useGet';
import { m } from '../../i18n';
import { reach } from '../../parts/rights';
import { MeContext } from '../../parts/useRoles';
import { states, STEPS, type Facts, type StepState } from './tour';

const words = m.overview.tour;

// Of more than one only that there is one is asked.
const ANY = { limit: 1 };

/** From nothing to a fleet that is what it must be, with what is done already. */
export function Tour({ devices, asked, close }: { devices: number; asked: boolean; close: () => void }) {
  const me = useContext(MeContext);
  const groups = useGet<Page<unknown>>(path(['groups'], ANY));
  const rollouts = useGet<Page<unknown>>(path(['rollouts'], ANY));
  const versions = useGet<Page<unknown>>(path(['policy', 'versions'], ANY));
  useLive(
    () => true,
    () => [groups, rollouts, versions].forEach((remote) => remote.reload()),
  );
  const heading = useRef<HTMLHeadingElement>(null);
  // Who asks for it in a menu at the top reads on here.
  useEffect(() => {
    if (asked) {
      heading.current?.focus();
    }
  }, [asked]);

  const facts: Facts = {
    device: devices,
    group: groups.data?.items.length,
    rollout: rollouts.data?.items.length,
    policy: versions.data?.items.length,
  };
  const stands = states(facts);
  const done = STEPS.filter(({ name }) => stands[name] === 'done').length;
  const finished = done === STEPS.length;
  return (
    <Card component="section" aria-labelledby="tour-title">
      <CardHeader
        actions={{
          hasNoOffset: true,
          actions: (
            <Button variant={finished ? 'secondary' : 'link'} onClick={close}>
              {finished ? words.finish : words.dismiss}
            </Button>
          ),
        }}
      >
        <CardTitle>
          <h2 id="tour-title" ref={heading} tabIndex={-1} className="muster-tour-title">
            {words.title}
          </h2>
        </CardTitle>
        <div className="muster-hint">
          <span role="status">{words.progress(done, STEPS.length)}</span>
          {' · '}
          {finished ? words.allDone : words.text}
        </div>
      </CardHeader>
      <CardBody>
        <ol className="muster-tour">
          {STEPS.map(({ name, role, everywhere }, i) => {
            const step = words.steps[name];
            const may = me === undefined || reach(me.roles, role)[everywhere ? 'everywhere' : 'any'];
            return (
              <li key={name} className={'muster-tour-' + stands[name]} {...(stands[name] === 'next' ? { 'aria-current': 'step' as const } : {})}>
                <div className="muster-tour-head">
                  <span className="muster-tour-number" aria-hidden="true">
                    {stands[name] === 'done' ? <CheckCircleIcon /> : i + 1}
                  </span>
                  <h3>{step.title}</h3>
                  <State state={stands[name]} />
                </div>
                <p className="muster-quiet">{step.text}</p>
                {may ? (
                  <div className="muster-tour-links">
                    {step.links.map(([to, text]) => (
                      <Link key={to} to={to}>
                        {text}
                      </Link>
                    ))}
                  </div>
                ) : (
                  <p className="muster-quiet">{words.needs(role)}</p>
                )}
              </li>
            );
          })}
        </ol>
      </CardBody>
      <CardFooter>
        <span className="muster-quiet">{words.again}</span>
      </CardFooter>
    </Card>
  );
}

function State({ state }: { state: StepState }) {
  return (
    <Label isCompact color={state === 'done' ? 'green' : state === 'next' ? 'blue' : 'grey'}>
      {words[state]}
    </Label>
  );
}
