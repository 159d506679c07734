import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const token = (name: string) => `var(--pf-t--global--${name})`;

const text = token('text--color--regular');
const subtle = token('text--color--subtle');
const stripe = token('background--color--secondary--default');
const floating = token('background--color--floating--default');

/** The console's colours and letters; as they are variables of the page, light and dark follow by themselves. */
export const theme: Extension = [
  EditorView.theme({
    '&': { height: 'min(62vh, 46rem)', fontSize: token('font--size--body--sm'), color: text },
    '&.cm-focused': { outline: `2px solid ${token('color--brand--default')}`, outlineOffset: '-2px' },
    '.cm-scroller': { fontFamily: token('font--family--mono'), lineHeight: '1.55' },
    '.cm-content': { caretColor: text },
    '.cm-cursor': { borderLeftColor: text },
    '.cm-gutters': { backgroundColor: stripe, color: subtle, border: '0' },
    '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: stripe },
    '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
      backgroundColor: token('background--color--highlight--default'),
    },
    '.cm-tooltip': { backgroundColor: floating, color: text, border: `1px solid ${token('border--color--default')}` },
    '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: token('color--brand--default'), color: token('text--color--on-brand--default') },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: [tags.definition(tags.propertyName), tags.propertyName], color: token('text--color--link--default') },
      { tag: [tags.comment, tags.lineComment], color: subtle, fontStyle: 'italic' },
      { tag: [tags.string, tags.special(tags.string)], color: token('text--color--status--success--default') },
      { tag: [tags.punctuation, tags.separator, tags.meta, tags.keyword], color: subtle },
      { tag: tags.invalid, color: token('text--color--status--danger--default') },
    ]),
  ),
];
