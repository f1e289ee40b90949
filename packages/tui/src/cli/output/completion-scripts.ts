/** What `swarm-tui completion SHELL` prints. Each asks the program itself, so new commands need no new script. */
export const completionScripts = {
  bash: `# eval "$(swarm-tui completion bash)"
_swarm_tui() {
  local IFS=$'\\n'
  COMPREPLY=($(swarm-tui __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  COMPREPLY=("\${COMPREPLY[@]// /\\\\ }")
}
complete -F _swarm_tui swarm-tui
`,
  zsh: `#compdef swarm-tui
# eval "$(swarm-tui completion zsh)"
_swarm_tui() {
  local -a found
  found=("\${(@f)$(swarm-tui __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -- $found
}
compdef _swarm_tui swarm-tui
`,
  fish: `# swarm-tui completion fish | source
complete -c swarm-tui -f -a '(swarm-tui __complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
`,
} as const;
