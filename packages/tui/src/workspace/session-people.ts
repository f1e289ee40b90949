import type { TmuxCommand, TmuxTransport } from '@swarm-tui/core';

const copyBuffer = 'swarm-copy';

/** The clients of a session that a person sits at. */
export async function listPeople(transport: TmuxTransport, sessionId: string): Promise<readonly string[]> {
  const format = '#{client_control_mode} #{client_name}';
  const clients = await transport.run(['list-clients', '-t', sessionId, '-F', format]);
  return clients.filter((line) => line.startsWith('0 ')).map((line) => line.slice(2));
}

/** Puts text on the clipboard of the terminals that show a session. Leaves no paste buffer behind. */
export async function copyToTerminals(transport: TmuxTransport, sessionId: string, text: string): Promise<void> {
  const people = await listPeople(transport, sessionId);
  await transport.runAll(
    people.map((client): TmuxCommand => ['set-buffer', '-w', '-t', client, '-b', copyBuffer, '--', text]),
  );
  await transport.settleAll([['delete-buffer', '-b', copyBuffer]]);
}
