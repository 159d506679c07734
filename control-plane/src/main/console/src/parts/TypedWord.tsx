import { TextInput } from '@patternfly/react-core';
import { m } from '../i18n';
import { Field } from './FormModal';

/** Asks for a word to be typed before something large happens; nothing where none is needed. */
export function TypedWord({ word, typed, change }: { word: string; typed: string; change: (typed: string) => void }) {
  return word === '' ? null : (
    <Field id="typed-word" label={m.common.typeToGoOn(word)} required>
      <TextInput id="typed-word" value={typed} onChange={(_, text) => change(text)} autoComplete="off" isRequired />
    </Field>
  );
}
