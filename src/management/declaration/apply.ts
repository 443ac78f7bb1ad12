import { isCoreError } from '../../errors/index.ts';
import type { Parts } from '../../http/index.ts';
import type { Unit } from '../../storage/index.ts';
import { checkDocument } from './check-document.ts';
import { parseDocument } from './document.ts';
import { DeclarationRefused } from './refused.ts';
import { type Findings, SectionReport } from './report.ts';
import type { DeclarationSection, DeclaredChange } from './section.ts';

/** What to apply and how. */
export interface DeclarationRequest {
  /** YAML or JSON as text, or the parsed value. */
  readonly document: unknown;
  /** Run everything, answer the changes, keep nothing. */
  readonly dryRun?: boolean;
  /** In the sections that the document names, remove what a declaration once made and does not name any more. */
  readonly prune?: boolean;
  /** The principal's name, for the ledger. */
  readonly by: string;
}

/** Carries the findings of a dry run out of the unit that it rolls back. */
class RolledBack extends Error {
  readonly changes: readonly DeclaredChange[];

  constructor(changes: readonly DeclaredChange[]) {
    super('dry run');
    this.changes = changes;
  }
}

/**
 * Applies a declaration as one unit of writing, sections in their order, and answers what changed. Throws
 * `DeclarationRefused` with all mistakes; then nothing has changed. One process at a time applies.
 */
export async function applyDeclaration(
  parts: Pick<Parts, 'storage' | 'ledger'>,
  sections: readonly DeclarationSection[],
  request: DeclarationRequest,
): Promise<readonly DeclaredChange[]> {
  const document =
    typeof request.document === 'string' ? await parseDocument(request.document) : request.document;
  const mistakes = checkDocument(sections, document);
  if (mistakes.length > 0) throw new DeclarationRefused(mistakes);

  const values = document as Readonly<Record<string, unknown>>;
  const named = sections.filter(({ key }) => values[key] !== undefined).sort((a, b) => a.order - b.order);
  for (const section of named) await section.prepare?.(values[section.key]);
  try {
    return await parts.storage.exclusive('declaration', () =>
      parts.storage.write(async (unit) => {
        const changes = await reconcile(unit, named, values, request);
        if (request.dryRun) throw new RolledBack(changes);
        if (changes.length > 0) await record(parts, unit, request.by, changes);
        return changes;
      }),
    );
  } catch (error) {
    if (error instanceof RolledBack) return error.changes;
    throw error;
  }
}

async function reconcile(
  unit: Unit,
  sections: readonly DeclarationSection[],
  values: Readonly<Record<string, unknown>>,
  { by, prune = false }: DeclarationRequest,
): Promise<readonly DeclaredChange[]> {
  const findings: Findings = { changes: [], errors: [] };
  for (const section of sections) {
    const report = new SectionReport(unit, section.key, { by, prune }, findings);
    try {
      await section.reconcile(unit, values[section.key], report);
      await report.forgetPruned();
    } catch (error) {
      if (!isCoreError(error)) throw error;
      // What the section could not foresee, like a rule of another room. The unit may be broken: stop here.
      const path = error.path === undefined ? section.key : `${section.key}/${error.path}`;
      throw new DeclarationRefused([...findings.errors, { path, message: error.message }]);
    }
  }
  if (findings.errors.length > 0) throw new DeclarationRefused(findings.errors);
  return findings.changes;
}

function record(
  { ledger }: Pick<Parts, 'ledger'>,
  unit: Unit,
  by: string,
  changes: readonly DeclaredChange[],
): Promise<void> {
  const count = (action: DeclaredChange['action']): number =>
    changes.filter((change) => change.action === action).length;
  const detail = { create: count('create'), update: count('update'), remove: count('remove') };
  const subject = changes.slice(0, 20).map(({ action, path }) => `${action} ${path}`);
  const more = changes.length > 20 ? [`and ${changes.length - 20} more`] : [];
  return ledger.append(unit, {
    who: by,
    dialect: 'core',
    action: 'declaration.apply',
    resource: '/',
    subject: [...subject, ...more].join(', '),
    outcome: 'done',
    detail,
  });
}
