import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareVersions, HubHello, judgeHub } from './handshake.ts';

it.each([
  ['1.0.0', '1.0.0', 0],
  ['0.9.9', '0.10.0', -1],
  ['2.0.0', '1.9.9', 1],
  ['1.0.0-beta.2', '1.0.0-beta.11', -1],
  ['1.0.0-beta', '1.0.0', -1],
  ['1.0.0-alpha.1', '1.0.0-alpha', 1],
  ['1.0.0-1', '1.0.0-a', -1],
  ['v1.0.0+build.7', '1.0.0', 0],
  ['garbage', '0.0.1', -1],
])('compares %s with %s', (a, b, expected) => {
  expect(Math.sign(compareVersions(a, b))).toBe(expected);
  expect(Math.sign(compareVersions(b, a))).toBe(0 - expected);
});

it('orders any versions the same way from both sides', () => {
  const version = fc.stringMatching(/^\d{1,3}\.\d{1,3}\.\d{1,3}(-[a-z0-9]{1,3}(\.[a-z0-9]{1,3}){0,2})?$/);
  fc.assert(
    fc.property(version, version, (a, b) => {
      expect(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a))).toBe(0);
    }),
  );
});

it.each([
  [{ version: '1.0.0', protocol: 2 }, 'use'],
  [{ version: '1.1.0', protocol: 2 }, 'use'],
  [{ version: '0.9.0', protocol: 2 }, 'replace'],
  [{ version: '0.9.0', protocol: 1 }, 'replace'],
  // A newer version never goes back to an older protocol; the protocol decides who can talk to whom.
  [{ version: '1.1.0', protocol: 1 }, 'replace'],
  [{ version: '1.1.0', protocol: 3 }, 'too-new'],
  [{ version: '0.9.0', protocol: 3 }, 'too-new'],
] as const)('judges a hub %o as "%s"', (hub, judgement) => {
  expect(judgeHub(hub, { version: '1.0.0', protocol: 2 })).toBe(judgement);
});

it('reads the hello of a hub that says more or less than we know', () => {
  const hello = { version: '9.9.9', protocol: 9, pid: 1, new: ['thing'] };
  expect(HubHello.parse(hello)).toEqual(hello);
  expect(HubHello.safeParse({ version: '1' }).success).toBe(false);
});
