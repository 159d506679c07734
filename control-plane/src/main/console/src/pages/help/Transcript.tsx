import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { get, path } from '../../api/client';
import type { Page } from '../../api/types';
import { m } from '../../i18n';
import { Section } from '../../parts/Section';
import { Nothing, Shown } from '../../parts/States';
import { useGet } from '../../api/useGet';
import { useMay } from '../../parts/useRoles';

interface Piece {
  from: 'device' | 'person';
  type: string;
  data: string;
}

const words = m.help;

/** What a terminal showed, for security officers; reading it is on record, so it is asked for. */
export function Transcript({ session }: { session: string }) {
  const may = useMay('security-officer');
  const [asked, setAsked] = useState(false);
  if (!may) {
    return null;
  }
  return (
    <div className="muster-gap-top">
      <Section
        title={words.transcript}
        hint={words.transcriptText}
        actions={
          !asked && (
            <Button variant="secondary" onClick={() => setAsked(true)}>
              {words.showTranscript}
            </Button>
          )
        }
      >
        {asked && <Text session={session} />}
      </Section>
    </div>
  );
}

function Text({ session }: { session: string }) {
  const first = useGet<Page<Piece>>(path(['help-sessions', session, 'transcript'], { limit: 200 }));
  const [more, setMore] = useState<Page<Piece>[]>([]);
  const next = more.length > 0 ? more[more.length - 1]?.next : first.data?.next;
  const load = async () => {
    const page = await get<Page<Piece>>(path(['help-sessions', session, 'transcript'], { limit: 200, cursor: next ?? '' }));
    setMore((now) => [...now, page]);
  };
  return (
    <Shown remote={first} lines={6}>
      {(page) => {
        const text = plainText([page, ...more].flatMap(({ items }) => items));
        return (
          <>
            {text === '' ? <Nothing title={words.noTranscript}>{words.noTranscriptText}</Nothing> : <pre className="muster-output muster-transcript">{text}</pre>}
            {next && (
              <Button variant="link" onClick={() => void load()}>
                {words.more}
              </Button>
            )}
          </>
        );
      }}
    </Shown>
  );
}

// The device's own output without the escapes that move cursors: for reading, not for replay.
function plainText(pieces: Piece[]): string {
  const decoder = new TextDecoder();
  return pieces
    .filter((piece) => piece.from === 'device' && piece.type === 'data')
    .map((piece) => decoder.decode(Uint8Array.from(atob(piece.data), (character) => character.charCodeAt(0)), { stream: true }))
    .join('')
    .replace(/\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[@-Z\\-_])/g, '')
    .replace(/\r\n?/g, '\n')
    .replace(/[^\n\t\x20-\u{10ffff}]/gu, '');
}
