import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { hostileTexts } from '../src/testing/hostile-texts.ts';
import { escapeFormat } from '../src/tmux/format.ts';
import { toPastable } from '../src/tmux/send-text.ts';
import type { TmuxService } from '../src/tmux/tmux-service.ts';
import type { PanePlace } from '../src/tmux/tmux-target.ts';
import { openService, startTestServer, type TestServer, type TransportKind } from './tmux-server.ts';

const patient = { timeout: 20_000, interval: 50 };
const base1 = 'set -g base-index 1\nset -g pane-base-index 1\nset -g prefix C-a\nset -g set-titles on';
const readerProgram = [
  "process.stdin.setRawMode(true); process.stdout.write('\\x1b[?2004hready\\r\\n');",
  "const { appendFileSync } = require('node:fs');",
  'process.stdin.on("data", (data) => appendFileSync(process.argv[1], data));',
].join('');

async function runInShell(script: string): Promise<string> {
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', script]);
  return stdout;
}

interface Reader {
  readonly paneId: string;
  /** Everything that was typed or pasted into the program, as bytes of its terminal. */
  readonly received: () => Promise<string>;
}

/** A program that asks for bracketed paste and writes what it gets to a file, as it came. */
async function startReader(service: TmuxService, server: TestServer): Promise<Reader> {
  const file = join(server.directory, 'received');
  const command = [process.execPath, '-e', readerProgram, file];
  const { paneId } = await service.createSession({ name: 'reader', command });
  await service.waitFor(paneId, 'ready', { timeoutMs: 20_000 });
  return { paneId, received: () => readFile(file, 'utf8').catch(() => '') };
}

