/**
 * What `swarm-tui completion SHELL` prints. Each asks the program itself, so new commands need no new script. Names of
 * agents may hold anything: each shell quotes them itself.
 */
export const completionScripts = {
  bash: `# eval "$(swarm-tui completion bash)"
_swarm_tui() {
  local word
  local -a words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  words[COMP_CWORD-1]=\${words[COMP_CWORD-1]//\\\\/}
  COMPREPLY=()
  while IFS= read -r word; do
    COMPREPLY+=("$(printf '%q' "$word")")
  done < <(swarm-tui __complete -- "\${words[@]}" 2>/dev/null)
}
complete -o default -F _swarm_tui swarm-tui
`,
  zsh: `#compdef swarm-tui
# eval "$(swarm-tui completion zsh)"
_swarm_tui() {
  local -a found
  found=("\${(@f)$(swarm-tui __complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$found" ]]; then compadd -- "\${(@)found}"; else _files; fi
}
compdef _swarm_tui swarm-tui
`,
  fish: `# swarm-tui completion fish | source
complete -c swarm-tui -f -a '(swarm-tui __complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
complete -c swarm-tui -s d -l dir -r -F
complete -c swarm-tui -l config -r -F
`,
} as const;
