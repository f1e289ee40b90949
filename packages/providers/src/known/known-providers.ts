import type { ProviderDefinitionInput } from '../provider-definition.ts';

/**
 * Command lines of the coding agents that swarm-tui knows. Seen running: claude 2.1.197, codex 0.169.0, gemini 0.61.0,
 * opencode 1.18.33 (flags from their own help). aider and q: from their documentation.
 */
export const knownProviders: Readonly<Record<string, ProviderDefinitionInput>> = {
  claude: {
    title: 'Claude Code',
    program: 'claude',
    installHint: 'npm install -g @anthropic-ai/claude-code',
    fresh: ['--session-id', '{conversation}'],
    resume: ['--resume', '{conversation}'],
    continue: ['--continue'],
    model: ['--model', '{model}'],
    autoPilot: ['--dangerously-skip-permissions'],
    prompt: ['{prompt}'],
    isLineOriented: false,
  },
  codex: {
    title: 'Codex',
    program: 'codex',
    installHint: 'npm install -g @openai/codex',
    resume: ['resume', '{conversation}'],
    continue: ['resume', '--last'],
    // Its background server would outlive the agent and its tmux session.
    args: ['-c', 'features.daemon_auto_start=false'],
    model: ['--model', '{model}'],
    autoPilot: ['--dangerously-bypass-approvals-and-sandbox'],
    prompt: ['{prompt}'],
    isLineOriented: false,
  },
  gemini: {
    title: 'Gemini CLI',
    program: 'gemini',
    installHint: 'npm install -g @google/gemini-cli',
    fresh: ['--session-id', '{conversation}'],
    resume: ['--resume', '{conversation}'],
    continue: ['--resume', 'latest'],
    model: ['--model', '{model}'],
    autoPilot: ['--approval-mode', 'yolo'],
    // A bare argument is a one-shot run in some versions; -i always stays.
    prompt: ['-i', '{prompt}'],
    isLineOriented: false,
  },
  opencode: {
    title: 'opencode',
    program: 'opencode',
    installHint: 'npm install -g opencode-ai',
    resume: ['-s', '{conversation}'],
    continue: ['--continue'],
    model: ['-m', '{model}'],
    autoPilot: ['--auto'],
    prompt: ['--prompt', '{prompt}'],
    // The first Escape only asks.
    interruptKeys: ['Escape', 'Escape'],
    isLineOriented: false,
  },
  aider: {
    title: 'aider',
    program: 'aider',
    installHint: 'python -m pip install aider-install && aider-install',
    continue: ['--restore-chat-history'],
    model: ['--model', '{model}'],
    autoPilot: ['--yes-always'],
    // Its --message ends after one turn, so a prompt is typed.
    interruptKeys: ['C-c'],
  },
  q: {
    title: 'Amazon Q',
    program: 'q',
    installHint: 'see https://docs.aws.amazon.com/amazonq/latest/qdeveloper-ug/command-line-installing.html',
    fresh: ['chat'],
    resume: [],
    continue: ['chat', '--resume'],
    model: ['--model', '{model}'],
    autoPilot: ['--trust-all-tools'],
    prompt: ['{prompt}'],
    interruptKeys: ['C-c'],
  },
};
