import { expect, test } from 'vitest';
import { boards, forBoard, twice } from './targets';

const target = (name: string, hardware: string, sha256 = name + hardware) => ({ name, hardware, sha256, version: '1' });

test('a target made for the board wins over one for any', () => {
  const targets = [target('app/a', '*'), target('app/a', 'board-a'), target('image', 'board-b')];

  expect(forBoard(targets, 'board-a').map((one) => one.sha256)).toEqual(['app/aboard-a']);
  expect(forBoard(targets, 'board-b').map((one) => one.sha256)).toEqual(['app/a*', 'imageboard-b']);
  expect(forBoard(targets, '*').map((one) => one.sha256)).toEqual(['app/a*']);
});

test('names boards in order, every other one last', () => {
  expect(boards([target('image', '*'), target('image', 'b'), target('image', 'a')])).toEqual(['a', 'b', '*']);
});

test('finds what a board could not choose between', () => {
  expect(twice([target('image', 'a'), target('image', 'b')])).toBeUndefined();
  expect(twice([target('image', 'a', 'x'), target('image', 'a', 'y')])?.sha256).toBe('y');
});
