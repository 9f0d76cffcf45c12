/**
 * What a shell is told once: to ask the command itself, at each Tab, what can come next. Each answer is a line, a word
 * and after a tab what it is for; the line `:folders` asks the shell for its folders.
 */

/** The hidden command that shells ask. */
export const ASK = '__complete';
/** The line that asks for folders. */
export const FOLDERS = ':folders';

const BASH = `# Completion of faaso for bash: source <(faaso completion bash)
_faaso() {
  local line index word=\${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      ${FOLDERS})
        while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$word")
        if type compopt >/dev/null 2>&1; then
          compopt -o filenames 2>/dev/null
        else
          # Bash 3 writes what it is given on the command line as it is.
          for index in "\${!COMPREPLY[@]}"; do COMPREPLY[index]=$(printf %q "\${COMPREPLY[index]}"); done
        fi
        ;;
      "$word"*) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <("\${COMP_WORDS[0]}" ${ASK} -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _faaso faaso
`;

const ZSH = `#compdef faaso
# Completion of faaso for zsh: source <(faaso completion zsh), or save it as _faaso in a folder of $fpath
_faaso() {
  local line
  local -a candidates
  for line in "\${(@f)$("\${words[1]}" ${ASK} -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == ${FOLDERS} ]]; then
      _path_files -/
    elif [[ -n $line ]]; then
      candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    fi
  done
  (( \${#candidates} )) && _describe faaso candidates
}
if [[ \${funcstack[1]} == _faaso ]]; then _faaso "$@"; else compdef _faaso faaso; fi
`;

const FISH = `# Completion of faaso for fish: faaso completion fish > ~/.config/fish/completions/faaso.fish
function __faaso_complete
  set -l words (commandline -opc)
  set -l word (commandline -ct)
  for line in (command $words[1] ${ASK} -- $words[2..-1] "$word" 2>/dev/null)
    if test "$line" = ${FOLDERS}
      __fish_complete_directories "$word" ''
    else
      printf '%s\\n' $line
    end
  end
end
complete -c faaso -f -a '(__faaso_complete)'
`;

/** The script for each shell. */
export const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const;

export type Shell = keyof typeof SCRIPTS;
export const SHELLS = Object.keys(SCRIPTS) as Shell[];
