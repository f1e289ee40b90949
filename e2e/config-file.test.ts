import { describe, expect, it } from 'vitest';
import { Terminal } from './harness/terminal.ts';
import { World } from './harness/world.ts';

describe('the config file', () => {
  it('binds other keys, in the list, the footer and the help', async () => {
    await using world = await World.create();
    await world.writeFile(
      'config/swarm-tui/config.toml',
      'leader = "C-\\\\"\n[keys]\nnew = ["Ctrl+N"]\nquit = ["Alt+q"]\n',
    );
    await world.cli('spawn', 'demo', '/say hello', '--name', 'one');
    await using ui = await Terminal.open(world, { columns: 120, rows: 40 });
    await ui.see(/(done|idle) .* one /);
    await ui.see(/leader \^\\/);
    await ui.see(/\^N new/);
    await ui.press('n', 'q');
    await ui.press('C-n');
    await ui.see('── New agent');
    await ui.press('Escape');
    await ui.seeGone(/── New agent/);
    await ui.press('g', '|');
    await ui.see(/┬.* 1 one /);
    await ui.press('C-\\', '1');
    await ui.see(/\^Q back to the list/);
    await ui.press('C-\\', 'q');
    await ui.seeGone(/\^Q back to the list/);
    await ui.press('M-q');
    expect(await ui.exitStatus()).toBe(0);
  });

  it('that is wrong is named with its line, and the UI opens all the same', async () => {
    await using world = await World.create();
    await world.writeFile('config/swarm-tui/config.toml', 'theme = "dark"\nmotion = "perhaps"\n');
    await world.cli('spawn', 'demo', '/say hello', '--name', 'one');
    await using ui = await Terminal.open(world, { columns: 160, rows: 40 });
    await ui.see(/(done|idle) .* one /);
    await ui.see(/config\.toml.*line 2|config\.toml:2/);
    await ui.press('Escape');
    await ui.seeGone(/config\.toml/);
    await ui.press('?');
    await ui.see('── Keys ');
  });

  it('that is not TOML is named too', async () => {
    await using world = await World.create();
    await world.writeFile('config/swarm-tui/config.toml', 'theme = "dark"\n[keys\n');
    await using ui = await Terminal.open(world, { columns: 160, rows: 40 });
    await ui.see(/config\.toml.*line [23]|config\.toml:[23]/);
    await ui.see('no agents yet');
  });
});
