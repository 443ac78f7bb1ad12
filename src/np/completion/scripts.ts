/** The word that the shells call the program with, before the words typed so far. */
export const proposeWord = '__propose';

/** What each shell runs to complete `np`; they ask the program itself, so they never go out of date. */
export const completionScripts: Readonly<Record<string, string>> = {
  bash: `_np() {
  local typed=() IFS=$'\\n'
  # Bash parts words at "=" and ":"; what the program gets is what was typed.
  IFS=' ' read -r -a typed <<< "\${COMP_LINE:0:COMP_POINT}"
  [ "\${COMP_LINE:COMP_POINT-1:1}" = ' ' ] && typed+=('')
  COMPREPLY=($(np ${proposeWord} "\${typed[@]:1}" 2>/dev/null))
}
complete -o default -F _np np`,
  zsh: `#compdef np
_np() {
  local -a found
  found=("\${(@f)$(np ${proposeWord} "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [ -n "$found" ]; then compadd -a found; else _files; fi
}
# Sourced, it is registered; found on the fpath, this file is the function itself.
if [ "$funcstack[1]" = _np ]; then _np "$@"; else compdef _np np; fi`,
  // Without the condition fish would offer files beside the words, too; where there are none, files are what is left.
  fish: `function __np_proposals
  np ${proposeWord} (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null
end
complete -c np -e
complete -c np -f -n 'count (__np_proposals) >/dev/null' -a '(__np_proposals)'`,
};
