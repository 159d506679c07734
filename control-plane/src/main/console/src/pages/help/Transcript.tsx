import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { usePagesOf } from '../../api/usePages';
import { m } from '../../i18n';
import { More } from '../../parts/More';
import { Section } from '../../parts/Section';
import { Nothing, Shown } from '../../parts/States';
import { useMay } from '../../parts/useRoles';

interface Piece {
  from: 'device' | 'person';
  type: string;
  data: string;
}

const words = m.help;

// A piece is what came at once: a key's echo, or a screen.
const PIECES = 200;

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
  const pieces = usePagesOf<Piece>(PIECES, ['help-sessions', session, 'transcript']);
  return (
    <Shown remote={pieces} lines={6}>
      {(known) => {
        const text = plainText(known);
        return (
          <>
            {text === '' ? <Nothing title={words.noTranscript}>{words.noTranscriptText}</Nothing> : <pre className="muster-output muster-transcript">{text}</pre>}
            <More more={pieces.more} />
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
