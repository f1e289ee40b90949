/** Below the help of each command, and in docs/cli.md: what people mostly want of it. By the path of the command. */
export const examples: Readonly<Record<string, readonly string[]>> = {
  spawn: [
    'swarm-tui spawn claude "fix the login test" --name login --worktree',
    'swarm-tui spawn codex - --dir ~/shop < task.md',
    'swarm-tui spawn shell --name tests -- npm test',
  ],
  ls: [
    'swarm-tui ls --needs-you',
    'swarm-tui ls --state working,waiting --host local',
    `swarm-tui ls --json | jq -r '.agents[] | select(.needsYou) | .name'`,
  ],
  send: [
    'swarm-tui send login "rebase on main, then run the tests" --wait accepted',
    'git diff | swarm-tui send login -',
  ],
  keys: ['swarm-tui keys login Down Enter', 'swarm-tui keys login C-c'],
  interrupt: ['swarm-tui interrupt login'],
  attach: ['swarm-tui attach login'],
  capture: ['swarm-tui capture login', 'swarm-tui capture login --history 200 --color always'],
  logs: ['swarm-tui logs login --follow', 'swarm-tui logs login -n 50'],
  explain: ['swarm-tui explain login'],
  wait: [
    'swarm-tui wait login && swarm-tui logs login',
    'swarm-tui wait login --for waiting --timeout 30m',
    'swarm-tui wait tests --for "tests passed"',
  ],
  kill: ['swarm-tui kill login', 'swarm-tui kill login --remove --worktree --yes', 'swarm-tui kill --all --yes'],
  restart: ['swarm-tui restart login', 'swarm-tui restart login --fresh'],
  rename: ['swarm-tui rename login login-2'],
  events: ['swarm-tui events', `swarm-tui events --since 0 --no-follow | jq -r 'select(.state == "waiting") | .id'`],
  'hub status': ['swarm-tui hub status --json'],
  'hub stop': ['swarm-tui hub stop'],
  doctor: ['swarm-tui doctor', 'swarm-tui doctor --fix'],
  demo: ['swarm-tui demo', 'swarm-tui demo --count 40', 'swarm-tui demo --stop'],
  completion: ['eval "$(swarm-tui completion bash)"', 'swarm-tui completion fish | source'],
};
