import { autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { lintGutter, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { Compartment, EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { theme } from './editorTheme';
import { completion, type Schema } from './yamlSchema';

/** A mark at a place of the text; lines and columns from 1. */
export interface Mark {
  line: number;
  column: number;
  message: string;
  severity: 'error' | 'warning';
}

/** A text editor for YAML with completion by a schema and marks in the margin. Tab indents; Escape, then Tab leaves. */
export default function YamlEditor({
  label,
  start,
  change,
  marks,
  schema,
  names,
  readOnly = false,
}: {
  label: string;
  /** The text at first. From then on the editor has it: pushed back, a slow page would undo what was typed meanwhile. */
  start: string;
  change: (value: string) => void;
  marks: Mark[];
  schema: Schema | undefined;
  /** Further words for a path of keys, such as the names of roles. */
  names: (path: (string | number)[]) => string[];
  readOnly?: boolean;
}) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef({ change, names });
  latest.current = { change, names };
  const completing = useRef(new Compartment());
  const locking = useRef(new Compartment());

  useEffect(() => {
    const host = place.current as HTMLDivElement;
    // In a tree of its own its style sheets are objects, which the content security policy allows; as elements of the page
    // it would forbid them.
    const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
    const editor = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: start,
        extensions: [
          lineNumbers(),
          lintGutter(),
          history(),
          drawSelection(),
          indentOnInput(),
          indentUnit.of('  '),
          bracketMatching(),
          closeBrackets(),
          highlightActiveLine(),
          theme,
          yaml(),
          completing.current.of([]),
          locking.current.of(EditorState.readOnly.of(readOnly)),
          keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) {
              latest.current.change(update.state.doc.toString());
            }
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = null;
    };
    // The editor lives as long as the page; what changes reaches it below.
  }, []);

  useEffect(() => {
    view.current?.dispatch({ effects: locking.current.reconfigure(EditorState.readOnly.of(readOnly)) });
  }, [readOnly]);

  useEffect(() => {
    const source = schema && completion(schema, (path) => latest.current.names(path));
    view.current?.dispatch({
      effects: completing.current.reconfigure(source ? autocompletion({ override: [source] }) : []),
    });
  }, [schema]);

  useEffect(() => {
    const editor = view.current;
    if (editor) {
      editor.dispatch(setDiagnostics(editor.state, marks.map((mark) => diagnostic(editor.state, mark))));
    }
  }, [marks]);

  return <div ref={place} className="muster-editor" />;
}

function diagnostic(state: EditorState, mark: Mark): Diagnostic {
  const line = state.doc.line(Math.min(Math.max(mark.line, 1), state.doc.lines));
  const from = Math.min(line.from + Math.max(mark.column - 1, 0), line.to);
  const word = /^[\w.@/-]+/.exec(state.sliceDoc(from, line.to))?.[0].length ?? 1;
  return { from, to: Math.min(from + word, line.to), severity: mark.severity, message: mark.message };
}
