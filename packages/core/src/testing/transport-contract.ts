import { describe, expect, it, onTestFinished } from 'vitest';
import { parseRecords, recordFormat } from '../tmux/format.ts';
import { parseEnvironment } from '../tmux/tmux-options.ts';
import type { TmuxTransport } from '../tmux/tmux-transport.ts';
import { hostileTexts } from './hostile-texts.ts';

/**
 * What every `TmuxTransport` keeps. `create` answers with one to a running tmux server of its own that has a session named
 * `contract`, and cleans up by itself (`onTestFinished`); the suite disposes the transport.
 */
export function describeTransportContract(name: string, create: () => Promise<TmuxTransport>): void {
  async function open(): Promise<TmuxTransport> {
    const transport = await create();
    onTestFinished(() => transport[Symbol.asyncDispose]());
    return transport;
  }

  describe(`${name} keeps the transport contract`, () => {
    describe('commands', () => describeCommands(open));
    describe('words', () => describeWords(open));
    describe('the end', () => describeEnd(open));
  });
}

type Open = () => Promise<TmuxTransport>;

function describeCommands(open: Open): void {
  it('answers with the lines that a command prints, spaces and blank lines kept', async () => {
    const transport = await open();
    await transport.run(['set-option', '-g', '@text', '  a \n\nb  ']);
    expect(await transport.run(['show-options', '-gqv', '@text'])).toEqual(['  a ', '', 'b  ']);
  });

  it('answers with no lines when a command prints nothing', async () => {
    const transport = await open();
    expect(await transport.run(['set-option', '-g', '@x', '1'])).toEqual([]);
  });

  it('rejects with target-not-found, and goes on', async () => {
    const transport = await open();
    await expect(transport.run(['kill-session', '-t', '=nobody'])).rejects.toMatchObject({ code: 'target-not-found' });
    await expect(transport.run(['kill-pane', '-t', '%4711'])).rejects.toMatchObject({ code: 'target-not-found' });
    expect(await transport.run(['display-message', '-p', 'still here'])).toEqual(['still here']);
  });

  it('rejects with tmux-failed what tmux does not know, without the words in the message', async () => {
    const transport = await open();
    const failure = transport.run(['no-such-command', 'secret-word']);
    await expect(failure).rejects.toMatchObject({ code: 'tmux-failed' });
    await expect(failure).rejects.not.toThrow(/secret-word/);
  });

  it('gives each of many commands at once its own answer', async () => {
    const transport = await open();
    const numbers = Array.from({ length: 40 }, (_, index) => String(index));
    const answers = await Promise.all(numbers.map((number) => transport.run(['display-message', '-p', number])));
    expect(answers.flat()).toEqual(numbers);
  });

  it('runs a batch in order', async () => {
    const transport = await open();
    const set = ['a', 'b', 'c'].map((letter) => ['set-option', '-g', '-a', '@order', letter]);
    const answers = await transport.runAll([...set, ['show-options', '-gqv', '@order']]);
    expect(answers).toEqual([[], [], [], ['abc']]);
  });

  it('runs all of a batch, and settles each alone', async () => {
    const transport = await open();
    const outcomes = await transport.settleAll([
      ['display-message', '-p', '1'],
      ['has-session', '-t', '=nobody'],
      ['display-message', '-p', '3'],
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await expect(
      transport.runAll([
        ['has-session', '-t', '=nobody'],
        ['set-option', '-g', '@after', 'ran'],
      ]),
    ).rejects.toMatchObject({
      code: 'target-not-found',
    });
    expect(await transport.run(['show-options', '-gqv', '@after'])).toEqual(['ran']);
  });

  it('keeps answers apart from commands that run others', async () => {
    const transport = await open();
    const answers = await transport.settleAll([
      ['if-shell', '-F', '1', 'set-option -g @a 1 ; set-option -g @b 2'],
      ['run-shell', 'true'],
      ['display-message', '-p', 'next'],
    ]);
    expect(answers[2]).toEqual({ status: 'fulfilled', value: ['next'] });
    expect(await transport.run(['show-options', '-gqv', '@b'])).toEqual(['2']);
  });

  it('refuses an empty command and NUL, and goes on', async () => {
    const transport = await open();
    await expect(transport.run([])).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(transport.run(['display-message', '-p', 'a\0b'])).rejects.toMatchObject({ code: 'invalid-input' });
    expect(await transport.run(['display-message', '-p', 'still here'])).toEqual(['still here']);
  });
}

function describeWords(open: Open): void {
  it.each(hostileTexts)('carries %s unchanged', async (_title, text) => {
    const transport = await open();
    await transport.run(['set-option', '-g', '--', '@text', text]);
    const lines = await transport.run(['display-message', '-p', recordFormat(['@text'])]);
    expect(parseRecords(['@text'], lines)).toEqual([{ '@text': text }]);
    await transport.run(['set-environment', '-g', '--', 'CONTRACT', text]);
    const environment = await transport.run(['show-environment', '-g', '-s', 'CONTRACT']);
    expect(parseEnvironment(environment).get('CONTRACT')).toBe(text);
    expect(await transport.run(['display-message', '-p', 'alive'])).toEqual(['alive']);
  });
}

function describeEnd(open: Open): void {
  it('rejects with the reason of a signal that was aborted before', async () => {
    const transport = await open();
    const reason = new Error('changed my mind');
    const failure = transport.run(['set-option', '-g', '@late', '1'], { signal: AbortSignal.abort(reason) });
    await expect(failure).rejects.toBe(reason);
    expect(await transport.run(['show-options', '-gqv', '@late'])).toEqual([]);
  });

  it('settles with the reason of a signal that aborts while tmux is busy', async () => {
    const transport = await open();
    const abort = new AbortController();
    const reason = new Error('enough');
    const busy = transport.run(['wait-for', 'contract-never'], { signal: abort.signal });
    setTimeout(() => abort.abort(reason), 50);
    await expect(busy).rejects.toBe(reason);
  });

  it('may be disposed twice, and then refuses with tmux-closed', async () => {
    const transport = await open();
    await transport.run(['display-message', '-p', 'x']);
    await transport[Symbol.asyncDispose]();
    await transport[Symbol.asyncDispose]();
    await expect(transport.run(['display-message', '-p', 'x'])).rejects.toMatchObject({ code: 'tmux-closed' });
  });

  it('rejects what is under way when it is disposed', async () => {
    const transport = await open();
    await transport.run(['display-message', '-p', 'x']);
    const busy = transport.run(['wait-for', 'contract-never']);
    const failed = busy.catch((error: unknown) => error);
    await transport[Symbol.asyncDispose]();
    expect(await failed).toMatchObject({ code: 'tmux-closed' });
  });
}
