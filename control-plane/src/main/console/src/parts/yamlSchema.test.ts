import { CompletionContext } from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import published from '../../../../../../docs/reference/policy.schema.json';
import { completion, type Schema } from './yamlSchema';

// The very schema that the server answers.
const SCHEMA = published as unknown as Schema;

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
    expect(offered('kind: |')).toEqual(['Binding', 'Capability', 'GuardRail', 'PolicyTest', 'Role', 'Shift', 'Zone']);
  });

  it('offers the fields of this kind only', () => {
    expect(offered('kind: Role\nspec:\n  |')).toEqual(['permissions']);
    expect(offered('kind: Binding\nspec:\n  |')).toEqual(['apps', 'devices', 'roles', 'users', 'when']);
  });

  it('completes items of lists, written below each other or in brackets', () => {
    expect(offered('kind: Role\nspec:\n  permissions:\n    - |')).toContain('ohos.permission.CAMERA');
    expect(offered('kind: Role\nspec:\n  permissions: [oh|')).toContain('ohos.permission.CAMERA');
    expect(offered('kind: Binding\nspec:\n  roles: [|')).toEqual(['camera-user']);
  });

  it('offers what is nested and still missing', () => {
    expect(offered('kind: Binding\nspec:\n  roles: [a]\n  apps:\n    bundles: [x]\n    |')).toEqual(['labels', 'signers']);
  });

  it('looks at the document around the cursor and no other', () => {
    expect(offered('kind: Role\nspec:\n  permissions: []\n---\nkind: Binding\nspec:\n  |\n---\nkind: Role\n')).toEqual(['apps', 'devices', 'roles', 'users', 'when']);
  });

  it('stays silent in comments', () => {
    expect(offered('kind: Role # |')).toEqual([]);
  });
});
