import { buildInstallCommand, buildUninstallCommand } from '@stricli/auto-complete';
import { buildCommand, buildRouteMap } from '@stricli/core';
import type { CliContext } from '../context.ts';

/** The word that the shells' completion calls the program with, before the words typed so far. */
export const completeWord = '__complete';

/** Works in bash, and in zsh through its own bash completion. */
const script = `_slipway() {
  local IFS=$'\\n'
  COMPREPLY=($(slipway ${completeWord} "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null))
}
[ -n "$ZSH_VERSION" ] && autoload -U +X bashcompinit && bashcompinit
complete -o default -F _slipway slipway
`;

/** `slipway completion script|install|uninstall`. */
export const completionCommands = buildRouteMap({
  docs: { brief: 'Completion of commands and flags in the shell' },
  routes: {
    script: buildCommand<Record<never, never>, [], CliContext>({
      docs: { brief: 'Print the completion of bash and zsh, for `eval "$(slipway completion script)"`' },
      parameters: {},
      func() {
        this.process.stdout.write(script);
      },
    }),
    install: buildInstallCommand<CliContext>('slipway', { bash: `slipway ${completeWord}` }),
    uninstall: buildUninstallCommand<CliContext>('slipway', { bash: true }),
  },
});
