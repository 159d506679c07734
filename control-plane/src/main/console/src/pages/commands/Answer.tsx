import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { path } from '../../api/client';
import type { CommandOnDevice } from '../../api/commands';
import { m } from '../../i18n';
import { Said } from '../../parts/Said';
import { download } from '../../parts/save';
import { useMay } from '../../parts/useRoles';

/** What a device said, and what it uploaded. */
export function Answer({ row }: { row: CommandOnDevice }) {
  const may = useMay('operator');
  const [failure, setFailure] = useState<string>();
  return (
    <>
      {row.reason && <div>{m.commands.reasons[row.reason] ?? row.reason}</div>}
      {row.output && <pre className="muster-output">{row.output}</pre>}
      {may && row.upload?.complete && (
        <Button
          variant="link"
          isInline
          onClick={() => {
            const upload = row.upload?.id ?? '';
            setFailure(undefined);
            download(path(['uploads', upload, 'content']), `${row.device}-${upload}.zip`).catch((error: unknown) => setFailure(String(error)));
          }}
        >
          {m.commands.download}
        </Button>
      )}
      {failure && <Said>{failure}</Said>}
    </>
  );
}
