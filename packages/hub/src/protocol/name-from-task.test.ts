import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameFromTask } from './name-from-task.ts';

describe('a name from a task', () => {
  it.each([
    ['Fix the flaky login test now, please\nand more', 'fix-the-flaky-login'],
    ['Ünïcode Café! déjà vu', 'unicode-cafe-deja-vu'],
    ['支払いを三回まで再試行する', '支払いを三回まで再試行する'],
    ['修复登录测试，不要改 API', '修复登录测试-不要改-api'],
    ['Исправь тест входа', 'исправь-тест-входа'],
    ['हिन्दी में अनुवाद', 'हिन्दी-में-अनुवाद'],
    ['ガイドを翻訳', 'ガイドを翻訳'],
    ['🚀 🚀', ''],
    ['', ''],
  ])('of %s is %s', (task, name) => {
    expect(nameFromTask(task)).toBe(name);
  });

  it('is short, also where a word has no end', () => {
    expect(nameFromTask('x'.repeat(100))).toHaveLength(28);
    expect(nameFromTask('支'.repeat(100))).toHaveLength(14);
  });

  it('holds nothing but letters, marks, digits and inner dashes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (task) => {
        expect(nameFromTask(task)).toMatch(/^(?:[\p{L}\p{N}\p{M}]+(?:-[\p{L}\p{N}\p{M}]+)*)?$/u);
      }),
    );
  });
});
