import { Alert, DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm, Label } from '@patternfly/react-core';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { ApiError, path, post } from '../../api/client';
import { body, type Draft, type Group, type Preview } from '../../api/rollouts';
import { m } from '../../i18n';
import { bytes, count } from '../../parts/format';
import { Said } from '../../parts/Said';
import { Section } from '../../parts/Section';

const words = m.rollout;
const WAIT_MILLIS = 400;

/** What the draft would do, asked anew while it changes. */
export function PreviewSection({ draft, seen: tell }: { draft: Draft; seen: (devices: number) => void }) {
  const [seen, setSeen] = useState<Preview>();
  const [failure, setFailure] = useState<string>();
  const asked = draft.release ? JSON.stringify(body(draft)) : '';

  useEffect(() => {
    if (!asked) {
      return undefined;
    }
    let current = true;
    const timer = setTimeout(() => {
      post<Preview>(path(['rollouts', 'preview']), JSON.parse(asked) as unknown).then(
        (preview) => {
          if (current) {
            setSeen(preview);
            tell(preview.devices);
            setFailure(undefined);
          }
        },
        (error: unknown) => {
          if (current) {
            setFailure(error instanceof ApiError ? error.message : String(error));
          }
        },
      );
    }, WAIT_MILLIS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [asked, tell]);

  return (
    <Section title={words.preview}>
      {failure && <Alert isInline variant="warning" title={<Said>{failure}</Said>} className="muster-gap" />}
      {!asked && <p className="muster-quiet">{words.previewEmpty}</p>}
      {asked && seen && !failure && <Seen preview={seen} />}
    </Section>
  );
}

function Seen({ preview }: { preview: Preview }) {
  return (
    <div aria-live="polite">
      {preview.devices === 0 && <Alert isInline variant="warning" title={words.nobody} className="muster-gap" />}
      <DescriptionList isHorizontal isCompact termWidth="9rem">
        <DescriptionListGroup>
          <DescriptionListTerm>{words.previewDevices}</DescriptionListTerm>
          <DescriptionListDescription>{count(preview.devices)}</DescriptionListDescription>
        </DescriptionListGroup>
        <DescriptionListGroup>
          <DescriptionListTerm>{words.previewBytes}</DescriptionListTerm>
          <DescriptionListDescription>{bytes(preview.bytes)}</DescriptionListDescription>
        </DescriptionListGroup>
        {preview.devices > 0 && (
          <DescriptionListGroup>
            <DescriptionListTerm>{words.waves}</DescriptionListTerm>
            <DescriptionListDescription>
              {preview.waves.map((wave) => `${wave.name}: ${count(wave.devices)}`).join(', ')}
            </DescriptionListDescription>
          </DescriptionListGroup>
        )}
      </DescriptionList>
      <Groups title={words.frozen} groups={preview.frozen} />
      <Groups title={words.expected} groups={preview.expected} />
      <Groups title={words.leftOut} groups={preview.leftOut} />
      {preview.takesOver.length > 0 && (
        <>
          <h3 className="muster-gap-top">{words.takesOver}</h3>
          <ul className="muster-split muster-reasons">
            {preview.takesOver.map((taken) => (
              <li key={taken.rollout}>
                <Link to={`/rollouts/${encodeURIComponent(taken.rollout)}`}>{taken.name}</Link>
                <span>{m.common.devices(taken.devices)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

const BAD = new Set(['refuses', 'unknown-signer', 'cannot-roll-back', 'blocked', 'freeze']);

function Groups({ title, groups }: { title: string; groups: Group[] }) {
  if (groups.length === 0) {
    return null;
  }
  return (
    <>
      <h3 className="muster-gap-top">{title}</h3>
      <ul className="muster-split muster-reasons">
        {groups.map((group) => (
          <li key={group.reason}>
            <span>
              <Label isCompact color={BAD.has(group.kind) ? 'orange' : 'grey'}>
                {words.kinds[group.kind] ?? group.kind}
              </Label>{' '}
              <Said>{group.reason}</Said>
              {group.example && (
                <div className="muster-quiet">
                  <Link to={`/devices/${encodeURIComponent(group.example)}`}>{group.example}</Link>
                </div>
              )}
            </span>
            <span>{m.common.devices(group.devices)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
