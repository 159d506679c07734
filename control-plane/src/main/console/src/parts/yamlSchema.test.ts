import { CompletionContext } from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { completion, type Schema } from './yamlSchema';

const SCHEMA: Schema = {
  properties: { apiVersion: { const: 'muster.dev/v1' }, kind: { enum: ['Role', 'Binding'] }, metadata: { properties: { name: {}, description: {} } }, spec: {} },
  oneOf: [
    { properties: { kind: { const: 'Role' }, spec: { $ref: '#/$defs/role' } } },
    { properties: { kind: { const: 'Binding' }, spec: { $ref: '#/$defs/binding' } } },
  ],
  $defs: {
    role: { properties: { permissions: { items: { anyOf: [{ enum: ['ohos.permission.CAMERA'] }, { properties: { names: { items: { enum: ['ohos.permission.MICROPHONE'] } }, when: {} } }] } } } },
    binding: { properties: { roles: { items: {} }, apps: { oneOf: [{ const: 'all' }, { properties: { bundles: {}, signers: { description: 'who signed' } } }] } } },
  },
};

/** What is offered where `|` stands. */
function offered(marked: string): string[] {
  const pos = marked.indexOf('|');
  const state = EditorState.create({ doc: marked.replace('|', '') });
  const source = completion(SCHEMA, (path) => (path.includes('roles') ? ['camera-user'] : []));
  return (source(new CompletionContext(state, pos, true))?.options ?? []).map((option) => option.label).sort();
}

describe('completion', () => {
  it('offers the keys of the document that are not there yet', () => {
    expect(offered('apiVersion: muster.dev/v1\n|')).toEqual(['kind', 'metadata', 'spec']);
  });

  it('offers the values of a key', () => {
    expect(offered('kind: |')).toEqual(['Binding', 'Role']);
  });

  it('offers the fields of this kind only', () => {
    expect(offered('kind: Role\nspec:\n  |')).toEqual(['permissions']);
    expect(offered('kind: Binding\nspec:\n  |')).toEqual(['apps', 'roles']);
  });

  it('completes items of lists, written below each other or in brackets', () => {
    expect(offered('kind: Role\nspec:\n  permissions:\n    - |')).toContain('ohos.permission.CAMERA');
    expect(offered('kind: Role\nspec:\n  permissions: [oh|')).toContain('ohos.permission.CAMERA');
    expect(offered('kind: Binding\nspec:\n  roles: [|')).toEqual(['camera-user']);
  });

  it('offers what is nested and still missing', () => {
    expect(offered('kind: Binding\nspec:\n  roles: [a]\n  apps:\n    bundles: [x]\n    |')).toEqual(['signers']);
  });

  it('looks at the document around the cursor and no other', () => {
    expect(offered('kind: Role\nspec:\n  permissions: []\n---\nkind: Binding\nspec:\n  |\n---\nkind: Role\n')).toEqual(['apps', 'roles']);
  });

  it('stays silent in comments', () => {
    expect(offered('kind: Role # |')).toEqual([]);
  });
});
