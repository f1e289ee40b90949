import { FakeTmuxTransport } from '@swarm-tui/core/testing';
import { describe, expect, it } from 'vitest';
import { TmuxWorkspace } from './tmux-workspace.ts';

/** A workspace on a tmux that cannot list panes at first. */
function withFault() {
  let isBroken = true;
  const transport = new FakeTmuxTransport((command) => {
    if (command[0] === 'list-panes' && isBroken) throw new Error('no panes today');
    return [];
  });
  const mend = () => void (isBroken = false);
  const workspace = new TmuxWorkspace({
    sessionId: '$1',
    listPaneId: '%1',
    connect: () => transport,
    switchViewer: async () => false,
  });
  return { transport, workspace, mend };
}

describe('a workspace that could not open', () => {
  it('stays closed, whatever tmux tells later', async () => {
    const { transport, workspace, mend } = withFault();
    await expect(workspace.open()).rejects.toThrow('no panes today');
    workspace.fail('no panes today');
    mend();
    const asked = transport.commands.length;
    transport.emit({ type: 'layout-change', windowId: '@1', layout: '' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(workspace.state).toMatchObject({ isReady: false, reason: 'no panes today' });
    expect(transport.commands).toHaveLength(asked);
  });

  it('closes its connection', async () => {
    const { transport, workspace } = withFault();
    await expect(workspace.open()).rejects.toThrow('no panes today');
    await expect(transport.run(['list-panes'])).rejects.toMatchObject({ code: 'tmux-closed' });
  });
});
