import { Alert } from '@patternfly/react-core';
import { Said } from './Said';
import type { Mark } from './YamlEditor';

/** The mistakes in a text, each with its place. */
export function Marks({ marks }: { marks: Mark[] }) {
  return marks.map((mark, place) => (
    <Alert
      key={place}
      isInline
      isPlain
      variant="danger"
      title={
        <>
          {mark.line}:{mark.column} <Said>{mark.message}</Said>
        </>
      }
    />
  ));
}