describe.each<TransportKind>(['control', 'exec'])('TmuxService over %s', (kind) => {
  async function open(config = ''): Promise<{ readonly server: TestServer; readonly service: TmuxService }> {
    const server = await startTestServer(config);
    return { server, service: openService(server, kind) };
  }

  describe.each([
    ['0', ''],
    ['1', base1],
  ])('with base-index %s', (_base, config) => {
    it('keeps the examples of the seed: window 0 and pane 0 are the first ones', async () => {
      const { service } = await open(config);
      await service.createSession({ name: 'agent', command: ['cat', '-'] });
      await service.sendKeys('agent', '0', '0', 'npm test; echo #{pid}');
      await vi.waitFor(async () => {
        expect(await service.capturePaneContent('agent', '0', '0', 100)).toBe(
          'npm test; echo #{pid}\nnpm test; echo #{pid}',
        );
      }, patient);
    });

    it('counts windows and panes from 0', async () => {
      const { service } = await open(config);
      const first = await service.createSession({ name: 'a', command: ['cat', '-'] });
      const second = await service.createWindow('a', { name: 'two', command: ['cat', '-'] });
      const third = await service.splitPane(second.paneId, { command: ['cat', '-'], direction: 'below' });
      const idOf = async (place: Omit<PanePlace, 'session'>) =>
        (await service.capture({ session: 'a', ...place })).paneId;
      expect(await idOf({ window: 0, pane: 0 })).toBe(first.paneId);
      expect(await idOf({ window: '1', pane: '0' })).toBe(second.paneId);
      expect(await idOf({ window: 1, pane: 1 })).toBe(third.paneId);
      expect(await idOf({ window: second.windowId, pane: 1 })).toBe(third.paneId);
      await expect(service.capture({ session: 'a', window: 7, pane: 0 })).rejects.toMatchObject({
        code: 'target-not-found',
      });
      await expect(service.capture({ session: 'a', window: 'x' })).rejects.toMatchObject({ code: 'invalid-input' });
    });
  });

  it('makes, finds, renames and ends sessions', async () => {
    const { service } = await open();
    const made = await service.createSession({ name: 'one.two:3', command: ['cat', '-'], columns: 70, rows: 20 });
    expect(made.name).toBe('one_two_3');
    expect(await service.hasSession('one_two_3')).toBe(true);
    expect(await service.hasSession('one_two')).toBe(false);
    const listed = await service.listSessions();
    expect(listed.map(({ name }) => name).sort()).toEqual(['contract', 'one_two_3']);
    expect((await service.createSession({ name: '#{pid}', command: ['cat', '-'] })).name).toBe('#{pid}');
    expect(await service.hasSession('#{pid}')).toBe(true);
    await expect(service.createSession({ name: '#{pid}' })).rejects.toMatchObject({ code: 'tmux-failed' });
    await service.killSession('#{pid}');
    await service.killSession(made.sessionId);
    expect(await service.hasSession(made.sessionId)).toBe(false);
    await expect(service.killSession('#{pid}')).rejects.toMatchObject({ code: 'target-not-found' });
  });

  it.each(hostileTexts)('round-trips a session, a window and an option named with %s', async (_title, text) => {
    const { service } = await open();
    const made = await service.createSession({ name: text, windowName: 'w', command: ['cat', '-'] });
    await service.setOption({ session: made.sessionId }, '@meta', text);
    const [found] = await service
      .query({
        list: ['list-sessions', '-f', '#{!=:#{session_name},contract}'],
        variables: ['session_id', 'session_name', '@meta'],
      })
      .then((records) => records.filter(({ session_id }) => session_id === made.sessionId));
    expect(found).toEqual({ session_id: made.sessionId, session_name: made.name, '@meta': text });
    expect(await service.hasSession(made.name)).toBe(true);
    expect((await service.listPanes(made.name)).map(({ paneId }) => paneId)).toEqual([made.paneId]);
    expect(await service.getOption({ session: made.name }, '@meta')).toBe(text);
    await service.killSession(made.name);
    expect(await service.hasSession(made.sessionId)).toBe(false);
  });

  const names = (sessions: readonly { readonly name: string }[]): readonly string[] =>
    sessions.map(({ name }) => name).toSorted();

  it.each(hostileTexts)('finds sessions and windows, and their variables, by the name %s', async (_title, text) => {
    const { service } = await open();
    const { name, windowId } = await service.createSession({ name: text, windowName: text, command: ['cat', '-'] });
    const beside = await service.createSession({ name: `beside ${text}`, command: ['cat', '-'] });
    expect(names(await service.listSessions())).toEqual(['contract', name, beside.name].toSorted());
    await service.setEnvironment({ session: name }, 'TEXT', text);
    expect((await service.showEnvironment({ session: name })).get('TEXT')).toBe(text);
    const made = await service.createWindow(name, { name: text, command: ['cat', '-'], env: { TEXT: text } });
    expect((await service.listWindows(name)).map((window) => window.windowId)).toEqual([windowId, made.windowId]);
    await service.resizeWindow({ session: name, window: 1 }, { columns: 90, rows: 20 });
    await service.linkWindow({ session: name, window: 1 }, beside.name);
    const linked = (await service.listWindows(beside.name)).find((window) => window.windowId === made.windowId);
    expect(linked).toMatchObject({ name: text, columns: 90, rows: 20 });
    await service.unlinkWindow(beside.name, linked?.index ?? -1);
    await service.killWindow({ session: name, window: 1 });
    expect((await service.listWindows(name)).map((window) => window.windowId)).toEqual([windowId]);
    const attach = await runInShell(`printf '%s\\n' ${service.getAttachCommand(name)}`);
    expect(attach).toBe(`${service.attachArgv(name).join('\n')}\n`);
    await service.killSession(name);
    expect(names(await service.listSessions())).toEqual(['contract', beside.name].toSorted());
  });

  it.each(hostileTexts)(
    'reaches panes by a session named %s, and takes it as title and as text',
    async (_title, text) => {
      const { service } = await open('set -g remain-on-exit on');
      const { name, paneId } = await service.createSession({ name: text, command: ['cat', '-'] });
      const split = await service.splitPane(
        { session: name, window: 0 },
        { command: ['cat', '-'], env: { TEXT: text } },
      );
      await service.transport.run(['select-pane', '-t', paneId, '-T', escapeFormat(text)]);
      const [listed] = await service.listPanes(name);
      // a title is one line; tmux takes no other
      expect(/[\n\t]/.test(text) ? text : listed?.title).toBe(text);
      const first = { session: name, window: 0, pane: 0 };
      expect(await service.capture(first)).toMatchObject({ paneId, title: listed?.title });
      // the terminal itself redraws characters that it joins
      const line = text.slice(0, 60).replaceAll(/\s|\p{Emoji_Presentation}|\p{M}|\p{Cf}/gu, '_');
      await service.sendKeys(name, 0, 0, line);
      expect(await service.waitFor(first, line, { timeoutMs: 20_000 })).toBe(line);
      expect(await service.capturePaneContent(name, 0, 0, 100)).toContain(line);
      const second = { session: name, window: 0, pane: 1 };
      await service.sendKeys(name, 0, 1, 'ready');
      await service.waitFor(second, /ready\s+ready/, { timeoutMs: 20_000 });
      await service.interrupt(second);
      const isDead = async () => (await service.listPanes(name)).find((pane) => pane.paneId === split.paneId)?.isDead;
      await vi.waitFor(async () => expect(await isDead()).toBe(true), patient);
      await service.killPane(second);
      await service.respawnPane(first, {
        kill: true,
        command: ['sh', '-c', 'printf %s "$1"; exec cat', 'sh', `again ${line}`],
        env: { TEXT: text },
      });
      await service.waitFor(first, `again ${line}`, { timeoutMs: 20_000 });
      expect((await service.listPanes(name)).map((pane) => pane.paneId)).toEqual([paneId]);
    },
  );

  it('starts programs without a shell, with directory and variables that hold anything', async () => {
    const { service, server } = await open();
    const script =
      'console.log(JSON.stringify([process.argv.slice(1), process.env.ODD, process.cwd()])); setInterval(() => {}, 9e9)';
    const words = ['$(id)', 'a b', '#{pid}', ';', `it's`, '~', '-x;'];
    const odd = '$HOME "q" \\ #{pid};';
    const { paneId } = await service.createSession({
      name: 'p',
      command: [process.execPath, '-e', script, ...words],
      env: { ODD: odd },
      cwd: server.directory,
      columns: 400,
    });
    const expected = JSON.stringify([words, odd, server.directory]);
    await vi.waitFor(async () => expect((await service.capture(paneId)).lines[0]).toBe(expected), patient);
  });

  it('runs a single word without a shell reading it', async () => {
    const { service, server } = await open();
    await service.createSession({ name: 'p', command: [`touch ${server.directory}/never`] });
    await service.createSession({ name: 'q', command: ['cat'] });
    await service.sendKeys('q', 0, 0, 'echo');
    await service.waitFor('q', /echo\necho/, { timeoutMs: 20_000 });
    await expect(readFile(join(server.directory, 'never'))).rejects.toThrow('ENOENT');
  });

  it('respawns a dead pane in its place, and reports how it ended', async () => {
    const { service } = await open('set -g remain-on-exit on');
    const { paneId, windowId } = await service.createSession({
      name: 'r',
      command: ['sh', '-c', 'echo last words; sleep 0.5; exit 7'],
    });
    await vi.waitFor(async () => {
      expect((await service.listPanes(windowId))[0]).toMatchObject({ isDead: true, exitStatus: 7, exitSignal: null });
    }, patient);
    // tmux scrolls the screen up to say that the pane is dead
    const dead = await service.capture(paneId, { start: '-' });
    expect(dead).toMatchObject({ isDead: true });
    expect(dead.lines[0]).toBe('last words');
    await service.respawnPane(paneId, {
      command: ['sh', '-c', 'echo $AGAIN; exec cat'],
      env: { AGAIN: 'second life' },
    });
    await service.waitFor(paneId, 'second life', { timeoutMs: 20_000 });
    expect((await service.listPanes(windowId))[0]).toMatchObject({ isDead: false, paneId });
  });

  describe('sendText', () => {
    it.each(hostileTexts)('pastes %s in brackets, then presses Enter', async (_title, text) => {
      const { service, server } = await open();
      const reader = await startReader(service, server);
      await service.sendText(reader.paneId, text);
      const pasted = toPastable(text).replaceAll('\n', '\r');
      await vi.waitFor(async () => expect(await reader.received()).toBe(`\x1b[200~${pasted}\x1b[201~\r`), patient);
      expect(await server.tmux('list-buffers')).toBe('');
    });

    it('carries 1 MB of UTF-8 in lines', async () => {
      const { service, server } = await open();
      const reader = await startReader(service, server);
      const text = 'äöü 日本 👩‍🚀 text;\n'.repeat(38_000);
      expect(Buffer.byteLength(text)).toBeGreaterThan(1_000_000);
      await service.sendText(reader.paneId, text);
      const expected = `\x1b[200~${text.replaceAll('\n', '\r')}\x1b[201~\r`;
      await vi.waitFor(async () => expect((await reader.received()).length).toBe(expected.length), patient);
      expect((await reader.received()) === expected).toBe(true);
    });

    it('carries 1 MB byte for byte into a program that asks for no brackets', async () => {
      const { service, server } = await open();
      const file = join(server.directory, 'received');
      const command = ['sh', '-c', 'stty raw -echo; echo ready; exec cat > "$1"', 'sh', file];
      const { paneId } = await service.createSession({ name: 'raw', command });
      await service.waitFor(paneId, 'ready', { timeoutMs: 20_000 });
      const text = Array.from({ length: 20_000 }, (_, index) => `${index}\t$(id) #{pid} 'ä' "日本" \\ %d 👩‍🚀;\n`).join(
        '',
      );
      expect(Buffer.byteLength(text)).toBeGreaterThan(1_000_000);
      await service.insertText(paneId, text);
      const expected = Buffer.from(text.replaceAll('\n', '\r'));
      await vi.waitFor(async () => expect((await readFile(file)).length).toBe(expected.length), patient);
      expect((await readFile(file)).equals(expected)).toBe(true);
    });

    it('cannot be left by text that ends the paste', async () => {
      const { service, server } = await open();
      const reader = await startReader(service, server);
      await service.sendText(reader.paneId, 'x\x1b[201~\x03rm -rf\x9b201~');
      await vi.waitFor(
        async () => expect(await reader.received()).toBe('\x1b[200~x[201~rm -rf201~\x1b[201~\r'),
        patient,
      );
    });

    it('inserts without Enter, presses keys, and interrupts', async () => {
      const { service, server } = await open();
      const reader = await startReader(service, server);
      await service.insertText(reader.paneId, '-n no enter;');
      await service.pressKeys(reader.paneId, ['Escape', 'Up', ';']);
      await service.interrupt(reader.paneId);
      await vi.waitFor(
        async () => expect(await reader.received()).toBe('\x1b[200~-n no enter;\x1b[201~\x1b\x1b[A;\x03'),
        patient,
      );
    });

    it('rejects for a pane that is gone, and leaves no buffer behind', async () => {
      const { service, server } = await open();
      await expect(service.sendText('%99', 'x')).rejects.toMatchObject({ code: 'target-not-found' });
      expect(await server.tmux('list-buffers')).toBe('');
    });
  });

  describe('capture', () => {
    it('describes the screen: lines, cursor, size, scrollback, alternate screen, title', async () => {
      const { service } = await open();
      const print = String.raw`for i in $(seq 30); do echo line $i; done; printf '\033]2;my %s title\007\033[31mred\033[0m 日本' "#{pid}"; exec cat`;
      const { paneId } = await service.createSession({
        name: 'c',
        command: ['sh', '-c', print],
        columns: 40,
        rows: 10,
      });
      await service.waitFor(paneId, '日本', { timeoutMs: 20_000 });
      const frame = await service.capture(paneId);
      expect(frame).toMatchObject({
        paneId,
        columns: 40,
        rows: 10,
        isAlternate: false,
        historySize: 21,
        title: 'my #{pid} title',
      });
      expect(frame.cursor).toEqual({ x: 8, y: 9, isVisible: true });
      expect(frame.lines).toEqual([...Array.from({ length: 9 }, (_, index) => `line ${index + 22}`), 'red 日本']);
      const coloured = await service.capture(paneId, { colours: true, start: 9, end: 9 });
      expect(coloured.lines).toEqual(['\x1b[31mred\x1b[39m 日本']);
      expect((await service.capture(paneId, { start: '-' })).lines).toHaveLength(31);
      expect((await service.capture(paneId, { start: -2, end: -1 })).lines).toEqual(['line 20', 'line 21']);
    });

    it('takes text that looks like replies as text', async () => {
      const { service } = await open();
      const forged = ['%end 1 1 1', '%error 1 1 1', '%begin 1 1 1', '%output %0 x', '%exit'];
      const { paneId } = await service.createSession({
        name: 'f',
        command: ['sh', '-c', `printf '%s\\n' "$@"; exec cat`, '-', ...forged],
      });
      await service.waitFor(paneId, '%exit', { timeoutMs: 20_000 });
      expect((await service.capture(paneId)).lines.slice(0, 5)).toEqual(forged);
      expect(await service.hasSession('f')).toBe(true);
    });

    it('captures many panes, with an error in the place of one that is gone', async () => {
      const { service } = await open();
      const one = await service.createSession({ name: 'one', command: ['sh', '-c', 'echo first; exec cat'] });
      const two = await service.createSession({ name: 'two', command: ['sh', '-c', 'echo second; exec cat'] });
      await service.waitFor(one.paneId, 'first', { timeoutMs: 20_000 });
      await service.waitFor(two.paneId, 'second', { timeoutMs: 20_000 });
      const frames = await service.captureAll([one.paneId, '%99', two.paneId]);
      expect(frames.map((frame) => (frame.status === 'fulfilled' ? frame.value.lines[0] : frame.reason.code))).toEqual([
        'first',
        'target-not-found',
        'second',
      ]);
    });

    it('captures as many as a fleet has the same way, listened to or not', async () => {
      const { service } = await open();
      const made = Array.from({ length: 24 }, (_, index) => {
        const command = ['sh', '-c', `printf '\\033]2;title ${index}\\007screen ${index}'; exec cat`];
        return service.createSession({ name: `m-${index}`, command, columns: 60 + index, rows: 10 });
      });
      const panes = (await Promise.all(made)).map(({ paneId }) => paneId);
      await Promise.all(
        panes.map((paneId, index) =>
          vi.waitFor(async () => {
            expect((await service.capture(paneId)).lines[0]).toBe(`screen ${index}`);
          }, patient),
        ),
      );
      const hear = kind === 'control' ? panes.slice(0, 12) : [];
      await Promise.all(hear.map((paneId) => service.listenTo(paneId)));
      const asked = ['%99', 'm-3', ...panes];
      const frames = await service.captureAll(asked);
      const seen = frames.map((frame) =>
        frame.status === 'fulfilled'
          ? [frame.value.title, frame.value.columns, frame.value.cursor.x]
          : frame.reason.code,
      );
      const wanted = (index: number): unknown => [`title ${index}`, 60 + index, `screen ${index}`.length];
      expect(seen).toEqual(['target-not-found', wanted(3), ...panes.map((_pane, index) => wanted(index))]);
      expect(frames.slice(2).map((frame) => (frame.status === 'fulfilled' ? frame.value.paneId : ''))).toEqual(panes);
    });
  });

  it('sets, reads and unsets options in each scope', async () => {
    const { service } = await open();
    const made = await service.createSession({ name: 'o', command: ['cat', '-'] });
    const scopes = [
      'server',
      'global',
      'global-window',
      { session: 'o' },
      { window: made.windowId },
      { pane: made.paneId },
    ] as const;
    await Promise.all(scopes.map((scope, index) => service.setOption(scope, '@scoped', `-v${index};`)));
    expect(await Promise.all(scopes.map((scope) => service.getOption(scope, '@scoped')))).toEqual(
      scopes.map((_scope, index) => `-v${index};`),
    );
    await service.unsetOption({ pane: made.paneId }, '@scoped');
    expect(await service.getOption({ pane: made.paneId }, '@scoped')).toBeUndefined();
    await service.setOption({ window: made.windowId }, 'remain-on-exit', 'on');
    expect(await service.getOption({ window: made.windowId }, 'remain-on-exit')).toBe('on');
    await service.setOption({ session: 'o' }, '@b', '');
    expect(await service.getOption({ session: 'o' }, '@b')).toBe('');
  });

  it('sets, removes and shows variables', async () => {
    const { service } = await open();
    await service.setEnvironment({ session: 'contract' }, 'A', 'x="1"; export A;\n`y`');
    await service.setEnvironment({ session: 'contract' }, 'B', null);
    const variables = await service.showEnvironment({ session: 'contract' });
    expect(variables.get('A')).toBe('x="1"; export A;\n`y`');
    expect(variables.get('B')).toBeNull();
    expect((await service.showEnvironment('global')).get('HOME')).toContain('swarm-tmux-');
  });

  it('links a window into a second session, where it lives on', async () => {
    const { service } = await open();
    const made = await service.createSession({ name: 'l', command: ['cat', '-'] });
    await service.linkWindow('l', 'contract');
    await service.killSession('l');
    const windows = await service.listWindows('contract');
    expect(windows.map(({ windowId }) => windowId)).toContain(made.windowId);
    await service.killWindow(made.windowId);
    expect(await service.listWindows('contract')).toHaveLength(1);
  });

  it('resizes a window, kills a pane', async () => {
    const { service } = await open();
    const made = await service.createSession({ name: 's', command: ['cat', '-'] });
    const split = await service.splitPane({ session: 's' }, { command: ['cat', '-'] });
    await service.resizeWindow(made.windowId, { columns: 101, rows: 33 });
    expect(await service.listWindows('s')).toMatchObject([{ columns: 101, rows: 33 }]);
    await service.killPane(split.paneId);
    expect((await service.listPanes('s')).map(({ paneId }) => paneId)).toEqual([made.paneId]);
  });

  it('pipes what a pane writes into a program', async () => {
    const { service, server } = await open();
    const file = join(server.directory, `piped %d #{pid} '`);
    await service.pipePane('contract', ['tee', '-a', file]);
    await service.sendKeys('contract', 0, 0, 'through the pipe');
    await vi.waitFor(async () => expect(await readFile(file, 'utf8')).toContain('through the pipe'), patient);
    await service.pipePane('contract', null);
  });

  it('waits for a pattern, and says so when it does not come', async () => {
    const { service } = await open();
    const waiting = service.waitFor('contract', /w.rld \d+/, { timeoutMs: 20_000 });
    await service.sendKeys('contract', 0, 0, 'hello world 42');
    expect(await waiting).toBe('world 42');
    await expect(service.waitFor('contract', 'nothing', { timeoutMs: 150 })).rejects.toMatchObject({
      code: 'timed-out',
    });
    const reason = new Error('no more');
    const aborted = service.waitFor('contract', 'nothing', { timeoutMs: 20_000, signal: AbortSignal.abort(reason) });
    await expect(aborted).rejects.toBe(reason);
  });

  it('tells how to attach', async () => {
    const { service, server } = await open();
    expect(service.attachArgv('my agent')).toEqual([...server.command, 'attach-session', '-t', '=my agent']);
    expect(service.getAttachCommand('my agent').endsWith(`attach-session -t '=my agent'`)).toBe(true);
  });

  it('shows another session in an attached terminal, and lets go of it', async () => {
    const { service, server } = await open();
    await service.createSession({ name: 'shown', command: ['sh', '-c', 'echo I am shown; exec cat'] });
    const viewer = await startTestServer('', 'viewer');
    await viewer.tmux(
      'respawn-pane',
      '-k',
      '-t',
      'viewer',
      'env',
      '-u',
      'TMUX',
      ...server.command,
      'attach',
      '-t',
      '=contract',
    );
    onTestFinished(() => viewer.kill());
    const client = await vi.waitFor(async () => {
      const found = (await service.listClients()).find(({ isControl }) => !isControl);
      expect(found).toBeDefined();
      return found?.name ?? '';
    }, patient);
    await service.switchClient(client, 'shown');
    await vi.waitFor(
      async () => expect(await viewer.tmux('capture-pane', '-p', '-t', 'viewer')).toContain('I am shown'),
      patient,
    );
  });
});
