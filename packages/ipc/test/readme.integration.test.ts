import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ClientWorld } from './client-world.ts';

const run = promisify(execFile);
const examples = join(import.meta.dirname, '../examples');
const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8');
const readExample = async (name: string): Promise<string> => (await readFile(join(examples, name), 'utf8')).trimEnd();
const hasProgram = (name: string): Promise<boolean> =>
  run('sh', ['-c', `command -v ${name}`]).then(
    () => true,
    () => false,
  );

describe('the README', () => {
  it.each(['counter.ts', 'pub-sub.ts', 'durable-consumer.ts', 'request-reply.ts'])(
    'shows %s, and what it prints',
    async (name) => {
      const flags = ['--disable-warning=ExperimentalWarning'];
      const { stdout, stderr } = await run(process.execPath, [...flags, join(examples, name)]);
      expect(stderr).toBe('');
      const [shown, printed] = [await readExample(name), stdout.trimEnd()];
      expect(readme).toContain(`\`\`\`ts\n${shown}\n\`\`\``);
      expect(readme).toContain(`\`\`\`\n${printed}\n\`\`\``);
    },
  );

  it('shows a peer in Python, and what it prints', async ({ skip }) => {
    if (!(await hasProgram('python3'))) skip('python3 is not installed');
    const { socketPath } = await ClientWorld.start('json-lines');
    const { stdout } = await run('python3', [join(examples, 'peer.py'), socketPath]);
    expect(readme).toContain(`\`\`\`python\n${await readExample('peer.py')}\n\`\`\``);
    expect(readme).toContain(`\`\`\`\n${stdout.trimEnd()}\n\`\`\``);
  });

  it('shows a peer in shell, which gets what was kept', async ({ skip }) => {
    if (!(await hasProgram('socat'))) skip('socat is not installed');
    const world = await ClientWorld.start('binary');
    const client = await world.connect();
    await client.publishDurable('buffer.jobs.add', { run: 'tests' });
    const { stdout } = await run('sh', [join(examples, 'peer.sh'), world.socketPath]);
    expect(JSON.parse(stdout)).toMatchObject({
      type: 'response',
      id: '1',
      payload: { status: 'success', data: { messages: [{ type: 'buffer.jobs.add', payload: { run: 'tests' } }] } },
    });
    expect(readme).toContain(`\`\`\`sh\n${await readExample('peer.sh')}\n\`\`\``);
  });
});
